"""What a build reads: every file of the site's own, by what it holds, looked into only where its place on the disk says so."""

import os
import stat
import sys
import sysconfig
import time
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from _ext.base.fingerprint import fingerprint
from _ext.base.walk import files_below
from _ext.posts.source.folder import IGNORED
from _ext.posts.source.grammar import PAGES

PROGRAM = "_ext"
HOUSE = ("blog.toml", "conf.py", PROGRAM, "_templates", "_static", "locales", "requirements.txt")
"""What every page depends on, besides the files beside the posts' folders."""
POSTS = "posts"
LOOKED_AT = (*HOUSE, *PAGES, POSTS)
"""All that a build reads."""
COMPILED = ".mo"
"""How the names end of translations as Sphinx compiles them beside their sources."""
SETTLED = 2_000_000_000  # nanoseconds after which a file system's clock has surely moved on


class Stamp(NamedTuple):
    """What a file system says of a file without its being read; the content changes only with it."""

    size: int
    modified: int
    changed: int
    """Both in nanoseconds since 1970; the latter no program can set."""
    inode: int
    mode: int
    """What kind of file it is, and who may do what with it."""


@dataclass(frozen=True)
class Sources:
    """The files that a build reads."""

    stamps: Mapping[str, Stamp]
    """By path, relative to the site's root."""
    hashes: Mapping[str, str]
    """Of what each holds."""
    taken: int
    """When this was taken, in nanoseconds since 1970."""

    def of_house(self) -> str:
        """Return the fingerprint of what every page depends on, this Python and what is installed for it among it."""
        packages = (entry.name for entry in Path(sysconfig.get_path("purelib")).iterdir())
        installed = tuple(sorted(name for name in packages if name.endswith(".dist-info")))  # with their versions
        own = tuple(sorted((path, found) for path, found in self.hashes.items() if not _docname(path)))
        return fingerprint(sys.version, installed, own)

    def below(self, folder: str) -> dict[str, str]:
        """Return the hash of what each file at or below *folder* holds, by path."""
        return {path: found for path, found in self.hashes.items() if path.startswith(f"{folder}/")}

    def of_documents(self) -> dict[str, str]:
        """Return the fingerprint of each page's file and each post's folder, by docname."""
        folders: dict[str, list[tuple[str, str]]] = {}
        for path, found in sorted(self.hashes.items()):
            if docname := _docname(path):
                folders.setdefault(docname, []).append((path, found))
        return {docname: fingerprint(*files) for docname, files in folders.items()}


def changed_meanwhile(root: Path, now: Sources, left_alone: Container[str]) -> bool:
    """Tell whether a file has changed since the look *now*, but of the documents that a build has *left_alone*."""
    read = (path for path in now.hashes if _docname(path) not in left_alone)
    try:
        return any(_stamp((root / path).lstat()) != now.stamps[path] for path in read)
    except FileNotFoundError:
        return True


def is_looked_at_for(docname: str, path: str) -> bool:
    """Tell whether the file at *path* is looked at when it is asked what the document *docname* is made of."""
    return _docname(path) in (docname, None) and path.split("/")[0] in LOOKED_AT


def _docname(path: str) -> str | None:
    """Return the document that a file belongs to; None for what every page depends on."""
    if path in PAGES:
        return path.removesuffix(".md")
    parts = path.split("/")
    return f"{POSTS}/{parts[1]}/{parts[2]}/index" if parts[0] == POSTS and len(parts) > 3 else None


def look_at(root: Path, last: Sources | None = None) -> Sources:
    """Return the files of the site at *root*; what has not changed since the *last* look is not read again.

    A file that was written just before that look might have been written again within the same tick of the clock of
    its file system, so it is read (as git does, https://git-scm.com/docs/racy-git); so is what a link leads to, of which
    the link's stamp says nothing; but a link in a post is a fault, wherever it leads. Raises OSError where a file cannot be read.
    """
    taken = time.time_ns()
    stamps = dict(_stamps(root, LOOKED_AT))
    hashes = {}
    for path, stamp in stamps.items():
        known = last and last.stamps.get(path) == stamp and max(stamp.modified, stamp.changed) + SETTLED < last.taken
        is_link = stat.S_ISLNK(stamp.mode)
        if last and known and not is_link:
            hashes[path] = last.hashes[path]
        else:
            hashes[path] = _hash(root / path, stamp, look_into=not is_link or not path.startswith(f"{POSTS}/"))
    return Sources(stamps, hashes, taken)


def _hash(path: Path, stamp: Stamp, *, look_into: bool) -> str:
    """Return what stands for what kind of file there is at *path*, and for its content where one may *look_into* it.

    No two looks give the same for a link that leads to a folder: nobody looks there.
    """
    kind = f"{stat.S_IFMT(stamp.mode)} {bool(stamp.mode & 0o111)}"
    if look_into and path.is_dir():
        return f"{time.time_ns()} {kind}"
    return sha256(path.read_bytes() if look_into and path.is_file() else b"").hexdigest() + kind


def _stamps(root: Path, names: Iterable[str]) -> Iterator[tuple[str, Stamp]]:
    """Yield each file at or below *names*, relative to *root*."""
    for name in names:
        try:
            status = (root / name).lstat()
        except FileNotFoundError:
            continue
        if stat.S_ISDIR(status.st_mode):
            below = files_below(root / name, f"{name}/", leave_out=_is_left_behind)
            yield from ((path, _stamp(found)) for path, found in below)
        else:
            yield name, _stamp(status)


def _is_left_behind(name: str) -> bool:
    return bool(IGNORED.fullmatch(name)) or name.endswith(COMPILED)


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_mode)
