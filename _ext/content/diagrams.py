"""Diagrams, drawn when the site is built: a picture for light pages and one for dark, as of any other picture."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst.directives import unchanged_required
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from _ext.base.output import site_of
from _ext.content.pictures import image, in_theme
from _ext.posts.drawings.mermaid import diagram
from _ext.posts.drawings.picture_size import picture_size

logger = logging.getLogger(__name__)


class mermaid(nodes.General, nodes.Element):
    """A diagram: ``source`` in Mermaid's language, ``alt`` for who does not see it."""


class Mermaid(SphinxDirective):
    """The ``{mermaid}`` directive, whose body and ``alt`` our rules have checked."""

    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {"alt": unchanged_required}

    def run(self) -> list[nodes.Node]:
        node = mermaid(source="\n".join(self.content), alt=self.options.get("alt", ""))
        self.set_source_info(node)
        return [node]


def visit_mermaid(translator: HTML5Translator, node: mermaid) -> None:
    """Write both pictures of a diagram; its text, and a warning, where it cannot be drawn."""
    try:
        shown = show(translator, node, lambda dark: diagram(node["source"], dark=dark))
    except ValueError as error:
        logger.warning("%s", error, location=node)
        shown = f'<div class="diagram"><pre>{translator.encode(node["source"])}</pre></div>\n'
    translator.body.append(shown)
    raise nodes.SkipNode


def show(translator: HTML5Translator, node: nodes.Element, draw: Callable[[bool], bytes]) -> str:
    """Write two pictures, an SVG that *draw* gives for a dark page or a light one, and return both as HTML.

    *node* has their ``alt``.
    """
    return f'<div class="diagram">{"".join(_picture(translator, node, draw(dark), dark) for dark in (False, True))}</div>\n'


def _picture(translator: HTML5Translator, node: nodes.Element, content: bytes, dark: bool) -> str:
    builder = translator.builder
    name = f"{sha256(content).hexdigest()[:20]}.svg"
    site_of(builder).write_file(f"{builder.imagedir}/{name}", content)
    shown = image(translator, node, f"{builder.imgpath}/{name}", picture_size(content, ".svg"), paired=True)
    return in_theme(shown, dark)
