"""What a post is: read, checked and handed on as plain data, without Sphinx."""

from .faults import Fault
from .reading import Post, Posts, read_post, read_posts
from .vocabulary import Author, Tag, Vocabulary, read_vocabulary

__all__ = ["Author", "Fault", "Post", "Posts", "Tag", "Vocabulary", "read_post", "read_posts", "read_vocabulary"]
