"""How much text a post has, for those who have to judge it: words, lines of code, how it begins."""

from dataclasses import dataclass

from _ext.posts.source.outline import Outline

OPENING = 40  # words
SELECTING = {"end-at", "end-before", "lines", "pyobject", "start-after", "start-at"}
"""The options of ``literalinclude`` that say which part of a file is shown."""


@dataclass(frozen=True)
class Included:
    """A file that a post shows."""

    path: str
    """Relative to the folder of the post."""
    selecting: tuple[tuple[str, str], ...]
    """Those of its options that are SELECTING, with their values."""


@dataclass(frozen=True)
class PostText:
    """How much text a post has in its own file."""

    words: int
    """Of prose: neither code nor the title."""
    code_lines: int
    """That are not blank."""
    included: tuple[Included, ...]
    opening: str
    """The first words of the prose."""


def lines_shown(code: str) -> int:
    """Return how many lines of *code* are not blank."""
    return sum(1 for line in code.splitlines() if line.strip())


def text_of(declared: Outline) -> PostText:
    """Return how much text there is in what a post *declared*."""
    words = [word for word in " ".join(declared.prose).split() if any(map(str.isalnum, word))]
    code = [block.content for block in declared.code]
    code += [found.content for found in declared.named("code-block")]
    included = []
    for found in declared.named("literalinclude"):
        options = ((option.name.text, option.value.text) for option in found.options)
        selecting = tuple((name, value) for name, value in options if name in SELECTING)
        included.append(Included(found.argument.text, selecting))
    return PostText(len(words), sum(map(lines_shown, code)), tuple(included), " ".join(words[:OPENING]))
