"""The list of all feeds for feed readers, as OPML 2.0 (https://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree


@dataclass(frozen=True)
class Subscription:
    """What a feed reader needs to know to subscribe to a feed."""

    title: str
    feed_url: str
    page_url: str
    """Of the list of the same posts."""


def opml(title: str, subscriptions: Iterable[Subscription]) -> bytes:
    """Return the list of that *title* in UTF-8, without the date of its making, which would change with each build."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for feed in subscriptions:
        named = {"type": "rss", "text": feed.title, "title": feed.title}  # "rss" is any feed (§ Subscription lists)
        etree.SubElement(body, "outline", named | {"xmlUrl": feed.feed_url, "htmlUrl": feed.page_url})
    document: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return document
