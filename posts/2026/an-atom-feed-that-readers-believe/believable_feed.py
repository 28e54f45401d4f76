"""An Atom feed whose bytes depend on the posts and on nothing else.

No function here reads a clock, a time zone, a locale or a file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

import lxml.html
from feedgen.feed import FeedGenerator

DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Entry:
    """One post. `slug` and `first_published` are history: they stay when the post moves or is renamed."""

    slug: str
    first_published: date  # a day in UTC
    updated: date  # a day in UTC: the last change that a subscriber should hear of
    path: str  # of the page today, below the base URL: "posts/queues/"
    title: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    html: str  # the post's body, links as in its page


@dataclass(frozen=True)
class Feed:
    """One feed of the site. `authority`, `since` and `name` are history too."""

    authority: str  # a domain name that was ours on every date used in an id
    since: date  # the day, in UTC, on which this feed first appeared
    name: str  # distinct for each feed of the site: "blog", "tag/python"
    title: str
    page: str  # of the same posts as HTML, below the base URL: "blog/"
    path: str  # of the feed, below the base URL: "blog/atom.xml"


def entry_id(authority: str, first_published: date, slug: str) -> str:
    """The permanent id of a post: a `tag:` URI (RFC 4151) from facts that are over and cannot change."""
    if not DOMAIN.fullmatch(authority) or not SLUG.fullmatch(slug):
        raise ValueError(f"no id from authority {authority!r} and slug {slug!r}: lower case, no spaces")
    return f"tag:{authority},{first_published:%Y-%m-%d}:{slug}"


def feed_id(authority: str, since: date, name: str) -> str:
    """The permanent id of one feed; the slash keeps it apart from every post, since a slug has none."""
    return f"{entry_id(authority, since, 'feed')}/{name}"


def absolute_url(base_url: str, path: str) -> str:
    """`path` below `base_url`, whether or not the base ends in a slash.

    Not `urljoin`: it replaces the last segment of a base such as https://example.org/engineering.
    """
    if not urlsplit(base_url).netloc:
        raise ValueError(f"not an absolute address: {base_url!r}")
    return f"{base_url.rstrip('/')}/{path}"


def absolute_links(html: str, page_url: str) -> str:
    """An HTML fragment as it stands in the page at `page_url`, fit to be read anywhere else."""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for furniture in [*root.find_class("headerlink"), *root.iter("button")]:
        furniture.drop_tree()  # not remove(), which takes the text after the element with it
    root.make_links_absolute(page_url)
    return lxml.html.tostring(root, encoding="unicode")


def start_of(day: date) -> datetime:
    """Midnight UTC: the zone of the machine that builds has no say."""
    return datetime.combine(day, time.min, tzinfo=UTC)


def write_feed(feed: Feed, entries: Sequence[Entry], base_url: str) -> bytes:
    """The Atom document of `feed`, newest post first; ValueError for an unsigned post or an id used twice."""
    ids = [entry_id(feed.authority, entry.first_published, entry.slug) for entry in entries]
    if len(set(ids)) < len(ids):
        raise ValueError(f"an id is used twice: {ids}")
    document = FeedGenerator()
    document.id(feed_id(feed.authority, feed.since, feed.name))
    document.title(feed.title)
    document.link(href=absolute_url(base_url, feed.page), rel="alternate")
    document.link(href=absolute_url(base_url, feed.path), rel="self")
    document.updated(start_of(max((entry.updated for entry in entries), default=feed.since)))
    for entry in sorted(entries, key=lambda entry: (entry.first_published, entry.slug), reverse=True):
        if not entry.authors:
            raise ValueError(f"{entry.slug}: a post needs an author")
        page_url = absolute_url(base_url, entry.path)
        item = document.add_entry(order="append")
        item.id(entry_id(feed.authority, entry.first_published, entry.slug))
        item.title(entry.title)
        item.link(href=page_url)
        item.published(start_of(entry.first_published))
        item.updated(start_of(entry.updated))  # without this call feedgen writes the time of the build
        item.author([{"name": name} for name in entry.authors])
        item.category([{"term": tag} for tag in entry.tags])
        item.content(absolute_links(entry.html, page_url), type="html")
    return document.atom_str(pretty=True)
