"""Text of strangers in GitHub's Markdown.

It stands in code spans only: in there GitHub sees no markup, HTML, picture, link, @name, issue number or commit
(https://github.github.com/gfm/#code-spans), so that there is one thing to escape and not a list to keep up with.
"""

import re
from collections.abc import Sequence

SHOWN = 300  # characters of a text
LISTED = 20  # items of a list


def code(text: str) -> str:
    """Return *text* as a code span on one line, with what cannot be seen written as an escape such as ``\\u202e``."""
    visible = "".join(char if char.isprintable() else _escape(char) for char in " ".join(text.split()))
    visible = visible.replace("##[", "## [")  # wherever it stands on a line, the runner takes it for a command
    if not visible:
        return "(empty)"
    shown = visible if len(visible) <= SHOWN else f"{visible[: SHOWN - 1]}…"
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    space = " " if "`" in (shown[0], shown[-1]) else ""
    return f"{fence}{space}{shown}{space}{fence}"


def codes(texts: Sequence[str]) -> str:
    """Return *texts* as code spans in a row, the first LISTED of them."""
    return ", ".join(map(code, texts[:LISTED])) + more(texts)


def bullets(texts: Sequence[str]) -> list[str]:
    """Return *texts* as lines of a list, the first LISTED of them; a text may be Markdown of ours, so is not escaped."""
    return [f"- {text}" for text in texts[:LISTED]] + ([f"-{more(texts)}"] if more(texts) else [])


def more(items: Sequence[str]) -> str:
    """Return how many of *items* are beyond the first LISTED, in words, or nothing."""
    return f" and {len(items) - LISTED} more" if len(items) > LISTED else ""


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")
