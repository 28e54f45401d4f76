"""How long a post takes to read: by its words, and by the lines of code that it shows, those of the files beside it too."""

from math import ceil
from pathlib import Path

from sphinx.config import Config
from sphinx.directives.code import LiteralIncludeReader
from sphinx.errors import PycodeError

from _ext.posts import Post
from _ext.posts.source.amount_of_text import lines_shown

WORDS_A_MINUTE = 225
"""A little below the 238 of adults who read English non-fiction silently (https://doi.org/10.1016/j.jml.2019.104047)."""
WORDS_A_CODE_LINE = 5
"""What a line of code counts for, so 45 lines a minute: our own rule, since code in a post is followed, not reviewed."""


def minutes(words: int, code_lines: int) -> int:
    """Return the reading time of so many *words* of prose and *code_lines* that are not blank, in whole minutes."""
    return max(1, ceil((words + WORDS_A_CODE_LINE * code_lines) / WORDS_A_MINUTE))


def code_lines(root: Path, post: Post) -> int:
    """Return the lines of code, blank ones left out, that *post* shows, a sound post of the site at *root*."""
    if not post.text.included:
        return post.text.code_lines
    folder = (root / post.path).parent
    files = (_included(folder / file.path, dict(file.selecting)) for file in post.text.included)
    return post.text.code_lines + sum(map(lines_shown, files))


def _included(path: Path, selecting: dict[str, str]) -> str:
    """Return what ``literalinclude`` shows of the file at *path*, nothing where the build will say that it cannot."""
    reader = LiteralIncludeReader(path, selecting, Config())
    try:
        shown: str = reader.read()[0]
    except (OSError, ValueError, PycodeError):
        return ""
    return shown
