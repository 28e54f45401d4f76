"""The map of the pages for search engines, ``sitemap.xml`` (https://www.sitemaps.org/protocol.html), and ``robots.txt``.

In place of sphinx-sitemap, which lists each page that Sphinx writes: the search, old addresses, what is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.typing import ExtensionMetadata

from _ext.listings import Listing, Overview, archives_of
from _ext.permalinks import absolute_url, permalink
from _ext.posts import Post

SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(pages: Mapping[str, date | None]) -> bytes:
    """Return the map of *pages*: the URL of each, and the day on which it last changed where that is known."""
    root = etree.Element("urlset", nsmap={None: NAMESPACE})
    for url, changed in sorted(pages.items()):
        page = etree.SubElement(root, "url")
        etree.SubElement(page, "loc").text = url
        if changed:
            etree.SubElement(page, "lastmod").text = changed.isoformat()
    xml: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return xml


def robots(sitemap_url: str | None) -> str:
    """Return the file that says what crawlers may read (RFC 9309): all, as the map at *sitemap_url* says, or nothing.

    A page that shall not be found says so itself (noindex), and for that it must be read.
    """
    if sitemap_url:
        return f"User-agent: *\nDisallow:\n\nSitemap: {sitemap_url}\n"
    return "User-agent: *\nDisallow: /\n"


def latest(posts: Iterable[Post]) -> date | None:
    """Return the day of the latest change of *posts*, which are published; None where there are none."""
    return max((post.updated for post in posts if post.updated), default=None)


@lru_cache(maxsize=1)
def _listed(app: Sphinx) -> dict[str, date | None]:
    """Return the pages of listings written so far, each with its latest change; Sphinx writes them all in one process."""
    return {}


def note_listing(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Note a page that lists posts, of which a listing may have several, or feeds."""
    listing: Listing | Overview | None = context.get("listing") or context.get("overview")
    if isinstance(listing, Listing):
        _listed(app)[pagename] = latest(listing.posts)
    elif listing:
        _listed(app)[pagename] = latest(archives_of(app).everything.posts)
    elif pagename == context["feeds_page"]:
        _listed(app)[pagename] = None


def pages(app: Sphinx) -> dict[str, date | None]:
    """Return each page that is written to be read, by its URL, with the day of its latest change where that is known."""
    posts: dict[str, Post] = app.config.published_posts
    documents = {name: posts[name].updated if name in posts else None for name in app.env.found_docs}
    documents[app.config.root_doc] = latest(posts.values())
    return {permalink(app, name): changed for name, changed in (documents | _listed(app)).items()}


def write_sitemap(app: Sphinx, exception: Exception | None) -> None:
    """Write both files into the built site; a preview has no map, and is closed to crawlers."""
    if exception or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    url = None if app.config.preview else absolute_url(app.config.html_baseurl, SITEMAP)
    Path(app.outdir, ROBOTS).write_text(robots(url), encoding="utf-8", newline="\n")
    if url:
        Path(app.outdir, SITEMAP).write_bytes(sitemap(pages(app)))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.feed_files")
    app.connect("html-page-context", note_listing)
    app.connect("build-finished", write_sitemap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
