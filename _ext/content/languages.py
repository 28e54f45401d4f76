"""Passages in another language: {lang}`Schadenfreude <de>` tells a screen reader how to speak, and a browser what to translate."""

from typing import Any

from docutils import nodes
from sphinx.util.docutils import ReferenceRole


class LangRole(ReferenceRole):
    """A passage and, in angle brackets, the tag of its language (BCP 47), which the rules of a post have checked."""

    def run(self) -> tuple[list[nodes.Node], list[Any]]:
        # docutils writes this class as a lang attribute (docutils.writers._html_base.HTMLTranslator.starttag).
        return [nodes.inline(self.rawtext, self.title, classes=[f"language-{self.target}"])], []
