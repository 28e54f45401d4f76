"""The pages that list posts: home, all posts, each tag, author, series and year, and the overviews of those.

Which posts there are, and all that a list shows of them, is known from ``posts/`` before Sphinx reads one, so that a post
that has not changed is read in no build. ABlog knows posts only once all are read.

They stand in place of ABlog's archive pages, which copy an excerpt of every post into every listing, escape nothing,
and repeat element ids (ABlog's templates ``ablog/catalog.html`` and ``ablog/collection.html``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

from babel.dates import format_date
from markupsafe import escape
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util.typing import ExtensionMetadata

from _ext.base.fingerprint import Plain, fingerprint
from _ext.blog.aging import has_aged
from _ext.blog.code_lines import code_lines
from _ext.blog.pagination import pages
from _ext.blog.reading_time import minutes
from _ext.posts import Author, Post, Series, Tag, Vocabulary

BLOG = "blog"
"""The docname of the listing of all posts; every other stands below it."""
TAGS, AUTHORS, SERIES = f"{BLOG}/tag", f"{BLOG}/author", f"{BLOG}/series"
"""The docnames of the overviews."""
NEWEST_AT_HOME = 10
NEWEST_IN_SIDEBAR = 5


# Sphinx spells out what it hands to each listener of an event (sphinx.events.EventManager.emit), and a page's context leads to
# all posts: without a short form, a page costs more the more posts there are.


@dataclass(frozen=True, repr=False)
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


@dataclass(frozen=True, repr=False)
class Overview:
    """A page that lists listings."""

    docname: str
    title: str
    description: str
    listings: tuple[Listing, ...]


@dataclass(frozen=True, repr=False)
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

    @cached_property
    def _places(self) -> dict[str, int]:
        return {post.path: place for place, post in enumerate(self.everything.posts)}

    def neighbours(self, post: Post) -> tuple[Post | None, Post | None]:
        """Return the posts published before and after *post*; None where there is none, as beside one that is not published."""
        posts, place = self.everything.posts, self._places.get(post.path)
        if place is None:
            return None, None
        return posts[place + 1] if place + 1 < len(posts) else None, posts[place - 1] if place else None

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


def tag_docname(tag: Tag) -> str:
    """Return the docname of the listing of *tag*."""
    return f"{TAGS}/{tag.slug}"


def author_docname(author: Author) -> str:
    """Return the docname of the listing of *author*."""
    return f"{AUTHORS}/{author.key}"


def series_docname(series: Series) -> str:
    """Return the docname of the listing of *series*."""
    return f"{SERIES}/{series.slug}"


def year_docname(year: int) -> str:
    """Return the docname of the listing of *year*."""
    return f"{BLOG}/{year}"


def newest_first(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Return published *posts* in the order in which the blog lists them, those of one day by title and path."""
    return tuple(sorted(posts, key=lambda post: (post.date, post.title, post.path), reverse=True))


def archives(published: Iterable[Post], unpublished: Iterable[Post], vocabulary: Vocabulary) -> Archives:
    """Return the archives of the blog with the posts *published* and, in a preview, *unpublished*, drafts first."""
    posts, waiting = newest_first(published), tuple(unpublished)

    def listings(docname: Callable[[Any], str], of: Callable[[Post], Iterable[Any]]) -> Callable[..., Listing]:
        shelves = [_by(lambda post: map(docname, of(post)), shelf) for shelf in (posts, waiting)]

        def listing(subject: Any, title: str, description: str, link: str | None = None) -> Listing:
            name = docname(subject)
            there, not_yet = (tuple(shelf.get(name, ())) for shelf in shelves)
            return Listing(name, title, description, there, link, not_yet)

        return listing

    of_tag = listings(tag_docname, lambda post: post.tags)
    of_author = listings(author_docname, lambda post: post.authors)
    of_series = listings(series_docname, lambda post: filter(None, [post.series]))
    of_year = listings(year_docname, lambda post: [post.date.year] if post.date else [])
    tags = _with_entries(
        of_tag(tag, tag.label, tag.description)
        for tag in sorted(vocabulary.tags.values(), key=lambda tag: tag.label.casefold())
    )
    authors = _with_entries(
        of_author(author, author.name, author.line, author.url)
        for author in sorted(vocabulary.authors.values(), key=lambda author: author.name.casefold())
    )
    series = _with_entries(
        of_series(whole, whole.title, whole.description)
        for whole in sorted(vocabulary.series.values(), key=lambda whole: whole.title.casefold())
    )
    years = sorted({post.date.year for post in (*posts, *waiting) if post.date}, reverse=True)
    return Archives(
        everything=Listing(
            BLOG, _("All posts"), _("Every post of the blog, newest first."), posts, unpublished=waiting
        ),
        tags=tags,
        authors=authors,
        years=tuple(of_year(year, str(year), _("The posts of %(year)s.") % {"year": year}) for year in years),
        series=series,
        tag_overview=Overview(TAGS, _("Tags"), _("What the posts are about, by subject."), tags),
        author_overview=Overview(AUTHORS, _("Authors"), _("Who signs the posts."), authors),
        series_overview=Overview(
            SERIES, _("Series"), _("Posts that are parts of one whole, to be read in order."), series
        ),
    )


