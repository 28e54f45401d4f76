"""The card of each post: the picture that stands for it where it is shared, drawn from its title, date and tags.

Drawing reads nothing of the machine, neither its fonts nor its clock nor its language, so that the bytes are the same on all.
What was drawn before is kept in ``_build/.cards/``, by what it depends on; that folder can go at any time.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any

import fontpkg_inter
from babel.dates import format_date
from PIL import Image, ImageDraw, ImageFont
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from _ext.icons import Mark, draw_line, drawn, read_mark
from _ext.posts import Post
from _ext.publishing import post_at
from _ext.whole_files import write_whole

FOLDER = "_cards"
"""Where cards stand in the site; no slug begins with an underscore, so no other picture of a post can stand there."""
BLOG = "_blog"
"""The name of the blog's own card, for the pages that are not posts."""
CACHE = "_build/.cards"
SIZE = WIDTH, HEIGHT = (
    1200,
    630,
)  # pixels: the 1.91:1 that https://developers.facebook.com/docs/sharing/webmasters/images asks for
MARGIN = 80
COLOURS = 64
"""Of the palette: enough for the edges of letters in our few colours."""
GROUND, TEXT, MUTED, TRACE = "#111827", "#f9fafb", "#9ca3af", "#182138"
PILL, PILL_GROUND, ACCENT = "#bfdbfe", "#1e3a8a", "#60a5fa"

FONT = fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf"
TITLE_SIZES = range(88, 47, -4)
TITLE_LINES = 4
TITLE_LENGTH = 400
"""More characters than those lines can hold."""
TITLE_HEIGHT = 320
LINE_HEIGHT = 1.16
MISSING = "\U0010fffe"
"""No character, so of no font: it shows how a font draws what it does not have."""


@dataclass(frozen=True)
class Card:
    """What a card says."""

    blog: str
    title: str
    note: str
    """A short line in small letters: the date."""
    tags: tuple[str, ...] = ()


@cache
def font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """Return Inter of *size* pixels and *weight* from 100 to 900."""
    # Raqm would kern, but is not there on every machine, and the bytes must be the same on all.
    found = ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)
    found.set_variation_by_axes([min(max(size, 14), 32), weight])
    return found


@cache
def _is_drawn(character: str) -> bool:
    """Tell whether the font has *character*."""
    small = font(16, 400)
    return character.isspace() or bytes(small.getmask(character)) != bytes(small.getmask(MISSING))


def writable(text: str) -> str:
    """Return *text* without the signs that the font has not, or nothing where it has not a letter: a word with holes is none."""
    missing = {character for character in text if not _is_drawn(character)}
    if any(unicodedata.category(character)[0] in "LMN" for character in missing):
        return ""
    return " ".join("".join(character for character in text if character not in missing).split())


