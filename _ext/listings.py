"""The pages that list posts: home, all posts, each tag, author and year, and the overview of tags.

They stand in place of ABlog's archive pages, which copy an excerpt of every post into every listing, escape nothing,
and repeat element ids (ABlog's templates ``ablog/catalog.html`` and ``ablog/collection.html``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import ablog.post
from ablog.blog import Blog, Collection
from babel.dates import format_date
from markupsafe import escape
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from _ext.posts import Post
from _ext.publishing import post_of

NEWEST_AT_HOME = 10
NEWEST_IN_SIDEBAR = 5


@dataclass(frozen=True)
class Listing:
    """A page that lists posts."""

    docname: str
    title: str
    description: str
    posts: tuple[Post, ...]
    """Newest first."""
    link: str | None = None
    """The address of the listing's subject elsewhere, such as an author's own page."""


@dataclass(frozen=True)
class Overview:
    """A page that lists listings."""

    docname: str
    title: str
    description: str
    listings: tuple[Listing, ...]


@dataclass(frozen=True)
class Archives:
    """Every listing of the blog; a tag, author or year without a published post has none."""

    everything: Listing
    tags: tuple[Listing, ...]
    """In the order of their labels."""
    authors: tuple[Listing, ...]
    """In the order of their names."""
    years: tuple[Listing, ...]
    """Newest first."""
    tag_overview: Overview

    @property
    def listings(self) -> tuple[Listing, ...]:
        return (self.everything, *self.tags, *self.authors, *self.years)


@lru_cache(maxsize=1)
def archives_of(app: Sphinx) -> Archives:
    """Return the archives of the blog, made once all posts are read."""
    blog, vocabulary = Blog(app), app.config.blog_vocabulary
    tags = tuple(
        _listing(blog.tags[tag.label], tag.label, tag.description)
        for tag in sorted(vocabulary.tags.values(), key=lambda tag: tag.label.casefold())
        if len(blog.tags[tag.label])
    )
    authors = tuple(
        _listing(blog.author[author.key], author.name, author.line, author.url)
        for author in sorted(vocabulary.authors.values(), key=lambda author: author.name.casefold())
        if len(blog.author[author.key])
    )
    return Archives(
        everything=_listing(blog.posts, "All posts", "Every post of the blog, newest first."),
        tags=tags,
        authors=authors,
        years=tuple(_listing(year, str(year), f"The posts of {year}.") for year in blog.archive if len(year)),
        tag_overview=Overview(blog.tags.docname, "Tags", "What the posts are about, by subject.", tags),
    )


def _listing(collection: Collection, title: str, description: str, link: str | None = None) -> Listing:
    return Listing(collection.docname, title, description, tuple(map(post_of, collection)), link)


def collect_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield every page that lists posts but home, which is a document."""
    archives = archives_of(app)
    for listing in archives.listings:
        yield listing.docname, {"listing": listing, "title": escape(listing.title)}, "listing.html"
    overview = archives.tag_overview
    yield overview.docname, {"overview": overview, "title": escape(overview.title)}, "overview.html"


def add_listings(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Give the sidebar of each page its links, and home its posts."""
    archives = archives_of(app)
    context["archives"] = archives
    context["format_date"] = partial(format_date, format="long", locale=app.config.language)
    context["newest"] = archives.everything.posts[:NEWEST_IN_SIDEBAR]
    if pagename == app.config.root_doc:
        context["home"] = archives.everything.posts[:NEWEST_AT_HOME]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.publishing")
    for listener in list(app.events.listeners["html-collect-pages"]):
        if listener.handler is ablog.post.generate_archive_pages:
            app.disconnect(listener.id)
    app.connect("html-collect-pages", collect_pages)
    app.connect("html-page-context", add_listings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
