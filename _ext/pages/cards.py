"""The card of each post: the picture that stands for it where it is shared, drawn from its title, date and tags.

Drawing reads nothing of the machine, neither its fonts nor its clock nor its language, so that the bytes are the same on all.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from math import ceil
from pathlib import Path

import fontpkg_inter
from babel.dates import format_date
from PIL import Image, ImageColor, ImageDraw, ImageFont
from sphinx.application import Sphinx

from _ext.base.fingerprint import fingerprint
from _ext.base.output import site_of
from _ext.blog.blog import blog_of
from _ext.pages.icons import Mark, draw_line, drawn, read_mark
from _ext.posts import Post

FOLDER = "_cards"
"""Where cards stand in the site; no slug begins with an underscore, so no other picture of a post can stand there."""
BLOG = "_blog"
"""The name of the blog's own card, for the pages that are not posts."""
SIZE = WIDTH, HEIGHT = 1200, 630
"""In pixels: the 1.91:1 that https://developers.facebook.com/docs/sharing/webmasters/images asks for."""
MARGIN = 80
FRAME_COLOURS, SHADES = 64, 16
"""Of the palette's colours those of the frame; after them come the shades from the ground to the ink of each text."""
TEXT_SHADES, MUTED_SHADES, PILL_SHADES = (range(at, at + SHADES) for at in range(64, 112, SHADES))
COMPRESSION = 3
"""Of zlib: 6, the usual one, takes 2.4 times as long for a fifth less."""
GROUND, TEXT, MUTED, TRACE = "#111827", "#f9fafb", "#9ca3af", "#182138"
PILL, PILL_GROUND, ACCENT = "#bfdbfe", "#1e3a8a", "#60a5fa"

Font = ImageFont.FreeTypeFont
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
def font(size: int, weight: int) -> Font:
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


@cache
def _advance_in(size: int, weight: int) -> Callable[[str], float]:
    return cache(font(size, weight).getlength)


def length_in(size: int, weight: int) -> Callable[[str], float]:
    """Return what measures a text in the font of *size* and *weight*: the sum of its letters, as nothing is kerned."""
    advance = _advance_in(size, weight)
    return cache(lambda text: sum(map(advance, text)))


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


def fitted(title: str) -> tuple[list[str], Font]:
    """Return the lines of *title* and the font in which they are largest; what does not fit in the smallest ends in an ellipsis."""
    width, title = WIDTH - 2 * MARGIN, title[:TITLE_LENGTH]
    for size in TITLE_SIZES:
        length = length_in(size, 700)
        if size > TITLE_SIZES[-1] and any(length(word) > width for word in title.split()):
            continue  # rather smaller than broken
        lines = wrapped(title, width, length)
        if len(lines) <= TITLE_LINES and len(lines) * size * LINE_HEIGHT <= TITLE_HEIGHT:
            return balanced(title, width, length), font(size, 700)
    lines = lines[:TITLE_LINES]
    while length(f"{lines[-1]}…") > width:
        lines[-1] = lines[-1][:-1].rstrip()
    return [*lines[:-1], f"{lines[-1]}…"], font(size, 700)


def draw(card: Card, mark: Mark) -> bytes:
    """Return *card*, of the blog with the sign *mark*, as a PNG of SIZE and under 60 kB."""
    picture = _frame(writable(card.blog) if writable(card.title) else "", mark).copy()
    lines, face = fitted(writable(card.title) or writable(card.blog))
    step = face.size * LINE_HEIGHT
    top = 164 + (TITLE_HEIGHT - len(lines) * step) / 2
    for row, line in enumerate(lines):
        (ink, _), *_ = written(line, face, TEXT_SHADES)
        _write(picture, (MARGIN - ink, top + (row + 0.5) * step), line, face, TEXT_SHADES)

    left: float = MARGIN
    if note := writable(card.note):
        _write(picture, (left, 544), note, font(28, 500), MUTED_SHADES)
        left += font(28, 500).getlength(note) + 36
    small = font(26, 600)
    canvas = ImageDraw.Draw(picture)
    for label in filter(None, map(writable, card.tags)):
        right = left + small.getlength(label) + 44
        if right > WIDTH - MARGIN:
            break
        canvas.rounded_rectangle((left, 520, right, 568), 24, PILL_SHADES[0])
        _write(picture, (left + 22, 544), label, small, PILL_SHADES)
        left = right + 14

    file = BytesIO()
    picture.save(file, "PNG", compress_level=COMPRESSION)
    return file.getvalue()


