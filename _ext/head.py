"""What the ``<head>`` of a page tells machines: its canonical URL, its description, its feeds, and to keep out."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from _ext.feeds import feed_listings, feed_path, feed_title
from _ext.listings import Listing
from _ext.permalinks import permalink

DOCUTILS_VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
"""What docutils writes for each document; Furo's frame has it already, and two are one too many (WHATWG HTML 4.2.5.1)."""


def describe_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Set ``pageurl``, ``description``, ``feeds``, ``metatags`` and ``noindex`` for the templates."""
    # Furo joins base URL and path without a slash between them (furo._fix_canonical_url), hence after it.
    context["pageurl"] = permalink(app, pagename)
    subject = context.get("post") or context.get("listing") or context.get("overview")
    context["description"] = subject.description if subject else None
    context["metatags"] = (context.get("metatags") or "").replace(DOCUTILS_VIEWPORT, "")
    context["noindex"] = app.config.preview  # on every page: its listings name what is not published yet
    context["feeds"] = [(feed_title(app, listing), feed_path(listing.docname)) for listing in _announced(app, pagename)]


def _announced(app: Sphinx, pagename: str) -> list[Listing]:
    """Return the listings whose feeds a page announces: its own first, then that of the blog."""
    with_feed = feed_listings(app)
    return [with_feed[docname] for docname in dict.fromkeys([pagename, *list(with_feed)[:1]]) if docname in with_feed]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.feeds")
    app.connect("html-page-context", describe_page, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
