"""What is known of posts once they are read: plain data, which other rooms are given."""

import datetime as dt
from collections.abc import Container, Mapping
from dataclasses import dataclass

from _ext.posts.source.amount_of_text import PostText
from _ext.posts.source.faults import Fault, Located
from _ext.posts.source.vocabulary import Author, Series, Tag, Vocabulary


@dataclass(frozen=True, repr=False)
class Post:
    """A post's metadata, as its file declares it."""

    path: str
    """Relative to the site's root, with forward slashes: ``posts/2024/<slug>/index.md``."""
    title: str
    """Plain text."""
    date: dt.date | None
    """The day of publication in UTC; None for a draft."""
    updated: dt.date | None
    """The day of the latest change that readers are told of, else that of publication; None for a draft."""
    tags: tuple[Tag, ...]
    """In the author's order."""
    authors: tuple[Author, ...]
    """In the author's order."""
    description: str
    """50 to 160 characters of plain text."""
    first_published: tuple[dt.date | None, str]
    """The date and slug under which the post first appeared: its identity, whatever became of both since."""
    series: Series | None
    """The whole that the post is a part of."""
    image: str | None
    """The path of the picture that stands for the post in cards and feeds, relative to the site's root."""
    image_alt: str
    """What that picture shows; empty where there is none."""
    evergreen: bool
    """Whether the post is kept true, whatever its age."""
    redirects: tuple[str, ...]
    """The old addresses of the post, relative to the site's own: ``posts/2023/old-slug/``."""
    pictures: tuple[str, ...]
    """The paths of what the post shows, relative to the site's root, each once."""
    labels: tuple[Located, ...]
    """What other posts can refer to."""
    links: tuple[str, ...]
    """The URLs outside of the site that the post links to, each once."""
    text: PostText
    """How much there is to read."""

    @property
    def docname(self) -> str:
        """Sphinx's name of the document."""
        return self.path.removesuffix(".md")

    @property
    def slug(self) -> str:
        """The post's own part of its permalink."""
        return self.path.split("/")[-2]

    def __repr__(self) -> str:
        return f"<{self.path}>"

    def is_published(self, today: dt.date) -> bool:
        """Tell whether readers may see the post on the day *today* (UTC)."""
        return self.date is not None and self.date <= today


@dataclass(frozen=True)
class Reading:
    """A post without a fault, as it was read, and which other posts had to be there, or not, for that."""

    post: Post
    asked: Mapping[str, bool]

    def holds(self, pages: Container[str]) -> bool:
        """Tell whether reading the same files would give the same, now that *pages* are the files of all posts."""
        return all((page in pages) == there for page, there in self.asked.items())


@dataclass(frozen=True, repr=False)
class Posts:
    """Every sound post of a site, published or not, by path; the vocabulary; and all that is wrong with the rest.

    A post whose listings have not been run is sound: while it is written it can be looked at. It is not built for readers.
    """

    posts: tuple[Post, ...]
    vocabulary: Vocabulary
    faults: tuple[Fault, ...]
    readings: Mapping[str, Reading]
    """By path, what need not be read again as long as neither the files of the post nor the vocabulary change."""
