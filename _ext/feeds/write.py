"""Writes each feed beside its listing, and the list of all feeds: a page for people, and OPML for feed readers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.locale import _
from sphinx.util.typing import ExtensionMetadata

from _ext.base.fingerprint import fingerprint
from _ext.base.output import Order, make, page_fingerprint, page_of, shelf_of, write_output
from _ext.blog.archives import Listing, archives_of
from _ext.blog.permalinks import absolute_url, permalink
from _ext.feeds.atom import atom
from _ext.feeds.feed import (
    NEWEST,
    Entry,
    entry_id,
    feed_listings,
    feed_of,
    feed_path,
    feed_title,
    json_path,
    standalone,
)
from _ext.feeds.json_feed import json_feed
from _ext.feeds.opml import Outline, opml
from _ext.pages.social_image import social_image
from _ext.posts import Post

PAGE = "blog/feeds"
OPML = "blog/feeds.opml"
AT_ONCE = 20
"""The feeds that one process writes: they share entries."""


def collect_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page that lists the feeds, where there are any."""
    listings = feed_listings(app)
    if listings:
        archives = archives_of(app)
        kinds = [
            (_("The blog"), (archives.everything,)),
            (_("Tags"), archives.tags),
            (_("Authors"), archives.authors),
            (_("Series"), archives.series),
        ]
        groups = [(kind, [listing for listing in of if listing.docname in listings]) for kind, of in kinds]
        paths = {"feed_path": feed_path, "json_path": json_path, "opml_path": OPML}
        texts = {
            "title": _("Feeds to subscribe to"),
            "description": _(
                "Give the address of a feed to a feed reader, and new posts come to you, whole and without an account."
            ),
        }
        yield PAGE, {**texts, "feed_groups": [group for group in groups if group[1]], **paths}, "feeds.html"


def link_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Let the sidebar of each page lead to the list."""
    context["feeds_page"] = PAGE if feed_listings(app) else None


def feed_inputs(app: Sphinx, listing: Listing) -> str:
    """Return the fingerprint of what the feed of *listing* is made of: the pages of its posts."""
    entries = (
        (post.docname, str(post.updated), page_fingerprint(app, post.docname)) for post in listing.posts[:NEWEST]
    )
    return fingerprint(listing.title, listing.description, *entries)


def write_feeds(app: Sphinx, exception: Exception | None) -> None:
    """Write every feed and the list of them, once all pages are written."""
    builder = app.builder
    if exception or not isinstance(builder, StandaloneHTMLBuilder):
        return

    @cache
    def entry_of(post: Post) -> Entry:
        url = permalink(app, post.docname)
        text = standalone(page_of(app, post.docname), url)
        image = social_image(app, post).url if post.image else None
        return Entry(entry_id(app.config.feed_authority, post), post, url, text, image)

    def write(listing: Listing) -> None:
        feed = feed_of(app, listing, entry_of)
        write_output(app, feed_path(listing.docname), atom(feed))
        write_output(app, json_path(listing.docname), json_feed(feed))

    orders = [
        Order(feed_path(docname), feed_inputs(app, listing), partial(write, listing))
        for docname, listing in feed_listings(app).items()
    ]
    if orders:
        orders.append(
            Order(OPML, shelf_of(app), lambda: write_output(app, OPML, opml(app.config.project, outlines(app))))
        )
    make(app, *orders, at_once=AT_ONCE)


def outlines(app: Sphinx) -> list[Outline]:
    """Return each feed as the list of all feeds names it."""
    return [
        Outline(
            feed_title(app, listing), absolute_url(app.config.html_baseurl, feed_path(docname)), permalink(app, docname)
        )
        for docname, listing in feed_listings(app).items()
    ]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.feeds.feed")
    app.setup_extension("_ext.pages.social_image")
    app.connect("html-collect-pages", collect_pages)
    app.connect("html-page-context", link_page)
    app.connect("build-finished", write_feeds)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
