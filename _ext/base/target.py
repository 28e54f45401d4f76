"""The units that a site is made of: a document with all its files, a page of a listing, a feed, the map of the site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANEW = "anew"
"""The inputs of what the next build makes anew, whatever it finds."""


@dataclass(frozen=True)
class Targets:
    """What can be referred to in a document."""

    title: str
    """Plain text."""
    sections: Mapping[str, tuple[None, str, str]]
    """The headings: of each slug, as MyST-Parser has them, no line, the id and the text."""
    labels: Mapping[str, tuple[str, str]]
    """Of each label with a title, the id and the title."""
    anonymous: Mapping[str, str]
    """Of each label, with a title or without, the id."""


@dataclass(frozen=True)
class Unit:
    """What was made at once, of the same inputs.

    A page has its docname for a name; what is no page a path with a dot in it, which no docname and no old address has.
    """

    inputs: str
    """The fingerprint of all that it was made of, or ANEW."""
    files: tuple[str, ...]
    """The paths of what was written, relative to the site's root; two units may write the same file."""
    pieces: Mapping[str, str] = field(default_factory=dict)
    """Of a document, the inputs of those of its files that are made of less than its page, by path."""
    page: str = ""
    """Of a document, the fingerprint of its page as written, for what is made of that: its inputs do not say what links show."""
    targets: Targets | None = None
    """Of a document, what can be referred to in it."""
    linked: frozenset[str] = frozenset()
    """Of a document, the names of the others, and the labels, that it links to, whether they are there or not."""
    shown: frozenset[str] = frozenset()
    """Of a document, the others of which its links show or need more than that they are there."""
