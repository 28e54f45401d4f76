"""Formulas as MathML in the page, where Sphinx's own renderers need a script from another host or a picture each."""

from html import escape

from docutils import nodes
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from _ext.posts.drawings.mathml import mathml

logger = logging.getLogger(__name__)


def visit_math(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(shown(node, block=False))
    raise nodes.SkipNode


def visit_math_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(f"{translator.starttag(node, 'div', CLASS='math')}{shown(node, block=True)}</div>\n")
    raise nodes.SkipNode


def shown(node: nodes.math | nodes.math_block, *, block: bool) -> str:
    """Return the formula of *node* as HTML; its source, and a warning, where it cannot be shown."""
    try:
        return mathml(node.astext(), block=block)
    except ValueError as error:
        logger.warning("%s: %r", error, node.astext(), location=node)
        return f"<code>{escape(node.astext())}</code>"
