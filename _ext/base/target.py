"""What a site is made of, as the next build finds it: each part with its files, and what can be referred to in a document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ANEW = "anew"
"""The key of what the next build makes anew, whatever it finds."""


Told = dict[str, dict[str, Any]]
"""Of a page, by its path from the site's root, such as ``posts/2024/pools/``: the values that its readers tell, by name."""


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
class Output:
    """What was made at once, of the same inputs: a document with all its files, or what one `Task` writes."""

    key: str
    """The cache key: the fingerprint of all that it was made of, or ANEW."""
    files: tuple[str, ...]
    """The paths of what was written, relative to the site's root; two may have written the same file."""
    assets: Mapping[str, str] = field(default_factory=dict)
    """Of a document, the paths of the files that depend on a part of its page only, each with the cache key of that part."""
    page: str = ""
    """Of a document, the fingerprint of its page as written, for what is made of that: its key does not say what links show."""
    targets: Targets | None = None
    """Of a document, what can be referred to in it."""
    linked: frozenset[str] = frozenset()
    """Of a document, the names of the others, and the labels, that it links to, whether they are there or not."""
    shown: frozenset[str] = frozenset()
    """Of a document, the others of which its links show or need more than that they are there."""
    told: Told = field(default_factory=dict)
    """What the readers of its page, or of its feed, have told, by the path."""
