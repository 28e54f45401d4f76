"""Wide code and tables that the keyboard can scroll, as it must on a narrow screen (WCAG 2.1.1).

Neither Sphinx nor Furo makes them so (axe: scrollable-region-focusable); goes when both do.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from docutils import nodes
from pygments.formatters import HtmlFormatter
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

WRAPPERS = {"table-wrapper", "math-wrapper"}
"""The classes of the containers in which Furo lets wide tables and formulas scroll."""


class FocusableFormatter(HtmlFormatter[str]):
    """Pygments' HTML with a ``<pre>`` that takes the focus."""

    made: ClassVar[dict[tuple[object, str], tuple[dict[Any, str], dict[str, Any]]]] = {}
    """The classes of each style, which Pygments finds anew for each block of code, in a third of the time that it takes."""

    def _create_stylesheet(self) -> None:
        key = self.style, self.classprefix
        if key not in self.made:
            super()._create_stylesheet()  # type: ignore[misc]  # its stubs have none
            self.made[key] = self.ttype2class, self.class2style  # type: ignore[has-type]
        self.ttype2class, self.class2style = self.made[key]

    def wrap(self, source: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        for is_code, piece in super().wrap(source):  # type: ignore[no-untyped-call]
            yield is_code, piece if is_code else piece.replace("<pre", '<pre tabindex="0"', 1)


class focusable_container(nodes.container):
    """A container that takes the focus."""


def visit_focusable_container(translator: HTML5Translator, node: nodes.Element) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS="docutils container", tabindex="0"))


def depart_focusable_container(translator: HTML5Translator, node: nodes.Element) -> None:
    translator.body.append("</div>\n")


class MakeWrappersFocusable(SphinxPostTransform):
    """Let each of Furo's wrappers take the focus."""

    formats = ("html",)
    default_priority = 510  # after furo.WrapTableAndMathInAContainerTransform

    def run(self, **kwargs: Any) -> None:
        for wrapper in list(self.document.findall(nodes.container)):
            if WRAPPERS.intersection(wrapper["classes"]):
                wrapper.replace_self(focusable_container("", *wrapper.children, **wrapper.attributes))
