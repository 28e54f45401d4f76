"""How large a picture is shown where nothing else says so, and which file is its dark variant."""

import re
import struct
from io import BytesIO
from pathlib import PurePosixPath

import imagesize
from lxml import etree

from _ext.posts.drawings.safe_svg import parsed
from _ext.posts.source import limits

DARK = ".dark"
PIXELS_PER_UNIT = {"": 1, "px": 1, "in": 96, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "q": 2.4 / 2.54, "pt": 4 / 3, "pc": 16}
"""https://www.w3.org/TR/css-values-4/#absolute-lengths; a length in another unit depends on the page."""
LENGTH = re.compile(r"\s*\+?([0-9]{1,5}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})(px|in|cm|mm|q|pt|pc|)\s*", re.IGNORECASE)
NUMBER = r"[+-]?(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})"
VIEW_BOX = re.compile(rf"\s*{NUMBER}[\s,]+{NUMBER}[\s,]+({NUMBER})[\s,]+({NUMBER})\s*")
UNSIZED = (300.0, 150.0)
"""What browsers take for the size of an SVG that has none (https://www.w3.org/TR/CSS22/visudet.html#inline-replaced-width)."""


def dark_variant(path: str) -> str:
    """Return the path of the file that readers in dark mode see in place of the picture at *path*, where it is there."""
    picture = PurePosixPath(path)
    return str(picture.with_name(f"{picture.stem}{DARK}{picture.suffix}"))


def picture_size(content: bytes, suffix: str) -> tuple[int, int] | None:
    """Return width and height, in CSS pixels, of a picture whose file name ends in *suffix*; None where they are not told.

    They are those that a browser gives it: a photograph is turned as its Exif orientation says.
    """
    return _svg_size(content) if suffix == ".svg" else _raster_size(content)


def _raster_size(content: bytes) -> tuple[int, int] | None:
    try:
        width, height = imagesize.get(BytesIO(content))
    except (ValueError, struct.error, OverflowError):
        return None
    return (int(width), int(height)) if width > 0 and height > 0 else None


def _svg_size(content: bytes) -> tuple[int, int] | None:
    """Return the natural size of an SVG (https://www.w3.org/TR/SVG2/coords.html#SizingSVGInCSS)."""
    try:
        root = parsed(content)
    except (etree.XMLSyntaxError, ValueError):
        return None
    width, height = _pixels(root.get("width", "")), _pixels(root.get("height", ""))
    box = VIEW_BOX.fullmatch(root.get("viewBox", ""))
    box_width, box_height = (float(box[1]), float(box[2])) if box else (0.0, 0.0)
    if box_width > 0 and box_height > 0:
        if width and not height:
            height = width * box_height / box_width
        elif not width:
            width = height * box_width / box_height if height else box_width
            height = height or box_height
    width, height = width or UNSIZED[0], height or UNSIZED[1]
    scale = min(1.0, limits.SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _pixels(length: str) -> float:
    """Return an SVG *length* in CSS pixels, 0 where the page decides it."""
    found = LENGTH.fullmatch(length)
    return float(found[1]) * PIXELS_PER_UNIT[found[2].lower()] if found else 0.0
