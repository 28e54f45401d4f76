"""What feeds there are, of the blog, each tag, author and series, and what they say; how they are written is in
_ext/feeds/atom.py and _ext/feeds/json_feed.py.

They stand in place of ABlog's feed, whose ids are URLs and one for all feeds, whose links are relative, which keeps one
of several authors, and whose dates pass through the local time zone (ablog.post.generate_atom_feeds). An entry's text
is taken from the post's page as built, so that a subscriber reads what a visitor reads and nothing is rendered twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from posixpath import dirname, relpath

from lxml.html import tostring
from sphinx.application import Sphinx

from _ext.blog.archives import BLOG, Archive
from _ext.blog.permalinks import absolute_url, permalink
from _ext.pages.built_page import BuiltPage
from _ext.posts import Post

NEWEST = 20
STYLE = "_static/feed.css"


@dataclass(frozen=True)
class Entry:
    """A post as the readers of a feed see it."""

    id: str
    post: Post
    url: str
    """The permalink."""
    text: str
    """HTML that needs no page around it."""
    image: str | None
    """The URL of the picture that the author has chosen for the post."""


@dataclass(frozen=True)
class Feed:
    """A feed as its readers see it."""

    id: str
    title: str
    subtitle: str
    url: str
    """Of the feed as Atom."""
    json_url: str
    """Of the same feed as JSON."""
    page_url: str
    """The page that lists the same posts."""
    style_url: str
    """Where, as seen from the feed, the style sheet is for people who open it in a browser."""
    hub: str
    """The URL of a WebSub hub that tells subscribers of news (https://www.w3.org/TR/websub/), or empty."""
    language: str
    """An IETF language tag."""
    entries: tuple[Entry, ...]
    """One or more, newest first."""

    @property
    def updated(self) -> datetime:
        """When the newest change was; the clock would make every build a new feed to its readers."""
        return max(instant(entry.post.updated) for entry in self.entries)


def entry_id(authority: str, post: Post) -> str:
    """Return the id of a post's entry: a tag URI (RFC 4151) of the date and slug of its first publication.

    Neither its present title and path nor the host has a part in it, as an id must outlive them (RFC 4287 §4.2.6).
    """
    day, slug = post.first_published
    return f"tag:{authority},{day}:{slug}"


def feed_path(docname: str) -> str:
    """Return where the feed of the archive *docname* stands as Atom, relative to the base URL."""
    return f"{docname}/atom.xml"


def json_path(docname: str) -> str:
    """Return where the same feed stands as JSON."""
    return f"{docname}/feed.json"


def instant(day: date | None) -> datetime:
    """Return the first instant of *day*, the date of a published post, in UTC (RFC 4287 §3.3)."""
    assert day is not None
    return datetime.combine(day, time(), UTC)


def entry_text(page: BuiltPage) -> str:
    """Return the text of the post whose *page* it is as HTML that needs no page around it."""
    assert page.text is not None
    return "".join(tostring(block, encoding="unicode") for block in page.text).strip()


def feed_title(app: Sphinx, archive: Archive) -> str:
    """Return the title of the feed of *archive*, which tells one feed of the blog from another."""
    project: str = app.config.project
    return project if archive.docname == BLOG else f"{project}: {archive.title}"


def feed_of(app: Sphinx, archive: Archive, entry_of: Callable[[Post], Entry]) -> Feed:
    """Return the feed of *archive*; *entry_of* gives the entry of a post."""
    path, baseurl = feed_path(archive.docname), app.config.html_baseurl
    return Feed(
        id=f"tag:{app.config.feed_authority},{app.config.feed_founded}:{path}",  # as of an entry, see `entry_id`
        title=feed_title(app, archive),
        subtitle=app.config.feed_subtitle if archive.docname == BLOG else archive.description,
        url=absolute_url(baseurl, path),
        json_url=absolute_url(baseurl, json_path(archive.docname)),
        page_url=permalink(app, archive.docname),
        style_url=relpath(STYLE, dirname(path)),
        hub=app.config.feed_hub,
        language=app.config.language,
        entries=tuple(entry_of(post) for post in archive.posts[:NEWEST]),
    )
