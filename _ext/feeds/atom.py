"""A feed as Atom (RFC 4287), which a browser shows to people as well.

For them it has a style sheet, an explanation, dates in words and links. They are XHTML, which a browser shows as such, and a
feed reader passes over as foreign markup (RFC 4287 §6). It is done in place of an XSL style sheet: Chromium, Firefox and
Safari have all announced to drop XSLT (https://chromestatus.com/feature/4709671889534976).
"""

from babel.dates import format_date
from lxml import etree
from lxml.builder import ElementMaker
from sphinx.locale import _

from _ext.feeds.feed import Entry, Feed, instant

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_RSS = "http://search.yahoo.com/mrss/"
"""https://www.rssboard.org/media-rss: where a feed reader looks for an entry's picture."""
XHTML = "http://www.w3.org/1999/xhtml"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
ATOM = ElementMaker(namespace=NAMESPACE, nsmap={"media": MEDIA_RSS, None: NAMESPACE})
MEDIA = ElementMaker(namespace=MEDIA_RSS)
HTML = ElementMaker(namespace=XHTML, nsmap={None: XHTML})


def atom(feed: Feed) -> bytes:
    """Return *feed* as an Atom document in UTF-8, the same bytes for the same posts."""
    told = _("This is a feed: give its address to a feed reader, and new posts come to you. To read here:")
    root = ATOM.feed(
        {LANGUAGE: feed.language},
        HTML.header(HTML.p(f"{told} ", HTML.a(feed.page_url, href=feed.page_url))),
        ATOM.id(feed.id),
        ATOM.title(feed.title),
        ATOM.updated(feed.updated.isoformat()),
        ATOM.link(href=feed.url, rel="self", type="application/atom+xml"),
        ATOM.link(href=feed.page_url, rel="alternate", type="text/html"),
        *([ATOM.link(href=feed.hub, rel="hub")] if feed.hub else []),
        *([ATOM.subtitle(feed.subtitle)] if feed.subtitle else []),
        *(_entry(entry, feed.language) for entry in feed.entries),
    )
    root.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{feed.style_url}"'))
    document: bytes = etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True)
    return document


def _entry(entry: Entry, language: str) -> etree._Element:
    post = entry.post
    return ATOM.entry(
        ATOM.id(entry.id),
        ATOM.title(post.title),
        ATOM.updated(instant(post.updated).isoformat()),
        *(ATOM.author(ATOM.name(author.name), ATOM.uri(author.url)) for author in post.authors),
        ATOM.content(entry.text, type="html"),
        ATOM.link(href=entry.url),
        ATOM.summary(post.description),
        *(ATOM.category(term=tag.slug, label=tag.label) for tag in post.tags),
        ATOM.published(instant(post.date).isoformat()),
        *([MEDIA.thumbnail(url=entry.image)] if entry.image else []),
        HTML.header(HTML.p(format_date(post.date, "long", language)), HTML.a(post.title, href=entry.url)),
    )
