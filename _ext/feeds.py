"""The Atom feeds: one for the blog, one for each tag.

They stand in place of ABlog's feed, whose ids are URLs and one for all feeds, whose links are relative, which keeps one
of several authors, and whose dates pass through the local time zone (ablog.post.generate_atom_feeds). An entry's text
is taken from the post's page as built, so that a subscriber reads what a visitor reads and nothing is rendered twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from pathlib import Path

import lxml.html
from feedgen.feed import FeedGenerator
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.typing import ExtensionMetadata

from _ext.listings import Listing, archives_of
from _ext.permalinks import absolute_url, permalink
from _ext.posts import Post

NEWEST = 20
TEXT = ".//*[@data-post-text]"
"""The element that holds a post's text, see _templates/partials/post.html; Markdown cannot give an attribute."""
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML cannot hold (XML 1.0, §2.2); a file that a post shows may have them."""


@dataclass(frozen=True)
class Feed:
    """A feed as its readers see it, apart from the text of its entries."""

    id: str
    title: str
    subtitle: str
    url: str
    page_url: str
    """The page that lists the same posts."""
    language: str
    """An IETF language tag."""
    posts: tuple[Post, ...]
    """One or more, newest first."""


def entry_id(authority: str, post: Post) -> str:
    """Return the id of a post's entry: a tag URI (RFC 4151) of the date and slug of its first publication.

    Neither its present title and path nor the host has a part in it, as an id must outlive them (RFC 4287 §4.2.6).
    """
    day, slug = post.first_published
    return f"tag:{authority},{day}:{slug}"


def feed_id(authority: str, founded: str, path: str) -> str:
    """Return the id of the feed at *path*: a tag URI (RFC 4151) of the day on which the blog was *founded*."""
    return f"tag:{authority},{founded}:{path}"


def feed_path(docname: str) -> str:
    """Return where the feed of the listing *docname* stands, relative to the base URL."""
    return f"{docname}/atom.xml"


def instant(day: date | None) -> datetime:
    """Return the first instant of *day*, the date of a published post, in UTC (RFC 4287 §3.3)."""
    assert day is not None
    return datetime.combine(day, time(), UTC)


def standalone(page: bytes, page_url: str) -> str:
    """Return the text of a post as HTML that needs no page around it.

    *page* is the post's page, at *page_url*. Links and image addresses become absolute, since a feed reader has no page
    to resolve them against; the anchors beside headings and the buttons of tabs go, since they do nothing there. Of a
    picture one file remains.
    """
    (text,) = lxml.html.document_fromstring(page, parser=lxml.html.HTMLParser(encoding="utf-8")).iterfind(TEXT)
    for anchor in [link for link in text.iterfind(".//a") if link.get("class") == "headerlink"]:
        anchor.drop_tree()
    for button in list(text.iterfind(".//input")):
        button.drop_tree()
    # A reader's program may keep neither <source> nor style: the author's own file, and of light and dark the light.
    for picture in list(text.iterfind(".//picture")):
        for source in list(picture.iter("source")):
            source.drop_tag()  # and no more: libxml2 takes what follows a <source> for its content
        if picture.get("class") == "only-dark":
            picture.drop_tree()
        else:
            picture.drop_tag()
    text.make_links_absolute(page_url)
    html = "".join(lxml.html.tostring(child, encoding="unicode") for child in text).strip()
    return NOT_XML.sub("\ufffd", html)


def atom(feed: Feed, authority: str, url_of: Callable[[Post], str], text_of: Callable[[Post], str]) -> bytes:
    """Return *feed* as an Atom document (RFC 4287) in UTF-8, the same bytes for the same posts.

    *url_of* gives the permalink of a post, *text_of* its text as HTML that needs no page around it.
    """
    document = FeedGenerator()
    document.id(feed.id)
    document.title(feed.title)
    document.subtitle(feed.subtitle)
    document.link(href=feed.url, rel="self", type="application/atom+xml")
    document.link(href=feed.page_url, rel="alternate", type="text/html")
    document.language(feed.language)
    # Both default to the clock, which would make every build a new feed to its readers.
    document.updated(max(instant(post.updated) for post in feed.posts))
    for post in feed.posts:
        entry = document.add_entry(order="append")
        entry.id(entry_id(authority, post))
        entry.title(post.title)
        entry.link(href=url_of(post))
        entry.published(instant(post.date))
        entry.updated(instant(post.updated))
        entry.author([{"name": author.name, "uri": author.url} for author in post.authors])
        entry.category([{"term": tag.slug, "label": tag.label} for tag in post.tags])
        entry.summary(post.description)
        entry.content(text_of(post), type="html")
    xml: bytes = document.atom_str(pretty=True)
    return xml


@lru_cache(maxsize=1)
def feed_listings(app: Sphinx) -> dict[str, Listing]:
    """Return the listings that have a feed, by docname, the blog's own first; none while there are no posts."""
    archives = archives_of(app)
    return {listing.docname: listing for listing in (archives.everything, *archives.tags) if listing.posts}


def feed_title(app: Sphinx, listing: Listing) -> str:
    """Return the title of the feed of *listing*, which tells one feed of the blog from another."""
    project: str = app.config.project
    return project if _is_whole(app, listing) else f"{project}: {listing.title}"


def _is_whole(app: Sphinx, listing: Listing) -> bool:
    return listing.docname == archives_of(app).everything.docname


def feed_of(app: Sphinx, listing: Listing) -> Feed:
    """Return the feed of *listing*."""
    path = feed_path(listing.docname)
    return Feed(
        id=feed_id(app.config.feed_authority, app.config.feed_founded, path),
        title=feed_title(app, listing),
        subtitle=app.config.feed_subtitle if _is_whole(app, listing) else listing.description,
        url=absolute_url(app.config.html_baseurl, path),
        page_url=permalink(app, listing.docname),
        language=app.config.language,
        posts=listing.posts[:NEWEST],
    )


def write_feeds(app: Sphinx, exception: Exception | None) -> None:
    """Write every feed beside its listing, once all pages are written."""
    builder = app.builder
    if exception or not isinstance(builder, StandaloneHTMLBuilder):
        return

    def url_of(post: Post) -> str:
        return permalink(app, post.docname)

    @cache
    def text_of(post: Post) -> str:
        return standalone(builder.get_output_path(post.docname).read_bytes(), url_of(post))

    for docname, listing in feed_listings(app).items():
        path = Path(app.outdir, feed_path(docname))
        path.write_bytes(atom(feed_of(app, listing), app.config.feed_authority, url_of, text_of))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.listings")
    # The name and day under which ids are minted (RFC 4151 §2.1): fixed for good, whatever host the blog moves to.
    app.add_config_value("feed_authority", "", "html", str)
    app.add_config_value("feed_founded", "", "html", str)
    app.add_config_value("feed_subtitle", "", "html", str)
    app.connect("build-finished", write_feeds)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