def _by(names: Callable[[Post], Iterable[str]], posts: Iterable[Post]) -> dict[str, list[Post]]:
    """Return the *posts* by each of their *names*, in their order."""
    shelf: dict[str, list[Post]] = {}
    for post in posts:
        for name in names(post):
            shelf.setdefault(name, []).append(post)
    return shelf


@lru_cache(maxsize=1)
def archives_of(app: Sphinx) -> Archives:
    """Return the archives of the blog that is being built."""
    config = app.config
    return archives(config.published_posts.values(), config.unpublished_posts.values(), config.blog_vocabulary)


def _with_entries(listings: Iterable[Listing]) -> tuple[Listing, ...]:
    return tuple(listing for listing in listings if listing.entries)


@lru_cache(maxsize=1)
def _reading_times(app: Sphinx) -> dict[str, int]:
    """Return the minutes that each post takes to read which was asked for so far, by path."""
    return {}


def reading_time(app: Sphinx, post: Post) -> int:
    """Return the minutes that *post* takes to read."""
    known = _reading_times(app)
    if post.path not in known:
        known[post.path] = minutes(post.text.words, code_lines(Path(app.srcdir), post))
    return known[post.path]


def collect_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield every page that lists posts but home, which is a document."""
    archives = archives_of(app)
    for listing in archives.listings:
        for page in pages(listing.docname, listing.entries):
            yield page.docname, {"listing": listing, "page": page, "title": escape(listing.title)}, "listing.html"
    for overview in archives.overviews:
        yield overview.docname, {"overview": overview, "title": escape(overview.title)}, "overview.html"


def home(app: Sphinx) -> tuple[Post, ...]:
    """Return the posts that home lists."""
    everything = archives_of(app).everything
    return everything.unpublished + everything.posts[:NEWEST_AT_HOME]


def newest(app: Sphinx) -> tuple[Post, ...]:
    """Return the posts that the sidebar lists."""
    return archives_of(app).everything.posts[:NEWEST_IN_SIDEBAR]


def sidebar(app: Sphinx) -> Plain:
    """Return all that the sidebar, and so each page, shows of the blog, as plain data."""
    archives = archives_of(app)
    posts = tuple((post.docname, post.title) for post in (*archives.everything.unpublished, *newest(app)))
    years = tuple(year.docname for year in archives.years)
    return posts, years, bool(archives.authors), bool(archives.series), bool(archives.everything.posts)


def shelf(app: Sphinx) -> str:
    """Return the fingerprint of what the pages of other posts, listings and feeds can show of any post."""
    config = app.config
    return fingerprint(
        *(
            (
                *(post.docname, post.title, post.description, str(post.date), str(post.updated)),
                *(tag.slug for tag in post.tags),
                *(author.key for author in post.authors),
                post.series.slug if post.series else None,
                *post.redirects,
                has_aged(post, config.day_of_build),
                reading_time(app, post),
            )
            for posts in (config.published_posts, config.unpublished_posts)
            for post in posts.values()
        ),
        len(config.unpublished_posts),
    )


def add_listings(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Give the sidebar of each page its links, and home its posts."""
    context["archives"] = archives_of(app)
    context["format_date"] = partial(format_date, format="long", locale=app.config.language)
    context["reading_time"] = partial(reading_time, app)
    context["newest"] = newest(app)
    if pagename == app.config.root_doc:
        context["home"] = home(app)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.blog.publishing")
    app.connect("html-collect-pages", collect_pages)
    app.connect("html-page-context", add_listings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
