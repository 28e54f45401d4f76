"""Rules of the files in a post's folder, and of what the post shows of them."""

import re
from collections.abc import Sequence

from _ext.posts.drawings.picture_size import dark_variant, picture_size
from _ext.posts.drawings.safe_svg import unsafe_parts
from _ext.posts.evidence.python_code import definitions, syntax_error
from _ext.posts.evidence.run_record import shown_lines
from _ext.posts.rules.post_source import PostSource
from _ext.posts.source import limits
from _ext.posts.source.faults import Finding, Findings, Located, Of, all_must, must, nearest, rule
from _ext.posts.source.folder import File, Folder
from _ext.posts.source.grammar import FILE_PATH, PICTURE_TYPES, RESERVED_NAMES, TEXT_NAMES, TEXT_TYPES, VALUES
from _ext.posts.source.outline import Directive

EXCLUSIVE = (
    ("start-at", "start-after"), ("end-at", "end-before"), ("pyobject", "lines"), ("lineno-start", "lineno-match"),
)  # fmt: skip
"""The options of which Sphinx takes one only (sphinx.directives.code.LiteralIncludeReader)."""
MARKS = ("end-at", "end-before", "start-after", "start-at")


@rule(Of.FOLDER)
def picture_file(post: PostSource) -> Findings:
    """A picture is a file in the post's folder: PNG, JPEG, WebP, AVIF or SVG, of a size that a browser bears.

    That is at most 500 kB, 10,000 pixels a side and 20 million pixels; the same is asked of its dark variant.
    """
    return filter(None, (_wrong_picture(post, at) for at in post.pictures))


def _wrong_picture(post: PostSource, at: Located) -> Finding | None:
    """Return what is wrong with the picture that is shown, or with its dark variant."""
    folder = post.folder
    if not FILE_PATH.fullmatch(at.text):
        return must("picture must be a file in the post's folder, named in letters, digits, '-', '_' and '.'", at)
    if not (file := folder.get(at.text)):
        return must("picture must be there, a plain file", at, near=post.nearest_picture(at.text))
    if file.suffix not in PICTURE_TYPES:
        return must("picture must be PNG, JPEG, WebP, AVIF or SVG", at)
    if wrong := _what_picture_must_be(file, folder):
        return must(wrong, at)
    if (dark := folder.get(dark_variant(at.text))) and (wrong := _what_picture_must_be(dark, folder)):
        return must(f"dark variant: {wrong}", at.saying(dark.path))
    return None


def _what_picture_must_be(file: File, folder: Folder) -> str | None:
    """Return what the picture in *file* is not, or None."""
    if file.size > limits.FILE:
        return f"picture must have at most {limits.FILE // 1000} kB, not {file.size // 1000}"
    if not PICTURE_TYPES[file.suffix].match(content := folder.read(file.path)):
        return f"picture must be what its name says, {file.suffix}"
    if file.suffix == ".svg":
        return None
    width, height = picture_size(content, file.suffix) or (0, 0)
    if not 0 < max(width, height) <= limits.SIDE:
        return f"picture must be at most {limits.SIDE} pixels wide and high"
    if width * height > limits.PIXELS:
        return f"picture must have at most {limits.PIXELS // 1_000_000} million pixels, not {width} × {height}"
    return None


@rule(Of.FOLDER)
def dark_picture(post: PostSource) -> Findings:
    """The dark variant of ``chart.svg``, ``chart.dark.svg`` beside it, has its proportions, or the page would move."""
    for at in post.pictures:
        if _wrong_picture(post, at) or not (dark := post.folder.get(dark_variant(at.text))):
            continue
        light = at.text.removeprefix("./")
        size, dark_size = (picture_size(post.folder.read(path), dark.suffix) for path in (light, dark.path))
        if size and dark_size and not _proportional(size, dark_size):
            sizes = "{} × {}, not {} × {}".format(*size, *dark_size)
            yield must(f"dark variant must have the proportions of {light}, {sizes}", at.saying(dark.path))


