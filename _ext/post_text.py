"""How much text a post has, for those who have to judge it: words, lines of code, how it begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from sphinx.directives.code import LiteralIncludeReader
from sphinx.errors import PycodeError

from _ext.posts import Post
from _ext.posts.outline import outline

OPENING = 40  # words
SELECTING = {"end-at", "end-before", "lines", "pyobject", "start-after", "start-at"}


@dataclass(frozen=True)
class PostText:
    """How much text a post has."""

    words: int
    """Of prose: neither code nor the title."""
    code_lines: int
    """That are not blank, those of files that the post shows included."""
    opening: str
    """The first words of the prose."""


def read_text(root: Path, post: Post) -> PostText:
    """Return how much text *post* has, a sound post of the site at *root*."""
    path = root / post.path
    declared = outline(path.read_text(encoding="utf-8"))
    words = [word for word in " ".join(declared.prose).split() if any(map(str.isalnum, word))]
    code = [block.content for block in declared.code]
    for found in declared.directives:
        if found.name.text == "code-block":
            code.append(found.content)
        elif found.name.text == "literalinclude":
            options = {option.name.text: option.value.text for option in found.options}
            code.append(_included(path.parent / found.argument.text, options))
    return PostText(
        words=len(words),
        code_lines=sum(1 for block in code for line in block.splitlines() if line.strip()),
        opening=" ".join(words[:OPENING]),
    )


def _included(path: Path, options: dict[str, str]) -> str:
    """Return what ``literalinclude`` shows of the file at *path*, nothing where the build will say that it cannot."""
    selecting = {name: value for name, value in options.items() if name in SELECTING}
    reader = LiteralIncludeReader(path, selecting, SimpleNamespace(source_encoding="utf-8-sig"))  # type: ignore[arg-type]
    try:
        shown: str = reader.read()[0]
    except (OSError, ValueError, PycodeError):
        return ""
    return shown
