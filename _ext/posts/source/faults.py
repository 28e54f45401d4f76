"""What is wrong with a post, where it stands, and the nearest right value."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import Enum
from functools import wraps
from itertools import islice
from typing import NamedTuple, ParamSpec, Self

QUOTED_AT_MOST = 60  # characters of the offending text that a message repeats, and that are compared with valid values


@dataclass(frozen=True)
class Located:
    """A piece of a file's text and where it begins; line and column count from 1."""

    text: str
    line: int = 1
    column: int = 1

    def saying(self, text: str) -> Self:
        """Return another *text* at the same place."""
        return replace(self, text=text)


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake in one file; its text is ``path:line:column: what must be: 'what is' [code]``."""

    path: str
    """Relative to the site's root, with forward slashes."""
    line: int
    column: int
    message: str
    """What must be, and what is."""
    code: str
    """The name of the rule, under which docs/codes.md explains it."""

    @property
    def location(self) -> str:
        """``path:line:column``, as editors and Sphinx understand it."""
        return f"{self.path}:{self.line}:{self.column}"

    def __str__(self) -> str:
        return f"{self.location}: {self.message} [{self.code}]"


class Finding(NamedTuple):
    """A place where a rule is broken, in a file whose path the rule does not know."""

    at: Located
    message: str
    code: str = ""


MOST = 100
"""The findings of one rule in one file that are told: who has mended these asks again."""
Findings = Iterator[Finding]
P = ParamSpec("P")


class Of(Enum):
    """What a rule looks at, and so when it is asked and what it is given."""

    BYTES = "the name and the bytes of a post's file"
    """These rules are asked first. They are given a PostSource, as those of the next three kinds are."""
    LINES = "its lines, before they are parsed"
    POST = "what it says"
    FOLDER = "what it says of the files beside it"
    BESIDE = "one of these files"
    """Given a PostSource and a File; what such a rule finds stands in that file."""
    SITE = "something else"
    """The code that reads this calls the rule with what it needs."""


@dataclass(frozen=True)
class Rule:
    """What must be, in one respect."""

    code: str
    """Its name, under which docs/codes.md explains it."""
    of: Of
    check: Callable[..., Findings]
    """Yields what breaks the rule."""


RULES: dict[str, Rule] = {}
"""Every rule by its code."""


def rule(of: Of) -> Callable[[Callable[P, Findings]], Callable[P, Findings]]:
    """Make a function a rule *of* something: its name is the code of what it yields."""

    def register(check: Callable[P, Findings]) -> Callable[P, Findings]:
        code = check.__name__.replace("_", "-")

        @wraps(check)
        def coded(*args: P.args, **kwargs: P.kwargs) -> Findings:
            for finding in islice(check(*args, **kwargs), MOST):
                yield finding._replace(code=code)

        RULES[code] = Rule(code, of, coded)
        return coded

    return register


def rules_of(of: Of) -> list[Rule]:
    """Return the rules *of* something, in the order in which they were written."""
    return [rule for rule in RULES.values() if rule.of is of]


def must(what_must_be: str, what_is: Located, *, near: str | None = None) -> Finding:
    """Return the finding that *what_is* is not *what_must_be*, with the nearest valid value where there is one."""
    suggestion = f" (did you mean {near!r}?)" if near else ""
    return Finding(what_is, f"{what_must_be}{suggestion}: {quoted(what_is.text)}")


def all_must(what_must_be: str, found: Iterable[Located]) -> Findings:
    """Yield the finding that it is not *what_must_be* for each thing *found*."""
    return (must(what_must_be, at) for at in found)


def refused(draw: Callable[[str], object], source: Located) -> Findings:
    """Yield why *draw* refuses the *source* by a ValueError, where it does."""
    try:
        draw(source.text)
    except ValueError as error:
        yield must(str(error), source)


def must_have(what_must_be: str, at: Located) -> Finding:
    """Return the finding that something is missing at *at*."""
    return Finding(at, f"{what_must_be}: none")


def faults(path: str, findings: Iterable[Finding]) -> list[Fault]:
    """Return the *findings* as faults of the file at *path*.

    Signs that cannot be printed are escaped, so that neither a file's name nor a message can forge a line of a report.
    """
    return [Fault(printable(path), at.line, at.column, printable(message), code) for at, message, code in findings]


def printable(text: str) -> str:
    """Return *text* on one line, with an escape such as ``\\x1b`` for each sign that cannot be printed."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def quoted(text: str) -> str:
    """Return *text* in quotes on one line, cut to QUOTED_AT_MOST characters."""
    return repr(text if len(text) <= QUOTED_AT_MOST else text[: QUOTED_AT_MOST - 1] + "…")


def nearest(text: str, valid: Iterable[str]) -> str | None:
    """Return the value of *valid* that *text* most likely means, letter case aside, or None."""
    folded = {value.casefold(): value for value in valid}
    matches = get_close_matches(text[:QUOTED_AT_MOST].casefold(), folded, n=1)
    return folded[matches[0]] if matches else None
