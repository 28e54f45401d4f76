"""What the room does for Sphinx: directives, roles and nodes, and what becomes of a document as it is read and written."""

from docutils import nodes
from pygments.lexers.dotnet import CSharpLexer
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from _ext.content import (
    charts_and_results,
    diagrams,
    languages,
    lexers,
    listing_notes,
    mathematics,
    pictures,
    scrolling,
    tabs,
    updates,
)


def begin(app: Sphinx) -> None:
    """Write code so that the keyboard can scroll it."""
    if isinstance(app.builder, StandaloneHTMLBuilder) and app.builder.highlighter:
        app.builder.highlighter.formatter = scrolling.FocusableFormatter


def read(app: Sphinx, doctree: nodes.document) -> None:
    """Complete the document just read."""
    updates.head_blocks(app, doctree)
    listing_notes.add_notes(app, doctree)
    pictures.show_dark_variants(app, doctree)


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Complete a document before it is written."""
    pictures.mark_first(app, doctree, docname)
    tabs.mark_chosen(doctree)


def setup(app: Sphinx) -> None:
    app.setup_extension("sphinx_inline_tabs")
    # Copies of pictures, below the sources; safe to delete.
    app.add_config_value("picture_cache", "_build/.pictures", "", str)
    app.add_lexer("java", lexers.BoundedJavaLexer)
    for name in CSharpLexer.aliases:
        app.add_lexer(name, lexers.BoundedCSharpLexer)
    app.add_directive("code-block", listing_notes.ExplainedCodeBlock, override=True)
    app.add_directive("literalinclude", listing_notes.ExplainedLiteralInclude, override=True)
    app.add_directive("mermaid", diagrams.Mermaid)
    app.add_directive("chart", charts_and_results.ChartDirective)
    app.add_directive("results", charts_and_results.ResultsDirective)
    app.add_role("result", charts_and_results.ResultRole())
    app.add_role("lang", languages.LangRole())
    app.add_node(diagrams.mermaid, html=(diagrams.visit_mermaid, None))
    app.add_node(charts_and_results.chart, html=(charts_and_results.visit_chart, None))
    app.add_node(nodes.image, override=True, html=(pictures.visit_image, None))
    app.add_node(
        scrolling.focusable_container, html=(scrolling.visit_focusable_container, scrolling.depart_focusable_container)
    )
    app.add_post_transform(scrolling.MakeWrappersFocusable)
    app.add_html_math_renderer("mathml", (mathematics.visit_math, None), (mathematics.visit_math_block, None))
    app.connect("builder-inited", begin)
    app.connect("doctree-read", read, priority=600)  # after Sphinx has found the pictures
    app.connect("doctree-resolved", resolve)
    app.connect("html-page-context", tabs.load_style)
