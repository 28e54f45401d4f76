"""What a post has measured, as its text tells it: numbers, tables and charts from the ``results.json`` in its folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst.directives import unchanged
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.writers.html5 import HTML5Translator

from _ext.content.diagrams import show
from _ext.posts.drawings.chart import Chart, chart_of, chart_svg
from _ext.posts.evidence.measurements import RESULTS, Row, header_of, listed, results_in, rows_at, told, value_at
from _ext.posts.source.grammar import DIRECTIVES

Options = dict[str, Callable[[str], Any]]


class chart(nodes.General, nodes.Element):
    """A chart: ``chart`` is what it shows, ``alt`` for who does not see it."""


class ChartDirective(SphinxDirective):
    """The ``{chart}`` directive, which our rules have checked."""

    required_arguments = 1
    option_spec: ClassVar[Options] = dict.fromkeys(DIRECTIVES["chart"].options, unchanged)

    def run(self) -> list[nodes.Node]:
        try:
            shown = chart_of(results_of(self.env), self.arguments[0], self.options)
        except (OSError, ValueError) as error:
            raise self.error(str(error)) from error
        node = chart(chart=shown, alt=self.options.get("alt", ""))
        self.set_source_info(node)
        return [node]


class ResultsDirective(SphinxDirective):
    """The ``{results}`` directive: a table."""

    required_arguments = 1
    option_spec: ClassVar[Options] = dict.fromkeys(DIRECTIVES["results"].options, unchanged)

    def run(self) -> list[nodes.Node]:
        columns = listed(self.options.get("columns", ""))
        try:
            titles = header_of(columns, self.options.get("header", ""))
            rows = rows_at(results_of(self.env), self.arguments[0], columns)
        except (OSError, ValueError) as error:
            raise self.error(str(error)) from error
        return [table_of(titles, columns, rows)]


class ResultRole(SphinxRole):
    """The ``{result}`` role: one number or text."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            return [nodes.Text(told(value_at(results_of(self.env), self.text)))], []
        except (OSError, ValueError) as error:
            return [], [self.inliner.reporter.error(str(error), line=self.lineno)]


def results_of(env: BuildEnvironment) -> Row:
    """Return the results of the post that is read; raises OSError or ValueError where it has none."""
    return results_in(Path(env.doc2path(env.docname)).with_name(RESULTS).read_bytes())


def table_of(titles: list[str], columns: list[str], rows: list[Row]) -> nodes.table:
    """Return a table of the *columns* of *rows* below *titles*, numbers to the right."""
    group = nodes.tgroup(cols=len(columns))
    group += [nodes.colspec(colwidth=1) for _ in columns]
    numeric = [all(isinstance(row[column], int | float) for row in rows) for column in columns]
    group += nodes.thead("", _row(titles, numeric))
    group += nodes.tbody("", *(_row([told(row[column]) for column in columns], numeric) for row in rows))
    return nodes.table("", group, classes=["colwidths-auto"])


def _row(texts: list[str], numeric: list[bool]) -> nodes.row:
    row = nodes.row()
    for text, right in zip(texts, numeric, strict=True):
        # The class by which MyST puts the cells of a Markdown table to the right.
        row += nodes.entry("", nodes.paragraph("", text), classes=["text-right"] if right else [])
    return row


def visit_chart(translator: HTML5Translator, node: chart) -> None:
    """Write the chart for light pages and for dark ones."""
    shown: Chart = node["chart"]
    translator.body.append(show(translator, node, lambda dark: chart_svg(shown, dark=dark)))
    raise nodes.SkipNode
