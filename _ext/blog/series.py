"""The place of a post in its series."""

from collections.abc import Sequence
from dataclasses import dataclass

from _ext.posts import Post, Series

BESIDE = 4
"""The parts before and after a post that its page lists; the page of the series lists all."""


@dataclass(frozen=True)
class Part:
    """What the page of a post says of its series."""

    series: Series
    number: int
    """The post's own, from 1 on."""
    count: int
    """Of the parts published so far."""
    shown: tuple[tuple[int, Post], ...]
    """The part itself and those beside it, each with its number, in the order of reading."""


def part_of(post: Post, parts: Sequence[Post]) -> Part | None:
    """Return the place of *post* among the published *parts* of its series, oldest first; None where it has none."""
    if post.series is None or post not in parts:
        return None
    at = parts.index(post)
    first = max(0, at - BESIDE)
    shown = tuple(enumerate(parts[first : at + BESIDE + 1], first + 1))
    return Part(post.series, at + 1, len(parts), shown)
