"""A feed as Atom (RFC 4287)."""

from __future__ import annotations

from babel.dates import format_date
from feedgen.feed import FeedGenerator
from lxml import etree
from lxml.builder import ElementMaker
from sphinx.locale import _

from _ext.feeds.feed import Feed, instant

HTML = ElementMaker(namespace="http://www.w3.org/1999/xhtml", nsmap={None: "http://www.w3.org/1999/xhtml"})


def atom(feed: Feed) -> bytes:
    """Return *feed* as an Atom document in UTF-8, the same bytes for the same posts."""
    document = FeedGenerator()
    document.load_extension("media", atom=True, rss=False)
    document.id(feed.id)
    document.title(feed.title)
    document.subtitle(feed.subtitle)
    document.link(href=feed.url, rel="self", type="application/atom+xml")
    document.link(href=feed.page_url, rel="alternate", type="text/html")
    if feed.hub:
        document.link(href=feed.hub, rel="hub")
    document.language(feed.language)
    document.updated(feed.updated)
    for entry in feed.entries:
        post = entry.post
        item = document.add_entry(order="append")
        item.id(entry.id)
        item.title(post.title)
        item.link(href=entry.url)
        item.published(instant(post.date))
        item.updated(instant(post.updated))
        item.author([{"name": author.name, "uri": author.url} for author in post.authors])
        item.category([{"term": tag.slug, "label": tag.label} for tag in post.tags])
        item.summary(post.description)
        item.content(entry.text, type="html")
        if entry.image:
            item.media.thumbnail({"url": entry.image}, group=None)
    return for_people(document.atom_str(), feed)


def for_people(xml: bytes, feed: Feed) -> bytes:
    """Return the Atom document *xml* with a style sheet, an explanation, dates in words and links, for who opens it in a browser.

    They are XHTML, which a browser shows as such, and a feed reader passes over as foreign markup (RFC 4287 §6).
    It is done in place of an XSL style sheet: Chromium, Firefox and Safari have all announced to drop XSLT
    (https://chromestatus.com/feature/4709671889534976).
    """
    root = etree.fromstring(xml)
    root.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{feed.style_url}"'))
    for item, entry in zip(root.iterfind("{*}entry"), feed.entries, strict=True):
        day = format_date(entry.post.date, "long", feed.language)
        item.append(HTML.header(HTML.p(day), HTML.a(entry.post.title, href=entry.url)))
    page = HTML.a(feed.page_url, href=feed.page_url)
    told = _("This is a feed: give its address to a feed reader, and new posts come to you. To read here:")
    root.insert(0, HTML.header(HTML.p(f"{told} ", page)))
    document: bytes = etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True)
    return document
