"""What a post is: read, checked and handed on as plain data, without Sphinx."""

from .faults import RULES, Fault
from .reading import Post, Posts, read_post, read_posts
from .vocabulary import Author, Series, Tag, Vocabulary, read_vocabulary

__all__ = [
    "RULES",
    "Author",
    "Fault",
    "Post",
    "Posts",
    "Series",
    "Tag",
    "Vocabulary",
    "read_post",
    "read_posts",
    "read_vocabulary",
]
