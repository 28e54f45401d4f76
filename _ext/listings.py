"""The pages that list posts: home, all posts, each tag, author, series and year, and the overviews of those.

They stand in place of ABlog's archive pages, which copy an excerpt of every post into every listing, escape nothing,
and repeat element ids (ABlog's templates ``ablog/catalog.html`` and ``ablog/collection.html``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any

import ablog.post
from ablog.blog import Blog, Collection
from babel.dates import format_date
from markupsafe import escape
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util.typing import ExtensionMetadata

from _ext.pagination import pages
from _ext.posts import Post, Series
from _ext.publishing import READING_TIME, post_of

NEWEST_AT_HOME = 10
NEWEST_IN_SIDEBAR = 5


@dataclass(frozen=True)
class Listing:
    """A list of posts, of one page or more."""

    docname: str
    title: str
    description: str
    posts: tuple[Post, ...]
    """What is published, newest first."""
    link: str | None = None
    """The address of the listing's subject elsewhere, such as an author's own page."""
    unpublished: tuple[Post, ...] = ()
    """What a preview shows besides, drafts first."""

    @property
    def entries(self) -> tuple[Post, ...]:
        """Every post of the list, in its order."""
        return self.unpublished + self.posts


@dataclass(frozen=True)
class Overview:
    """A page that lists listings."""

    docname: str
    title: str
    description: str
    listings: tuple[Listing, ...]


@dataclass(frozen=True)
class Archives:
    """Every listing of the blog; a tag, author or year without a post to show has none."""

    everything: Listing
    tags: tuple[Listing, ...]
    """In the order of their labels."""
    authors: tuple[Listing, ...]
    """In the order of their names."""
    years: tuple[Listing, ...]
    """Newest first."""
    series: tuple[Listing, ...]
    """In the order of their titles."""
    tag_overview: Overview
    author_overview: Overview
    series_overview: Overview

    @cached_property
    def by_docname(self) -> dict[str, Listing]:
        return {listing.docname: listing for listing in self.listings}

    @property
    def overviews(self) -> tuple[Overview, ...]:
        """Those that have something to list."""
        return tuple(
            overview
            for overview in (self.tag_overview, self.author_overview, self.series_overview)
            if overview.listings
        )

    @property
    def listings(self) -> tuple[Listing, ...]:
        return (self.everything, *self.tags, *self.authors, *self.years, *self.series)


@lru_cache(maxsize=1)
def archives_of(app: Sphinx) -> Archives:
    """Return the archives of the blog, made once all posts are read."""
    blog, vocabulary = Blog(app), app.config.blog_vocabulary
    unpublished = app.config.unpublished_posts.values()
    tags = _with_entries(
        _listing(
            blog.tags[tag.label],
            tag.label,
            tag.description,
            unpublished=[post for post in unpublished if tag in post.tags],
        )
        for tag in sorted(vocabulary.tags.values(), key=lambda tag: tag.label.casefold())
    )
    authors = _with_entries(
        _listing(
            blog.author[author.key],
            author.name,
            author.line,
            author.url,
            unpublished=[post for post in unpublished if author in post.authors],
        )
        for author in sorted(vocabulary.authors.values(), key=lambda author: author.name.casefold())
    )
    published = tuple(map(post_of, blog.posts))
    series = _with_entries(
        Listing(
            series_docname(blog.posts.docname, whole),
            whole.title,
            whole.description,
            tuple(post for post in published if post.series == whole),
            unpublished=tuple(post for post in unpublished if post.series == whole),
        )
        for whole in sorted(vocabulary.series.values(), key=lambda whole: whole.title.casefold())
    )
    days = [post.date for post in (*published, *unpublished) if post.date]
    years = (
        _listing(
            blog.archive[year],
            str(year),
            _("The posts of %(year)s.") % {"year": year},
            unpublished=[post for post in unpublished if post.date and post.date.year == year],
        )
        for year in sorted({day.year for day in days}, reverse=True)
    )
    return Archives(
        everything=_listing(
            blog.posts, _("All posts"), _("Every post of the blog, newest first."), unpublished=unpublished
        ),
        tags=tags,
        authors=authors,
        years=tuple(years),
        series=series,
        tag_overview=Overview(blog.tags.docname, _("Tags"), _("What the posts are about, by subject."), tags),
        author_overview=Overview(blog.author.docname, _("Authors"), _("Who signs the posts."), authors),
        series_overview=Overview(
            f"{blog.posts.docname}/series",
            _("Series"),
            _("Posts that are parts of one whole, to be read in order."),
            series,
        ),
    )


def series_docname(everything: str, series: Series) -> str:
    """Return the docname of the listing of *series*, below that of all posts."""
    return f"{everything}/series/{series.slug}"


def _listing(
    collection: Collection, title: str, description: str, link: str | None = None, *, unpublished: Iterable[Post]
) -> Listing:
    posts = tuple(map(post_of, collection))
    return Listing(collection.docname, title, description, posts, link, tuple(unpublished))


def _with_entries(listings: Iterable[Listing]) -> tuple[Listing, ...]:
    return tuple(listing for listing in listings if listing.entries)


def collect_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield every page that lists posts but home, which is a document."""
    archives = archives_of(app)
    for listing in archives.listings:
        for page in pages(listing.docname, listing.entries):
            yield page.docname, {"listing": listing, "page": page, "title": escape(listing.title)}, "listing.html"
    for overview in archives.overviews:
        yield overview.docname, {"overview": overview, "title": escape(overview.title)}, "overview.html"


def add_listings(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Give the sidebar of each page its links, and home its posts."""
    archives = archives_of(app)
    context["archives"] = archives
    context["format_date"] = partial(format_date, format="long", locale=app.config.language)
    context["reading_time"] = lambda post: app.env.metadata[post.docname][READING_TIME]
    context["newest"] = archives.everything.posts[:NEWEST_IN_SIDEBAR]
    if pagename == app.config.root_doc:
        context["home"] = archives.everything.unpublished + archives.everything.posts[:NEWEST_AT_HOME]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.publishing")
    for listener in list(app.events.listeners["html-collect-pages"]):
        if listener.handler is ablog.post.generate_archive_pages:
            app.disconnect(listener.id)
    app.connect("html-collect-pages", collect_pages)
    app.connect("html-page-context", add_listings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
