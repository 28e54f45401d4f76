"""The list of all feeds for feed readers, as OPML 2.0 (https://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree


@dataclass(frozen=True)
class Outline:
    """A feed in the list."""

    title: str
    feed_url: str
    page_url: str


def opml(title: str, outlines: Iterable[Outline]) -> bytes:
    """Return the list of that *title* in UTF-8, without the date of its making, which would change with each build."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for outline in outlines:
        facts = {
            "type": "rss",
            "text": outline.title,
            "title": outline.title,
        }  # "rss" stands for any feed (§ Subscription lists)
        etree.SubElement(body, "outline", facts | {"xmlUrl": outline.feed_url, "htmlUrl": outline.page_url})
    document: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return document
