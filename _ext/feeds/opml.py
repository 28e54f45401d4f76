"""The list of all feeds for feed readers, as OPML 2.0 (https://opml.org/spec2.opml)."""

from lxml import etree
from sphinx.application import Sphinx

from _ext.blog.blog import blog_of
from _ext.blog.permalinks import absolute_url, permalink
from _ext.feeds.feed import feed_path, feed_title


def opml(app: Sphinx) -> bytes:
    """Return the list in UTF-8, without the date of its making, which would change with each build."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = app.config.project
    body = etree.SubElement(root, "body")
    for docname, archive in blog_of(app).archives.with_feed.items():
        title, url = feed_title(app, archive), absolute_url(app.config.html_baseurl, feed_path(docname))
        named = {"type": "rss", "text": title, "title": title}  # "rss" is any feed (§ Subscription lists)
        etree.SubElement(body, "outline", named | {"xmlUrl": url, "htmlUrl": permalink(app, docname)})
    document: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return document
