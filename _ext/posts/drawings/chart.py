"""Charts: measured rows in, an SVG out, by pygal, without a script."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from _ext.posts.evidence.measurements import NotThere, Row, listed, rows_at, told
from _ext.posts.source import limits

KINDS = ("bars", "lines")
WIDTH, HEIGHT = 720, 380  # pixels, those of the reading column
FONT = "system-ui, sans-serif"
LEGEND_WIDTH = 600  # pixels that pygal leaves to the legend
LETTER = 8  # pixels, as a rule
INK = {False: ("#1f2937", "#6b7280"), True: ("#e5e7eb", "#9ca3af")}
"""The colours of text and of lines behind, on a light page and a dark one."""
COLOURS = {
    False: ("#2563eb", "#be185d", "#b45309", "#047857", "#6d28d9", "#374151"),
    True: ("#60a5fa", "#f9a8d4", "#fbbf24", "#34d399", "#c4b5fd", "#d1d5db"),
}
"""Those of the series, each at least 4.5:1 on its page."""
DASHES = ("", "8,4", "2,3", "10,3,2,3", "4,4", "1,4")
"""So that lines can be told apart without their colours (WCAG 2.2, 1.4.1)."""

TRANSITION = re.compile(r"[^{};]*transition[^{};]*;?")
"""A declaration in pygal's style that the rule of SVGs refuses: nothing moves."""


@dataclass(frozen=True)
class Chart:
    """What a chart shows."""

    kind: str
    rows: Sequence[Row]
    x: str
    ys: Sequence[str]
    labels: Sequence[str]
    """Of the series, in their order."""
    x_title: str
    y_title: str
    logarithmic: bool


def chart_of(results: Row, name: str, options: Mapping[str, str]) -> Chart:
    """Return the chart of the rows under *name* of the *results*, as a ``{chart}`` with *options* asks for.

    Raises ValueError, often a NotThere, with what must be.
    """
    kind = options.get("kind", "bars")
    ys = listed(options.get("y", ""))
    x = options.get("x", "").strip()
    if not (x and ys):
        raise ValueError("chart must have x, a column, and y, one or more columns separated by commas")
    if len(ys) > len(DASHES):
        raise NotThere(f"chart must have at most {len(DASHES)} columns in y", None, options["y"])
    labels = listed(options.get("labels", ""), "|") or ys
    if len(labels) != len(ys):
        raise NotThere(f"labels must be {len(ys)}, separated by |, one for each column in y", None, options["labels"])
    if longest := next((label for label in labels if len(label) > limits.CHART_LABEL), None):
        raise NotThere(f"label must have at most {limits.CHART_LABEL} characters, not {len(longest)}", None, longest)
    logarithmic = options.get("scale") == "log"
    rows = rows_at(results, name, [x, *ys], numbers=[*ys, x] if kind == "lines" else ys)
    if longest := next((told(row[x]) for row in rows if len(told(row[x])) > limits.CHART_LABEL), None):
        raise NotThere(f"x must have at most {limits.CHART_LABEL} characters, not {len(longest)}: {longest!r}", None, x)
    if logarithmic and any(row[y] <= 0 for row in rows for y in ys):
        raise NotThere("values must be above 0 on a logarithmic scale", None, "log")
    return Chart(kind, rows, x, ys, labels, options.get("x-title", x), options.get("y-title", ""), logarithmic)


def chart_svg(chart: Chart, *, dark: bool = False) -> bytes:
    """Return *chart* as an SVG of a fixed size, for a *dark* page or a light one."""
    import pygal  # here, since few posts have a chart
    from pygal.style import Style

    ink, behind = INK[dark]
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground=ink,
        foreground_strong=ink,
        foreground_subtle=behind,
        colors=COLOURS[dark],
        guide_stroke_color=behind,
        major_guide_stroke_color=behind,
        guide_stroke_dasharray="1,5",
        major_guide_stroke_dasharray="1,5",
        font_family=FONT,
        label_font_size=14,
        major_label_font_size=14,
        legend_font_size=15,
        opacity="1",
        opacity_hover="1",
        transition="0s",
    )
    values = [row[y] for row in chart.rows for y in chart.ys]
    if chart.logarithmic:
        powers = _powers(min(values), max(values))
        bounds = {"range": (powers[0], powers[-1]), "zero": powers[0]}
        scale: dict[str, Any] = {"logarithmic": True, "y_labels": powers, **bounds}
    else:  # from zero: a difference looks as large as it is
        scale = {"max_scale": 8, "range": (min(0, *values), max(0, *values))}
    given: dict[str, Any] = {
        "style": style,
        "width": WIDTH,
        "height": HEIGHT,
        "js": [],
        "no_prefix": True,
        "disable_xml_declaration": True,
        "show_legend": len(chart.ys) > 1,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": _legend_columns(chart.labels),
        "truncate_legend": -1,
        "truncate_label": -1,
        "x_title": chart.x_title,
        "y_title": chart.y_title,
        "margin": 12,
        **scale,
    }
    if chart.kind == "lines":
        drawn = pygal.XY(**given, dots_size=3)
        drawn.x_labels = sorted({row[chart.x] for row in chart.rows})
        for y, label, dashes in zip(chart.ys, chart.labels, DASHES, strict=False):
            points = [(row[chart.x], row[y]) for row in chart.rows]
            drawn.add(label, points, stroke_style={"width": 2.5, "dasharray": dashes})
    else:
        names = [told(row[chart.x]) for row in chart.rows]
        too_wide = len(names) * (max(map(len, names)) + 2) * LETTER > WIDTH
        drawn = pygal.Bar(**given, rounded_bars=2, x_label_rotation=30 if too_wide else 0)
        drawn.x_labels = names
        for y, label in zip(chart.ys, chart.labels, strict=True):
            drawn.add(label, [row[y] for row in chart.rows])
    return _plain(drawn.render())


def _powers(least: float, most: float) -> list[float]:
    """Return 1, 2 and 5 times the powers of ten, from the last below *least* to the first that is not below *most*."""
    exponents = range(math.floor(math.log10(least)) - 1, math.ceil(math.log10(most)) + 1)
    steps = [step * 10.0**exponent for exponent in exponents for step in (1, 2, 5)]
    first = max(step for step in steps if step < least)
    last = min(step for step in steps if step >= most)
    return [int(step) if step >= 1 else step for step in steps if first <= step <= last]


def _legend_columns(labels: Sequence[str]) -> int:
    """Return in how many columns the *labels* of a legend stand, three at most: as many as have room and are full.

    pygal 3 rounds the number of rows down (Graph._compute_margin), so that one that is not full would be outside.
    """
    count, width = len(labels), max(map(len, labels)) * LETTER + 30
    return next((columns for columns in (3, 2) if columns * width <= LEGEND_WIDTH and count % columns == 0), 1)


def _plain(rendered: str) -> bytes:
    """Return what pygal has *rendered* as a document that draws and nothing else, the same each day.

    It names the day and its own address in comments, and has a script, and texts that this would show.
    """
    root = etree.fromstring(rendered.encode(), etree.XMLParser(remove_comments=True))
    for element in list(root.iter("{*}desc", "{*}script", "{*}title")):
        element.getparent().remove(element)
    for element in root.iter("{*}style"):
        element.text = TRANSITION.sub("", element.text or "")
    root.set("width", str(WIDTH))
    root.set("height", str(HEIGHT))
    del root.attrib["id"]
    return bytes(etree.tostring(root))
