"""Rules of a file as bytes and characters."""

import re
import unicodedata
from codecs import BOM_UTF8

from _ext.posts.rules.post_source import PostSource, TextFile
from _ext.posts.source import limits
from _ext.posts.source.characters import REFUSED
from _ext.posts.source.faults import Findings, Located, Of, all_must, must, rule

LONG_WORD = re.compile(rf"\S{{{limits.WORD + 1}}}")
NO_CONTROL = "file must have no control characters and none that turn the direction of writing"


@rule(Of.BYTES)
def encoding(file: TextFile) -> Findings:
    """A file is UTF-8, without a byte order mark."""
    content = file.content
    if content.startswith(BOM_UTF8):
        yield must("file must not begin with a byte order mark", Located("U+FEFF"))
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        yield must("file must be UTF-8", _after(before, f"byte 0x{content[error.start]:02x}"))


@rule(Of.LINES)
def size(post: PostSource) -> Findings:
    """A file has at most 200,000 bytes and 10,000 lines, and neither very long lines and words nor too many signs.

    It is looked at before the file is parsed: for each of these there are texts that take the parser minutes.
    """
    source, lines = post.content, post.lines
    if len(source) > limits.TEXT:
        yield must(f"file must have at most {limits.TEXT:,} bytes", Located(f"{len(source)} bytes"))
    if len(lines) > limits.LINES:
        yield must(f"file must have at most {limits.LINES:,} lines", Located(lines[limits.LINES], limits.LINES + 1))
    for sign, most in limits.SIGNS.items():
        if source.count(sign.encode()) > most:
            yield must(f"file must have at most {most:,} of the sign {sign}", Located(f"{source.count(sign.encode())}"))
    for row, line in enumerate(lines, 1):
        if len(line) > limits.LINE:
            yield must(f"line must have at most {limits.LINE:,} characters", Located(line, row))
        elif len(line) > limits.WORD and (found := LONG_WORD.search(line)):
            yield must(f"word must have at most {limits.WORD:,} letters", Located(found[0], row, found.start() + 1))


@rule(Of.LINES)
def line_ends(file: TextFile) -> Findings:
    """A line ends in a line feed (LF), whatever the system; one that does not stands for all."""
    text = file.text
    if (offset := text.find("\r")) >= 0:
        found = "CRLF" if text.startswith("\n", offset + 1) else "CR"
        yield must("line must end in LF", _after(text[:offset], found))


def _after(before: str, found: str) -> Located:
    """Return what is *found* where the text *before* it ends."""
    return Located(found, before.count("\n") + 1, len(before) - before.rfind("\n"))


@rule(Of.POST)
def characters(file: TextFile) -> Findings:
    """A file has no control characters but the line feed and the tab, and none that turn the direction of writing.

    XML, and so a feed, cannot hold the former; the latter show code in another order than it is run in. Nor may it have them
    by references such as ``&#x202e;``.
    """
    for row, line in enumerate(file.lines, 1):
        if not (line.isascii() and line.isprintable()) and (found := REFUSED.search(line)):
            yield must(NO_CONTROL, Located(f"U+{ord(found[0]):04X}", row, found.start() + 1))
    yield from all_must(NO_CONTROL, [at for at in file.references if REFUSED.search(at.text) or at.text == "\ufffd"])


@rule(Of.POST)
def normal_form(file: TextFile) -> Findings:
    """A line is in Unicode's normal form C, so that a word is found however it was typed (UAX #15)."""
    for row, line in enumerate(file.lines, 1):
        if not line.isascii() and not unicodedata.is_normalized("NFC", line):
            composed = unicodedata.normalize("NFC", line)
            same = next((at for at, pair in enumerate(zip(line, composed, strict=False)) if pair[0] != pair[1]), 0)
            at = Located(line[same : same + 2], row, same + 1)
            yield must("text must be in normal form C", at, near=composed[same])


@rule(Of.POST)
def tab(post: PostSource) -> Findings:
    """A line outside of code is indented with spaces: Markdown counts a tab as up to four."""
    for row, line in enumerate(post.lines, 1):
        indentation = line[: len(line) - len(line.lstrip(" \t>"))]
        if "\t" in indentation and line.strip() and row not in post.outline.code_lines:
            yield must("line must be indented with spaces", Located(line.strip(), row, indentation.index("\t") + 1))
