"""Code blocks that the keyboard can scroll (WCAG 2.1.1), which a wide listing needs on a narrow screen.

Neither Sphinx nor Furo makes them so (axe: scrollable-region-focusable); goes when either does.
"""

from __future__ import annotations

from collections.abc import Iterator

from pygments.formatters import HtmlFormatter
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.typing import ExtensionMetadata


class FocusableFormatter(HtmlFormatter[str]):
    """Pygments' HTML with a ``<pre>`` that takes the focus."""

    def wrap(self, source: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        for is_code, piece in super().wrap(source):  # type: ignore[no-untyped-call]
            yield is_code, piece if is_code else piece.replace("<pre", '<pre tabindex="0"', 1)


def use_formatter(app: Sphinx) -> None:
    """Let Sphinx write code blocks with our formatter."""
    if isinstance(app.builder, StandaloneHTMLBuilder) and app.builder.highlighter:
        app.builder.highlighter.formatter = FocusableFormatter


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("builder-inited", use_formatter)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
