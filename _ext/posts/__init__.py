"""What a post is: read, checked and handed on as plain data, without Sphinx."""

from _ext.posts.model import Post, Posts, Reading
from _ext.posts.reading import read_post, read_posts
from _ext.posts.source.amount_of_text import PostText
from _ext.posts.source.faults import RULES, Fault
from _ext.posts.source.vocabulary import Author, Series, Tag, Vocabulary, read_vocabulary

__all__ = [
    "RULES", "Author", "Fault", "Post", "PostText", "Posts", "Reading", "Series", "Tag", "Vocabulary",
    "read_post", "read_posts", "read_vocabulary",
]  # fmt: skip