@lru_cache(maxsize=256)  # for what other cards say as well: tags and dates
def written(text: str, face: Font, shades: range) -> tuple[tuple[float, float], Image.Image, Image.Image]:
    """Return *text* as it is written in *shades* of a palette, ground first.

    That is where it begins, from the middle of its left side; the indices of its pixels; and which of them are written.
    """
    left, top, right, bottom = face.getbbox(text, anchor="lm")
    layer = Image.new("L", (ceil(right - left), ceil(bottom - top)))
    ImageDraw.Draw(layer).text((-left, -top), text, 255, face, anchor="lm")
    indices, covered = map(layer.point, _tables(shades))
    return (left, top), indices, covered


def _write(picture: Image.Image, at: tuple[float, float], text: str, face: Font, shades: range) -> None:
    """Write *text* into *picture*, so that the middle of its left side is *at* this point."""
    (left, top), indices, covered = written(text, face, shades)
    picture.paste(indices, (round(at[0] + left), round(at[1] + top)), covered)


@cache
def _tables(shades: range) -> tuple[list[int], list[int]]:
    """Return what becomes of each grey: which of the *shades*, and whether it is written at all."""
    count = len(shades)
    return [shades[v * (count - 1) // 255] for v in range(256)], [255 * (v >= 256 // count) for v in range(256)]


@lru_cache(maxsize=2)
def _frame(blog: str, mark: Mark) -> Image.Image:
    """Return what every card has: the line of *mark*, large and faint, its sign and the name of the *blog*.

    It has a palette in which all that a card says can be written. Drawn once, and each card over a copy of it: with a
    palette found for each card, and the ground drawn each time, a card takes three times as long.
    """
    trace = Image.new("RGB", (WIDTH * 2, HEIGHT * 2), GROUND)
    draw_line(ImageDraw.Draw(trace), mark, (1020, -330), 56, TRACE)
    frame = trace.reduce(2)
    canvas = ImageDraw.Draw(frame)
    canvas.rectangle((0, HEIGHT - 10, WIDTH, HEIGHT), ACCENT)
    sign = drawn(mark, 64)
    frame.paste(sign, (MARGIN, 64), sign)
    canvas.text((MARGIN + 84, 96), blog, TEXT, font(32, 600), anchor="lm")
    found = frame.quantize(FRAME_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = found.getpalette() or []
    palette += [0] * (3 * FRAME_COLOURS - len(palette))
    for ground, ink in ((GROUND, TEXT), (GROUND, MUTED), (PILL_GROUND, PILL)):
        palette += mixed(ground, ink, SHADES)
    found.putpalette(palette)
    return found


def mixed(ground: str, ink: str, count: int) -> list[int]:
    """Return *count* colours from *ground* to *ink*, each as red, green and blue, in one list."""
    pairs = list(zip(ImageColor.getrgb(ground), ImageColor.getrgb(ink), strict=True))
    return [start + (end - start) * step // (count - 1) for step in range(count) for start, end in pairs]


def card_path(post: Post | None) -> str:
    """Return where the card of *post* stands, or the blog's own, relative to the base URL."""
    return f"{FOLDER}/{post.slug if post else BLOG}.png"


def card_of(app: Sphinx, post: Post | None) -> Card:
    """Return the card of *post*, or the blog's own."""
    if not post:
        return Card(app.config.project, app.config.feed_subtitle, "")
    day = format_date(post.date, format="long", locale=app.config.language) if post.date else ""
    return Card(app.config.project, post.title, day, tuple(tag.label for tag in post.tags))


def write_card(app: Sphinx, pagename: str) -> None:
    """Write the card of a post with its page, and the blog's own with home."""
    post = blog_of(app).post(pagename)
    if post or pagename == app.config.root_doc:
        card, sign = card_of(app, post), Path(app.srcdir, app.config.html_favicon)
        site_of(app.builder).write_asset(card_path(post), fingerprint(repr(card)), lambda: draw(card, read_mark(sign)))
