"""The pages that list posts: home, all posts, each tag, author, series and year, and the overviews of those.

Which posts there are, and all that a list shows of them, is known from ``posts/`` before Sphinx reads one, so that a post
that has not changed is read in no build. ABlog knows posts only once all are read.

They stand in place of ABlog's archive pages, which copy an excerpt of every post into every listing, escape nothing,
and repeat element ids (ABlog's templates ``ablog/catalog.html`` and ``ablog/collection.html``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sphinx.locale import _

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
    def with_feed(self) -> dict[str, Listing]:
        """The lists that have a feed, by docname, the blog's own first; none while there are no posts."""
        lists = (self.everything, *self.tags, *self.authors, *self.series)
        return {listing.docname: listing for listing in lists if listing.posts}

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


def _with_entries(listings: Iterable[Listing]) -> tuple[Listing, ...]:
    return tuple(listing for listing in listings if listing.entries)
