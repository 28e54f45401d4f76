"""The lists of posts: all of them, those of each tag, author, series and year, and the overviews of those lists.

Which posts there are, and all that a list shows of them, is known from ``posts/`` before Sphinx reads one, so that a post
that has not changed is read in no build. ABlog knows posts only once all are read.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sphinx.locale import _

from _ext.posts import Author, Post, Series, Tag, Vocabulary

BLOG = "blog"
"""The docname of the archive of all posts; every other stands below it."""
TAGS, AUTHORS, SERIES = f"{BLOG}/tag", f"{BLOG}/author", f"{BLOG}/series"
"""The docnames of the overviews."""


# Without a short form (repr) a page costs more the more posts there are, see _ext.blog.blog.
@dataclass(frozen=True, repr=False)
class Archive:
    """A list of posts, of one page or more."""

    docname: str
    title: str
    description: str
    posts: tuple[Post, ...]
    """What is published, newest first."""
    link: str | None = None
    """The address of the archive's subject elsewhere, such as an author's own page."""
    unpublished: tuple[Post, ...] = ()
    """What a preview shows besides, drafts first."""

    @property
    def entries(self) -> tuple[Post, ...]:
        """Every post of the list, in its order."""
        return self.unpublished + self.posts


@dataclass(frozen=True, repr=False)
class Overview:
    """A page that lists lists."""

    docname: str
    title: str
    description: str
    lists: tuple[Archive, ...]


@dataclass(frozen=True, repr=False)
class Archives:
    """Every archive of the blog; a tag, author or year without a post to show has none."""

    everything: Archive
    tags: tuple[Archive, ...]
    """In the order of their labels."""
    authors: tuple[Archive, ...]
    """In the order of their names."""
    years: tuple[Archive, ...]
    """Newest first."""
    series: tuple[Archive, ...]
    """In the order of their titles."""
    tag_overview: Overview
    author_overview: Overview
    series_overview: Overview

    @cached_property
    def by_docname(self) -> dict[str, Archive]:
        return {archive.docname: archive for archive in self.lists}

    @cached_property
    def with_feed(self) -> dict[str, Archive]:
        """The lists that have a feed, by docname, the blog's own first; none while there are no posts."""
        lists = (self.everything, *self.tags, *self.authors, *self.series)
        return {archive.docname: archive for archive in lists if archive.posts}

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
            overview for overview in (self.tag_overview, self.author_overview, self.series_overview) if overview.lists
        )

    @property
    def lists(self) -> tuple[Archive, ...]:
        return (self.everything, *self.tags, *self.authors, *self.years, *self.series)


def tag_docname(tag: Tag) -> str:
    """Return the docname of the list of the posts with *tag*."""
    return f"{TAGS}/{tag.slug}"


def author_docname(author: Author) -> str:
    """Return the docname of the list of the posts of *author*."""
    return f"{AUTHORS}/{author.key}"


def series_docname(series: Series) -> str:
    """Return the docname of the list of the parts of *series*."""
    return f"{SERIES}/{series.slug}"


def newest_first(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Return published *posts* in the order in which the blog lists them, those of one day by title and path."""
    return tuple(sorted(posts, key=lambda post: (post.date, post.title, post.path), reverse=True))


def archives(published: Iterable[Post], unpublished: Iterable[Post], vocabulary: Vocabulary) -> Archives:
    """Return the archives of the blog with the posts *published* and, in a preview, *unpublished*, drafts first."""
    posts, waiting = newest_first(published), tuple(unpublished)
    there, not_yet = _by_list(posts), _by_list(waiting)

    def lists(*subjects: tuple[str, str, str, str | None]) -> tuple[Archive, ...]:
        """Return the lists of *subjects*, each docname, title, description and link, that have a post, by their titles."""
        return tuple(
            Archive(docname, title, description, tuple(there[docname]), link, tuple(not_yet[docname]))
            for docname, title, description, link in sorted(subjects, key=lambda subject: subject[1].casefold())
            if docname in there or docname in not_yet
        )

    known = vocabulary
    tags = lists(*((tag_docname(tag), tag.label, tag.description, None) for tag in known.tags.values()))
    authors = lists(
        *((author_docname(author), author.name, author.line, author.url) for author in known.authors.values())
    )
    series = lists(*((series_docname(whole), whole.title, whole.description, None) for whole in known.series.values()))
    years = {post.date.year for post in (*posts, *waiting) if post.date}
    of_years = lists(
        *((f"{BLOG}/{year}", str(year), _("The posts of %(year)s.") % {"year": year}, None) for year in years)
    )
    return Archives(
        Archive(BLOG, _("All posts"), _("Every post of the blog, newest first."), posts, unpublished=waiting),
        tags,
        authors,
        of_years[::-1],
        series,
        Overview(TAGS, _("Tags"), _("What the posts are about, by subject."), tags),
        Overview(AUTHORS, _("Authors"), _("Who signs the posts."), authors),
        Overview(SERIES, _("Series"), _("Posts that are parts of one whole, to be read in order."), series),
    )


def _by_list(posts: Iterable[Post]) -> defaultdict[str, list[Post]]:
    """Return the *posts* by the docname of each list that they are in, in their order."""
    found: defaultdict[str, list[Post]] = defaultdict(list)
    for post in posts:
        of = [*map(tag_docname, post.tags), *map(author_docname, post.authors)]
        of += [series_docname(post.series)] if post.series else []
        of += [f"{BLOG}/{post.date.year}"] if post.date else []
        for docname in of:
            found[docname].append(post)
    return found