def _proportional(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether two pictures are as high as each other in one width, to a pixel of the smaller."""
    (small_width, small_height), (width, height) = sorted((one, other))
    return abs(height * small_width / width - small_height) <= 1


@rule(Of.FOLDER)
def file(post: PostSource) -> Findings:
    """What a post shows of files is UTF-8 text in its own folder."""
    return filter(None, (_wrong_file(post.folder, listing.argument) for listing in post.named("literalinclude")))


def listings(post: PostSource) -> list[File]:
    """Return the files that a post shows, each once, that keep the rule above."""
    shown = filter(None, (post.folder.get(listing.argument.text) for listing in post.named("literalinclude")))
    return [file for file in dict.fromkeys(shown) if not _wrong_file(post.folder, Located(file.path))]


def _wrong_file(folder: Folder, at: Located) -> Finding | None:
    if not FILE_PATH.fullmatch(at.text):
        return must("file must be in the post's folder, named in letters, digits, '-', '_' and '.'", at)
    if not (found := folder.get(at.text)):
        names = [file.path for file in folder.files]
        return must("file must be there, a plain file", at, near=nearest(at.text.removeprefix("./"), names))
    if found.size > limits.FILE:
        return must(f"file must have at most {limits.FILE // 1000} kB, not {found.size // 1000}", at)
    return None if _is_text(folder.read(found.path)) else must("file must be UTF-8 text", at)


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


@rule(Of.FOLDER)
def excerpt(post: PostSource) -> Findings:
    """What a listing shows of its file is in the file: the lines, the class or function, the marks of beginning and end."""
    listings, folder = post.named("literalinclude"), post.folder
    for listing in listings:
        given = {option.name.text: option.name for option in listing.options}
        second = [given[second] for first, second in EXCLUSIVE if first in given and second in given]
        yield from all_must("option must not stand beside another that says the same", second)
    for listing in listings:
        path = listing.argument.text
        if (source := _source(folder, path)) is None:
            continue
        lines = source.splitlines()
        for option in listing.options:
            value = option.value
            if option.name.text in MARKS and value.text and value.text not in source:
                yield must(f"{option.name.text} must be text of a line in {path}", value)
            elif option.name.text == "pyobject" and value.text not in definitions(source):
                yield must(_what_pyobject_must_be(path, source), value)
            elif option.name.text == "lines" and _first_line_beyond(value.text, len(lines)):
                yield must(f"lines must be in {path}, which has {len(lines)}", value)


def _source(folder: Folder, path: str) -> str | None:
    """Return the text of the file at *path*.

    What is larger is told of already, and would take long to look through for each listing.
    """
    file = folder.get(path)
    return folder.text(file.path) if file and file.size <= limits.PARSED else None


def _what_pyobject_must_be(path: str, source: str) -> str:
    if path.endswith(".py") and (wrong := syntax_error(source)):
        line, why = wrong
        return f"{path} must be Python to have a pyobject, but its line {line} has {why!r}"
    return f"pyobject must be a class or function that {path}, in Python, defines"


@rule(Of.POST)
def dedent(post: PostSource) -> Findings:
    """The spaces that ``dedent`` takes away are there: all lines of the listing begin with them."""
    for listing in post.named("code-block", "literalinclude"):
        given = listing.option("dedent")
        if given and given.text and VALUES["dedent"].pattern.fullmatch(given.text):
            lines = [line for line in _lines_shown(listing, post.folder) if line.strip()]
            most = min((len(line) - len(line.lstrip()) for line in lines), default=int(given.text))
            if int(given.text) > most:
                yield must(f"dedent must be at most {most}, the spaces that all lines begin with", given)


def _lines_shown(listing: Directive, folder: Folder) -> Sequence[str]:
    """Return the lines that a directive shows, none of a file that is missing or too large to look through."""
    if listing.name.text == "code-block":
        return listing.content.splitlines()
    source = _source(folder, listing.argument.text) or ""
    lines = source.splitlines()
    return [lines[number - 1] for number in shown_lines(source, listing.values)]


def _first_line_beyond(ranges: str, last: int) -> bool:
    return any(int(found) > last for found in re.findall(r"(?:^|,)\s*([0-9]+)", ranges))


@rule(Of.BESIDE)
def stray_file(post: PostSource, found: File) -> Findings:
    """A post's folder has the pictures that the post shows, its listings with their tests and data, and nothing else.

    Each has a name that every system can hold, and that is no other's in upper and lower case.
    """
    if what := _what_name_must_be(post, found) or _what_file_must_be(post, found):
        yield must(what, Located(found.name))


@rule(Of.BESIDE)
def svg(post: PostSource, found: File) -> Findings:
    """An SVG draws and nothing else: no script, event attribute, foreign content, animation or outside reference."""
    if found.path in post.used_pictures and found.plain and found.suffix == ".svg" and found.size <= limits.FILE:
        yield from unsafe_parts(post.folder.read(found.path))


def _what_name_must_be(post: PostSource, found: File) -> str | None:
    if found.name.startswith("."):
        return "file must not be hidden"
    if not FILE_PATH.fullmatch(found.path):
        return "file must be named in letters, digits, '-', '_' and '.'"
    if any(RESERVED_NAMES.fullmatch(part.split(".")[0]) for part in found.path.split("/")):
        return "file must not have a name that Windows reserves"
    if found.path in post.folder.twins:
        return "file must differ from others in more than letter case"
    return None


def _what_file_must_be(post: PostSource, found: File) -> str | None:
    if not found.plain:
        return "entry must be a plain file and no link"
    if found.executable:
        return "file must not be executable"
    if found.suffix in PICTURE_TYPES:
        return None if found.path in post.used_pictures else "picture must be shown by the post"
    if found.path != "index.md" and found.suffix not in TEXT_TYPES and found.name not in TEXT_NAMES:
        return "file must be a picture, or a listing or its data, of a kind that posts use"
    return None if found.size <= limits.FILE else f"file must have at most {limits.FILE // 1000} kB"
