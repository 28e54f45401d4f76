"""Full-text search by Pagefind: a reader loads the parts of the index that their words need, however large the blog is.

It stands in place of Sphinx's index, which is one file with every word of every page; bench/README.md has the figures.
What is indexed stands in the templates as data-pagefind-… attributes: https://pagefind.app/docs/indexing/.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ExtensionError
from sphinx.locale import _
from sphinx.util.typing import ExtensionMetadata

BUNDLE = "_search"
"""The folder of the index in the built site."""
PAGE = "search"
UNUSED = ("pagefind-component-ui.*", "pagefind-highlight.js", "pagefind-modular-ui.*", "pagefind-ui.*")
"""Pagefind's own interfaces; _static/search.js is ours."""


def leave_out_sphinxs(app: Sphinx) -> None:
    """Keep Sphinx from making its index, and its search page."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False


def collect_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the search page, the only one that may compile WebAssembly."""
    yield PAGE, {"title": _("Search"), "script_sources": ["'wasm-unsafe-eval'"]}, "search.html"


def write_index(app: Sphinx, exception: Exception | None) -> None:
    """Index the pages of posts, once all are written. Raises ExtensionError with Pagefind's words where it fails."""
    if exception or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    command = [sys.executable, "-m", "pagefind", "--silent", "--site", str(app.outdir), "--output-subdir", BUNDLE]
    command += ["--glob", "posts/**/index.html", "--exclude-selectors", "a.headerlink"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    bundle = Path(app.outdir, BUNDLE)
    if done.returncode or (not (bundle / "pagefind.js").exists() and app.config.published_posts):
        raise ExtensionError(
            f"Pagefind must index the posts: exit status {done.returncode}\n{done.stderr}{done.stdout}"
        )
    for pattern in UNUSED:
        for file in bundle.glob(pattern):
            file.unlink()


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.listings")
    app.connect("builder-inited", leave_out_sphinxs)
    app.connect("html-collect-pages", collect_pages)
    app.connect("build-finished", write_index)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
