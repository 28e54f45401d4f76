"""What a post is: read, checked and handed on as plain data, without Sphinx."""

from .faults import RULES, Fault
from .post_text import PostText
from .reading import Post, Posts, Reading, read_post, read_posts
from .vocabulary import Author, Series, Tag, Vocabulary, read_vocabulary

__all__ = [
    "RULES",
    "Author",
    "Fault",
    "Post",
    "PostText",
    "Posts",
    "Reading",
    "Series",
    "Tag",
    "Vocabulary",
    "read_post",
    "read_posts",
    "read_vocabulary",
]