def wrapped(text: str, width: float, length: Callable[[str], float]) -> list[str]:
    """Return *text* in lines of at most *width*, as *length* measures; a word that is too long for one is broken."""
    lines: list[str] = []
    for word in text.split():
        if lines and length(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines += _broken(word, width, length)
    return lines


def _broken(word: str, width: float, length: Callable[[str], float]) -> Iterator[str]:
    while word:
        end = max(1, bisect_right(range(1, len(word) + 1), width, key=lambda end: length(word[:end])))
        yield word[:end]
        word = word[end:]


def balanced(text: str, width: int, length: Callable[[str], float]) -> list[str]:
    """Return *text* in as few lines as *width* allows, and those of about the same length."""
    lines = wrapped(text, width, length)
    longest = ceil(max(map(length, text.split()), default=0))
    # The narrowest width that needs no more lines: they only become fewer as it grows.
    narrowest = longest + bisect_left(
        range(longest, width), True, key=lambda width: len(wrapped(text, width, length)) <= len(lines)
    )
    return wrapped(text, narrowest, length) if longest < width else lines


def fitted(title: str) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """Return the lines of *title* and the font in which they are largest; what does not fit in the smallest ends in an ellipsis."""
    width, title = WIDTH - 2 * MARGIN, title[:TITLE_LENGTH]
    for size in TITLE_SIZES:
        face = font(size, 700)
        if size > TITLE_SIZES[-1] and any(face.getlength(word) > width for word in title.split()):
            continue  # rather smaller than broken
        lines = wrapped(title, width, face.getlength)
        if len(lines) <= TITLE_LINES and len(lines) * size * LINE_HEIGHT <= TITLE_HEIGHT:
            return balanced(title, width, face.getlength), face
    lines = lines[:TITLE_LINES]
    while face.getlength(f"{lines[-1]}…") > width:
        lines[-1] = lines[-1][:-1].rstrip()
    return [*lines[:-1], f"{lines[-1]}…"], face


def draw(card: Card, mark: Mark) -> bytes:
    """Return *card*, of the blog with the sign *mark*, as a PNG of SIZE and under 60 kB."""
    picture = Image.new("RGB", SIZE, GROUND)
    canvas = ImageDraw.Draw(picture)
    picture.paste(_trace(mark), (0, 0))
    canvas.rectangle((0, HEIGHT - 10, WIDTH, HEIGHT), ACCENT)

    title = writable(card.title)
    sign = drawn(mark, 64)
    picture.paste(sign, (MARGIN, 64), sign)
    if title:
        canvas.text((MARGIN + 84, 96), writable(card.blog), TEXT, font(32, 600), anchor="lm")
    lines, face = fitted(title or writable(card.blog))
    step = face.size * LINE_HEIGHT
    top = 164 + (TITLE_HEIGHT - len(lines) * step) / 2
    for row, line in enumerate(lines):
        canvas.text((MARGIN - face.getbbox(line)[0], top + (row + 0.5) * step), line, TEXT, face, anchor="lm")

    left: float = MARGIN
    if note := writable(card.note):
        canvas.text((left, 544), note, MUTED, font(28, 500), anchor="lm")
        left += font(28, 500).getlength(note) + 36
    small = font(26, 600)
    for label in filter(None, map(writable, card.tags)):
        right = left + small.getlength(label) + 44
        if right > WIDTH - MARGIN:
            break
        canvas.rounded_rectangle((left, 520, right, 568), 24, PILL_GROUND)
        canvas.text((left + 22, 544), label, PILL, small, anchor="lm")
        left = right + 14

    file = BytesIO()
    picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


@lru_cache(maxsize=1)
def _trace(mark: Mark) -> Image.Image:
    """Return the ground of every card: the line of *mark*, large and faint."""
    picture = Image.new("RGB", (WIDTH * 2, HEIGHT * 2), GROUND)
    draw_line(ImageDraw.Draw(picture), mark, (1020, -330), 56, TRACE)
    return picture.resize(SIZE, Image.Resampling.LANCZOS)


def kept(card: Card, mark: Mark, cache: Path) -> bytes:
    """Return *card* as it was drawn before and kept in the folder *cache*, or draw and keep it."""
    path = cache / f"{sha256(repr((card, mark, _hand())).encode()).hexdigest()}.png"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        png = draw(card, mark)
        write_whole(path, png)
        return png


@cache
def _hand() -> tuple[str, ...]:
    """Return what a card depends on besides what it says: this program and what it draws with."""
    return Path(__file__).read_text(encoding="utf-8"), version("pillow"), version("fontpkg-inter")


def card_path(post: Post | None) -> str:
    """Return where the card of *post* stands, or the blog's own, relative to the base URL."""
    return f"{FOLDER}/{post.slug if post else BLOG}.png"


def card_of(app: Sphinx, post: Post | None) -> Card:
    """Return the card of *post*, or the blog's own."""
    project: str = app.config.project
    if not post:
        return Card(project, app.config.feed_subtitle, "")
    day = format_date(post.date, format="long", locale=app.config.language) if post.date else ""
    return Card(project, post.title, day, tuple(tag.label for tag in post.tags))


def write_card(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Write the card of a post with its page, and the blog's own with home."""
    post = post_at(app.config, pagename)
    if post or pagename == app.config.root_doc:
        png = kept(card_of(app, post), read_mark(Path(app.srcdir, app.config.html_favicon)), Path(app.srcdir, CACHE))
        path = Path(app.outdir, card_path(post))
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(png)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.feeds")  # for what the blog is about
    app.connect("html-page-context", write_card)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
