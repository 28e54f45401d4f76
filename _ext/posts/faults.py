"""What is wrong with a post, where it stands, and the nearest right value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

QUOTED_AT_MOST = 60  # characters of the offending text that a message repeats


@dataclass(frozen=True)
class Located:
    """A piece of a file's text and where it begins; line and column count from 1."""

    text: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake in one file; its text is ``path:line:column: what must be: 'what is'``."""

    path: str
    """Relative to the site's root, with forward slashes."""
    line: int
    column: int
    message: str

    @property
    def location(self) -> str:
        """``path:line:column``, as editors and Sphinx understand it."""
        return f"{self.path}:{self.line}:{self.column}"

    def __str__(self) -> str:
        return f"{self.location}: {self.message}"


Finding = tuple[Located, str]
"""Where a rule is broken, and the message; a rule knows nothing of the file's path."""
Findings = Iterator[Finding]


def must(rule: str, what_is: Located, *, near: str | None = None) -> Finding:
    """Return the finding that *what_is* breaks *rule*, with the nearest valid value where there is one."""
    suggestion = f" (did you mean {near!r}?)" if near else ""
    return what_is, f"{rule}{suggestion}: {quoted(what_is.text)}"


def must_have(rule: str, at: Located) -> Finding:
    """Return the finding that something is missing at *at*."""
    return at, f"{rule}: none"


def quoted(text: str) -> str:
    """Return *text* in quotes on one line, cut to QUOTED_AT_MOST characters."""
    return repr(text if len(text) <= QUOTED_AT_MOST else text[: QUOTED_AT_MOST - 1] + "…")


def nearest(text: str, valid: Iterable[str]) -> str | None:
    """Return the value of *valid* that *text* most likely means, letter case aside, or None."""
    folded = {value.casefold(): value for value in valid}
    matches = get_close_matches(text.casefold(), folded, n=1)
    return folded[matches[0]] if matches else None
