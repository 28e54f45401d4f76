"""What the room does for Sphinx: the page that lists the feeds, and the feeds once all pages are written."""

from typing import Any

from sphinx.application import Sphinx

from _ext.base.output import makes_pages, site_of
from _ext.blog.blog import blog_of
from _ext.feeds.feed import entry_text
from _ext.feeds.write import PAGE, collect_pages, in_feeds, write_feeds
from _ext.pages.built_page import PAGE_BUILT, BuiltPage


def link_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Let the sidebar of each page lead to the list of the feeds."""
    context["feeds_page"] = PAGE if blog_of(app).archives.with_feed else None


class KeepTexts:
    """Keeps the text of each post that a feed may have, from its page as built."""

    def __init__(self) -> None:
        self.paths: frozenset[str] | None = None

    def __call__(self, app: Sphinx, page: BuiltPage) -> None:
        if self.paths is None:
            self.paths = frozenset(app.builder.get_target_uri(docname) for docname in in_feeds(blog_of(app)))
        if page.path in self.paths:
            site_of(app.builder).tell(page.path, text=entry_text(page))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write the feeds."""
    if not exception and makes_pages(app.builder):
        write_feeds(app)


def setup(app: Sphinx) -> None:
    # The first two are the name and day under which ids are minted (RFC 4151 §2.1): fixed for good, whatever host the blog moves to.
    for name in ("feed_authority", "feed_founded", "feed_subtitle", "feed_hub"):
        app.add_config_value(name, "", "html", str)
    app.connect("html-collect-pages", collect_pages)
    app.connect("html-page-context", link_page)
    app.connect(PAGE_BUILT, KeepTexts())
    app.connect("build-finished", finish)
