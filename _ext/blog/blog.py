"""The blog as it stands in one run: made once, from ``posts/`` and the day, and never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from sphinx.application import Sphinx

from _ext.base.fingerprint import Plain, fingerprint
from _ext.blog.aging import has_aged, next_aging
from _ext.blog.archives import AUTHORS, BLOG, TAGS, Archives, archives
from _ext.blog.reading_time import code_lines, minutes
from _ext.blog.surroundings import Surroundings, surroundings
from _ext.posts import Post, Posts, Vocabulary

NEWEST_AT_HOME = 10
NEWEST_IN_SIDEBAR = 5


# Sphinx spells out what it hands to each listener of an event (sphinx.events.EventManager.emit), and a page's context leads
# to the blog: without a short form, a page costs more the more posts there are.
@dataclass(frozen=True, repr=False, eq=False)
class Blog:
    """The posts that the site shows, in their lists, on a day."""

    root: Path
    """The folder of the site's sources."""
    day: date
    """In UTC."""
    vocabulary: Vocabulary
    published: Mapping[str, Post]
    """By docname."""
    unpublished: Mapping[str, Post]
    """What a preview shows besides, by docname, drafts first; else empty."""
    next_change: date | None
    """The first day after this one on which the site changes by itself."""
    _minutes: dict[str, int] = field(default_factory=dict)
    _surroundings: dict[str, Surroundings] = field(default_factory=dict)

    def post(self, docname: str) -> Post | None:
        """Return the post, published or not, that Sphinx knows as *docname*, or None."""
        return self.published.get(docname) or self.unpublished.get(docname)

    @property
    def posts(self) -> list[Post]:
        """Every post that has a page."""
        return [*self.published.values(), *self.unpublished.values()]

    @cached_property
    def archives(self) -> Archives:
        """Every list of posts, titled in the language of the site."""
        return archives(self.published.values(), self.unpublished.values(), self.vocabulary)

    @property
    def home(self) -> tuple[Post, ...]:
        """The posts that home lists."""
        everything = self.archives.everything
        return everything.unpublished + everything.posts[:NEWEST_AT_HOME]

    @property
    def newest(self) -> tuple[Post, ...]:
        """The posts that the sidebar lists."""
        return self.archives.everything.posts[:NEWEST_IN_SIDEBAR]

    def reading_time(self, post: Post) -> int:
        """Return the minutes that *post* takes to read."""
        if post.path not in self._minutes:
            self._minutes[post.path] = minutes(post.text.words, code_lines(self.root, post))
        return self._minutes[post.path]

    def around(self, post: Post) -> Surroundings:
        """Return what stands around *post*; each is asked for before its page is written, and as it is."""
        if post.path not in self._surroundings:
            self._surroundings[post.path] = surroundings(post, self.archives, self.day)
        return self._surroundings[post.path]

    @property
    def sidebar(self) -> Plain:
        """All that the sidebar, and so each page, shows of the blog, as plain data."""
        found = self.archives
        posts = tuple((post.docname, post.title) for post in (*found.everything.unpublished, *self.newest))
        years = tuple(year.docname for year in found.years)
        return posts, years, bool(found.authors), bool(found.series), bool(found.everything.posts)

    @cached_property
    def lists_key(self) -> str:
        """The cache key of what lists and feeds and the pages of other posts can show of any post."""
        return fingerprint(
            *(
                (
                    *(post.docname, post.title, post.description, str(post.date), str(post.updated)),
                    *(tag.slug for tag in post.tags),
                    *(author.key for author in post.authors),
                    post.series.slug if post.series else None,
                    *post.redirects,
                    has_aged(post, self.day),
                    self.reading_time(post),
                )
                for post in self.posts
            ),
            len(self.unpublished),
        )

    @cached_property
    def references(self) -> dict[str, tuple[str, str]]:
        """The names by which a text can refer to a list of posts, as ABlog has them, each with its docname and its title."""
        found = self.archives
        kinds = {"tag": found.tags, "author": found.authors, "archive": found.years}
        return {
            "blog-posts": (BLOG, "Posts"),
            "blog-tags": (TAGS, "Tags"),
            "blog-authors": (AUTHORS, "Authors"),
            **{
                f"{kind}-{archive.docname.rpartition('/')[2]}": (archive.docname, archive.title)
                for kind, archives in kinds.items()
                for archive in archives
            },
        }


def blog_on(root: Path, day: date, posts: Posts, *, preview: bool = False) -> Blog:
    """Return the blog of the sound *posts* of the site at *root* on that *day* (UTC).

    A *preview* shows those as well that are not published yet.
    """
    published = {post.docname: post for post in posts.posts if post.is_published(day)}
    waiting = [post for post in posts.posts if preview and not post.is_published(day)]
    unpublished = {post.docname: post for post in sorted(waiting, key=draft_then_latest)}
    changes = [next_publication(posts.posts, day), next_aging(published.values(), day)]
    return Blog(root, day, posts.vocabulary, published, unpublished, min(filter(None, changes), default=None))


def next_publication(posts: Iterable[Post], today: date) -> date | None:
    """Return the first day after *today* (UTC) on which one of *posts* goes live, or None."""
    return min((post.date for post in posts if post.date and not post.is_published(today)), default=None)


def draft_then_latest(post: Post) -> tuple[int, str]:
    """Sort posts that are not published: drafts first, then from the latest date to the nearest."""
    return -(post.date or date.max).toordinal(), post.path


def blog_of(app: Sphinx) -> Blog:
    """Return the blog of this run, which `_ext.blog` has made as Sphinx read its configuration."""
    blog = vars(app)["blog"]
    assert isinstance(blog, Blog)
    return blog
