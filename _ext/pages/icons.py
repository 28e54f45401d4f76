"""The icons for those that read no SVG: ``favicon.ico``, and ``apple-touch-icon.png`` for a phone's home screen.

Both are drawn from ``_static/favicon.svg`` and stand at the root, where they are asked for without being named
(https://html.spec.whatwg.org/multipage/links.html#rel-icon).
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from lxml import etree
from PIL import Image, ImageDraw
from sphinx.application import Sphinx

from _ext.base.output import site_of

SVG = "{http://www.w3.org/2000/svg}"
FAVICON, FAVICON_SIZE = "favicon.ico", 32
TOUCH_ICON, TOUCH_ICON_SIZE = "apple-touch-icon.png", 180
FINENESS = 8
"""How many times larger a mark is drawn than it will be, as Pillow draws lines with hard edges."""


@dataclass(frozen=True)
class Mark:
    """The blog's sign: a line on a square with round corners, both of one colour; lengths are in units of the SVG."""

    size: float
    radius: float
    ground: str
    colour: str
    points: tuple[tuple[float, float], ...]
    width: float


def read_mark(svg: Path) -> Mark:
    """Return the mark in the file *svg*: a ``<rect>`` that fills the square, and a ``<polyline>`` with round ends."""
    root = etree.parse(svg).getroot()
    rect, line = root.find(f"{SVG}rect"), root.find(f"{SVG}polyline")
    pairs = (pair.split(",") for pair in line.get("points").split())
    return Mark(
        size=float(rect.get("width")),
        radius=float(rect.get("rx")),
        ground=rect.get("fill"),
        colour=line.get("stroke"),
        points=tuple((float(x), float(y)) for x, y in pairs),
        width=float(line.get("stroke-width")),
    )


def drawn(mark: Mark, size: int, *, rounded: bool = True) -> Image.Image:
    """Return *mark* as a picture of *size* pixels each way; without round corners it has no transparent ones."""
    scale = size * FINENESS / mark.size
    picture = Image.new("RGBA", (size * FINENESS, size * FINENESS))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, *picture.size), mark.radius * scale if rounded else 0, mark.ground)
    draw_line(draw, mark, (0, 0), scale, mark.colour)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def draw_line(draw: ImageDraw.ImageDraw, mark: Mark, at: tuple[float, float], scale: float, colour: str) -> None:
    """Draw the line of *mark* with round ends and joints, in pixels of *scale* a unit from the corner *at*."""
    points = [(at[0] + x * scale, at[1] + y * scale) for x, y in mark.points]
    radius = mark.width * scale / 2
    draw.line(points, colour, round(radius * 2))
    for x, y in points:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)


def write_icons(app: Sphinx) -> None:
    """Write the icons into the built site."""
    mark = read_mark(Path(app.srcdir, app.config.html_favicon))
    # iOS rounds the corners itself and shows transparent ones black.
    touch_icon = drawn(mark, TOUCH_ICON_SIZE, rounded=False).convert("RGB").quantize(32)
    for name, picture in ((FAVICON, drawn(mark, FAVICON_SIZE)), (TOUCH_ICON, touch_icon)):
        file = BytesIO()
        picture.save(file, Path(name).suffix[1:], optimize=True)
        site_of(app.builder).write_file(name, file.getvalue())
