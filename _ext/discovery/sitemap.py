"""The map of the pages for search engines, ``sitemap.xml`` (https://www.sitemaps.org/protocol.html), and ``robots.txt``.

In place of sphinx-sitemap, which lists each page that Sphinx writes: the search, old addresses, what is not there.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from lxml import etree
from sphinx.application import Sphinx

from _ext.base.fingerprint import fingerprint
from _ext.base.output import Task, site_of
from _ext.blog.blog import blog_of
from _ext.blog.pagination import pages
from _ext.blog.permalinks import absolute_url, permalink
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


def archive_days(app: Sphinx) -> dict[str, date | None]:
    """Return each page that lists posts or feeds, by its docname, with the day of the latest change of a post in its list."""
    archives = blog_of(app).archives
    found: dict[str, date | None] = {FEEDS_PAGE: None} if archives.with_feed else {}
    for archive in archives.lists:
        found |= dict.fromkeys(
            (page.docname for page in pages(archive.docname, archive.entries)), latest(archive.posts)
        )
    return found | dict.fromkeys(
        (overview.docname for overview in archives.overviews), latest(archives.everything.posts)
    )


def mapped(app: Sphinx) -> dict[str, date | None]:
    """Return each page that is written to be read, by its URL, with the day of its latest change where that is known."""
    posts = blog_of(app).published
    documents = {name: posts[name].updated if name in posts else None for name in app.env.found_docs}
    documents[app.config.root_doc] = latest(posts.values())
    return {permalink(app, name): changed for name, changed in (documents | archive_days(app)).items()}


def write_sitemap(app: Sphinx) -> None:
    """Write both files into the built site; a preview has no map, and is closed to crawlers."""
    site = site_of(app.builder)
    url = None if app.config.preview else absolute_url(app.config.html_baseurl, SITEMAP)
    site.make(Task(ROBOTS, "", lambda: site.write_file(ROBOTS, robots(url).encode())))
    if url:
        key = fingerprint(blog_of(app).lists_key, *sorted(app.env.found_docs))
        site.make(Task(SITEMAP, key, lambda: site.write_file(SITEMAP, sitemap(mapped(app)))))
