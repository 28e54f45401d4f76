"""Cuts an archive into pages of bounded size, so that a post costs a line in one page and not a longer page for all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from _ext.posts import Post

PAGE_SIZE = 20
"""The posts of a page: as many as a feed has, and no more than two or three screens of a desktop."""


@dataclass(frozen=True, repr=False)  # see _ext.blog.archives
class Page:
    """One page of an archive."""

    archive: str
    """The docname of the archive, which is that of its first page."""
    number: int
    """From 1 on."""
    count: int
    """Of the archive's pages."""
    entries: tuple[Post, ...]
    """At most PAGE_SIZE."""

    @property
    def docname(self) -> str:
        return self.docname_of(self.number)

    def docname_of(self, number: int) -> str:
        """Return the docname of the page with that *number* of the same archive."""
        return self.archive if number == 1 else f"{self.archive}/page/{number}"

    @property
    def previous(self) -> str | None:
        """The docname of the page before, which has the newer posts."""
        return self.docname_of(self.number - 1) if self.number > 1 else None

    @property
    def next(self) -> str | None:
        """The docname of the page after, which has the older posts."""
        return self.docname_of(self.number + 1) if self.number < self.count else None

    @property
    def numbers(self) -> list[int | None]:
        """The numbers that a reader is offered: the first, the last, this one and those beside it; None is a gap."""
        near = range(self.number - 1, self.number + 2)
        shown = sorted({1, self.count, *(number for number in near if 1 <= number <= self.count)})
        offered: list[int | None] = [1]
        for before, number in pairwise(shown):
            offered += (
                [number] if number == before + 1 else [before + 1, number] if number == before + 2 else [None, number]
            )
        return offered


def pages(archive: str, entries: Sequence[Post]) -> Iterator[Page]:
    """Yield the pages of the *archive*, a docname; one where there are no *entries*."""
    count = max(1, -(-len(entries) // PAGE_SIZE))
    for number in range(1, count + 1):
        yield Page(archive, number, count, tuple(entries[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]))
