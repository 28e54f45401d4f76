"""A post's folder, as its rules look at it: what is in it, read only where it is a plain file."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

IGNORED = re.compile(r"__pycache__|\.#.*|\..*\.sw[a-p]")
"""What Python leaves beside a listing that has been run, and an editor beside a file that is open; git ignores it, too."""


DEEPEST = 5
"""The folders in folders that are looked into; what is deeper is not looked at, and no plain file."""
READ_AT_MOST = 1_000_000  # bytes, more than a file may have


@dataclass(frozen=True)
class File:
    """An entry of a folder that is no folder itself."""

    path: str
    """Relative to the folder, with forward slashes."""
    plain: bool
    """Whether it is a regular file, and no link, device or pipe."""
    executable: bool
    size: int
    """In bytes."""

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name

    @property
    def suffix(self) -> str:
        """The end of the name from its last dot on, in lower case."""
        return PurePosixPath(self.path).suffix.lower()


@dataclass(frozen=True)
class Folder:
    """What is in a folder and below."""

    files: tuple[File, ...]
    """Sorted by path."""
    read: Callable[[str], bytes]
    """Gives the content of the plain file at a path of *files*, of a huge one the beginning."""

    @cached_property
    def twins(self) -> frozenset[str]:
        """The paths that differ from one before them in letter case only: one file on other systems."""
        first = {file.path.casefold(): file.path for file in reversed(self.files)}
        return frozenset(file.path for file in self.files if first[file.path.casefold()] != file.path)

    def text(self, path: str) -> str:
        """Return the content of the plain file at a path of *files*, with U+FFFD for what is no UTF-8."""
        return self.read(path).decode("utf-8", "replace")

    def get(self, path: str) -> File | None:
        """Return the plain file at *path*, which may begin with ``./``, if there is one."""
        own = path.removeprefix("./")
        return next((file for file in self.files if file.path == own and file.plain), None)


def read_folder(folder: Path) -> Folder:
    """Return what is in *folder*. Links are not followed, and hidden folders not looked into."""
    files = tuple(sorted(_files(folder, ""), key=lambda file: file.path))
    return Folder(files, cache(lambda path: _beginning(folder / path)))


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(READ_AT_MOST)


def _files(folder: Path, prefix: str) -> Iterator[File]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if IGNORED.fullmatch(entry.name):
                continue
            path = f"{prefix}{entry.name}"
            status = entry.stat(follow_symlinks=False)
            is_folder = stat.S_ISDIR(status.st_mode)
            if is_folder and not entry.name.startswith(".") and path.count("/") < DEEPEST:
                yield from _files(Path(entry.path), f"{path}/")
            else:
                executable = bool(status.st_mode & 0o111) and not is_folder
                yield File(path, stat.S_ISREG(status.st_mode), executable, status.st_size)
