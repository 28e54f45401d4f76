"""The map of the pages for search engines, ``sitemap.xml`` (https://www.sitemaps.org/protocol.html), and ``robots.txt``.

In place of sphinx-sitemap, which lists each page that Sphinx writes: the search, old addresses, what is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from lxml import etree
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.typing import ExtensionMetadata

from _ext.base.fingerprint import fingerprint
from _ext.base.output import Order, make, shelf_of, write_output
from _ext.blog.archives import archives_of
from _ext.blog.pagination import pages
from _ext.blog.permalinks import absolute_url, permalink
from _ext.feeds.feed import feed_listings
from _ext.feeds.write import PAGE as FEEDS_PAGE
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


def listing_pages(app: Sphinx) -> dict[str, date | None]:
    """Return each page that lists posts or feeds, by its docname, with the day of the latest change of a post in its list."""
    archives = archives_of(app)
    found = {
        page.docname: latest(listing.posts)
        for listing in archives.listings
        for page in pages(listing.docname, listing.entries)
    }
    found |= {overview.docname: latest(archives.everything.posts) for overview in archives.overviews}
    return found | ({FEEDS_PAGE: None} if feed_listings(app) else {})


def mapped(app: Sphinx) -> dict[str, date | None]:
    """Return each page that is written to be read, by its URL, with the day of its latest change where that is known."""
    posts: dict[str, Post] = app.config.published_posts
    documents = {name: posts[name].updated if name in posts else None for name in app.env.found_docs}
    documents[app.config.root_doc] = latest(posts.values())
    return {permalink(app, name): changed for name, changed in (documents | listing_pages(app)).items()}


def write_sitemap(app: Sphinx, exception: Exception | None) -> None:
    """Write both files into the built site; a preview has no map, and is closed to crawlers."""
    if exception or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    url = None if app.config.preview else absolute_url(app.config.html_baseurl, SITEMAP)
    make(app, Order(ROBOTS, "", lambda: write_output(app, ROBOTS, robots(url).encode())))
    if url:
        inputs = fingerprint(shelf_of(app), *sorted(app.env.found_docs))
        make(app, Order(SITEMAP, inputs, lambda: write_output(app, SITEMAP, sitemap(mapped(app)))))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.feeds.write")
    app.connect("build-finished", write_sitemap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
