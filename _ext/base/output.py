"""The narrow door between the rooms, which make the files of the site, and the builder, which knows what must be made.

A builder that offers what `SiteBuilder` names leaves out what its last build has made of the same inputs. With any other, such as
Sphinx's own ``dirhtml``, everything is made anew, and the site is the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from sphinx.builders import Builder
from sphinx.builders.dirhtml import DirectoryHTMLBuilder

from _ext.base.target import Told
from _ext.base.walk import files_below


@dataclass(frozen=True)
class Task:
    """A part of the site that is made at once: a list of posts, a feed, the map of the site."""

    name: str
    """A page has its docname for a name; what is no page a path with a dot in it, which no docname and no old address has."""
    key: str
    """The cache key: the fingerprint of all that it is made of."""
    write: Callable[[], object]
    """Writes its files."""


@runtime_checkable
class SiteBuilder(Protocol):
    """What the rooms ask of the builder."""

    def make(self, *tasks: Task, at_once: int = 1) -> None:
        """Do the *tasks*, on all cores, *at_once* by one process."""

    def leave(self, *tasks: Task) -> None:
        """Do the *tasks*, or leave what they make as it was, for the next build."""

    def write_file(self, path: str, content: bytes) -> None:
        """Write a file of the site; *path* is relative to its root."""

    def note_file(self, path: str) -> None:
        """Count the file at *path*, which is there, to what is being made."""

    def write_asset(self, path: str, key: str, draw: Callable[[], bytes]) -> None:
        """Write a file of a page that is made of less than the page, of what *key* stands for alone."""

    def keep_file(self, path: str, content: bytes) -> bool:
        """Count the file at *path* in where the last site has it with that *content*; else tell that it must be written."""

    def tell(self, path: str, **values: Any) -> None:
        """Keep what a reader has found in the page at *path* that is being made, for who works with all of them."""

    def told(self, name: str) -> dict[str, Any]:
        """Return what the readers of all pages have told under *name*, by path."""

    def told_before(self, name: str) -> dict[str, Any]:
        """Return what they had told when the last build had ended."""

    def page_key(self, docname: str) -> str:
        """Return the fingerprint of the page of a document, which is written."""

    def read_page(self, docname: str) -> bytes:
        """Return the page of a document as written."""

    def files(self) -> set[str]:
        """Return the path of each file of the site, relative to its root."""


class MakeAnew:
    """The same for a builder that makes all pages anew."""

    def __init__(self, builder: Builder) -> None:
        self.builder, self.folder = builder, Path(builder.outdir)
        self.values: Told = {}

    def make(self, *tasks: Task, at_once: int = 1) -> None:
        for task in tasks:
            task.write()

    leave = make

    def write_file(self, path: str, content: bytes) -> None:
        write_below(self.folder, path, content)

    def note_file(self, path: str) -> None:
        pass

    def write_asset(self, path: str, key: str, draw: Callable[[], bytes]) -> None:
        self.write_file(path, draw())

    def keep_file(self, path: str, content: bytes) -> bool:
        return False

    def tell(self, path: str, **values: Any) -> None:
        self.values.setdefault(path, {}).update(values)

    def told(self, name: str) -> dict[str, Any]:
        return told_in(self.values, name)

    def told_before(self, name: str) -> dict[str, Any]:
        return {}

    def page_key(self, docname: str) -> str:
        return ""

    def read_page(self, docname: str) -> bytes:
        return (self.folder / self.builder.get_target_uri(docname) / "index.html").read_bytes()

    def files(self) -> set[str]:
        return {path for path, _ in files_below(self.folder)}


def told_in(values: Told, name: str) -> dict[str, Any]:
    """Return those of the *values* that have that *name*, by path."""
    return {path: found[name] for path, found in values.items() if name in found}


def write_below(folder: Path, path: str, content: bytes) -> None:
    """Write *content* into the file at *path* in *folder*, making the folders on the way."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def site_of(builder: Builder) -> SiteBuilder:
    """Return what makes the files of the site that *builder* builds."""
    if isinstance(builder, SiteBuilder):
        return builder
    anew: MakeAnew = vars(builder).setdefault("anew", MakeAnew(builder))  # one a run, since it keeps what is told
    return anew


def makes_pages(builder: Builder) -> bool:
    """Tell whether *builder* makes a page of each document, as ``dirhtml`` does, and does not only check, as ``linkcheck``."""
    return isinstance(builder, DirectoryHTMLBuilder)
