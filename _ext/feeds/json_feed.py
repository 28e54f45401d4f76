"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import Any

from _ext.feeds.feed import Entry, Feed, instant

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(feed: Feed) -> bytes:
    """Return *feed* as a JSON document in UTF-8, the same bytes for the same posts."""
    document = {
        "version": VERSION,
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": feed.page_url,
        "feed_url": feed.json_url,
        "language": feed.language,
        **({"hubs": [{"type": "WebSub", "url": feed.hub}]} if feed.hub else {}),
        "items": [_item(entry) for entry in feed.entries],
    }
    return f"{json.dumps(document, ensure_ascii=False, indent=1)}\n".encode()


def _item(entry: Entry) -> dict[str, Any]:
    post = entry.post
    return {
        "id": entry.id,
        "url": entry.url,
        "title": post.title,
        "summary": post.description,
        "content_html": entry.text,
        "date_published": instant(post.date).isoformat(),  # the form of RFC 3339
        "date_modified": instant(post.updated).isoformat(),
        "authors": [{"name": author.name, "url": author.url} for author in post.authors],
        "tags": [tag.label for tag in post.tags],
        **({"image": entry.image} if entry.image else {}),
    }
