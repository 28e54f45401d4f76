"""What the room does for Sphinx: what the head of each page says, and the files that machines read."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from _ext.base.output import makes_pages
from _ext.blog.blog import blog_of
from _ext.discovery import search
from _ext.discovery.head import describe_page
from _ext.discovery.llms import write_llms
from _ext.discovery.markdown_copy import FILE, write_copy
from _ext.discovery.sitemap import write_sitemap
from _ext.pages.built_page import PAGE_BUILT


def begin(app: Sphinx) -> None:
    """Have Sphinx write neither its index of the search nor its page, and remove the index that was there."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False
        shutil.rmtree(Path(app.outdir, search.FOLDER), ignore_errors=True)


def collect_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page that searches."""
    yield search.search_page(blog_of(app))


def describe(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Say in the head what the page is, and where its copy in Markdown will be."""
    describe_page(app, pagename, context, doctree)
    if pagename in blog_of(app).published:
        context["markdown_copy"] = FILE


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write the files that machines read, once all pages are written."""
    if not exception and makes_pages(app.builder):
        write_sitemap(app)
        write_llms(app)
        search.index_posts(app)


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", begin)
    app.connect("html-collect-pages", collect_pages)
    app.connect("html-page-context", describe, priority=900)  # after Furo, which sets an address of the page, too
    app.connect(PAGE_BUILT, write_copy)
    app.connect("build-finished", finish)
