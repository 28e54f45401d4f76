"""What a build reads: every file of the site's own, by what it holds, looked into only where its place on the disk says so."""

from __future__ import annotations

import os
import stat
import sys
import sysconfig
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from _ext.fingerprints import fingerprint
from _ext.posts.folder import IGNORED
from _ext.posts.syntax import PAGES
from _ext.walking import files_below

HOUSE = ("conf.py", "_ext", "_templates", "_static", "locales", "requirements.txt")
"""What every page depends on, besides the files beside the posts' folders."""
POSTS = "posts"
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
        own = tuple(sorted((path, found) for path, found in self.hashes.items() if _is_house(path)))
        return fingerprint(sys.version, installed, own)

    def of_documents(self) -> dict[str, str]:
        """Return the fingerprint of each page's file and each post's folder, by docname."""
        folders: dict[str, list[tuple[str, str]]] = {}
        for path, found in sorted(self.hashes.items()):
            parts = path.split("/")
            if path in PAGES:
                folders[path.removesuffix(".md")] = [(path, found)]
            elif parts[0] == POSTS and len(parts) > 3:
                folders.setdefault(f"{POSTS}/{parts[1]}/{parts[2]}/index", []).append((path, found))
        return {docname: fingerprint(*files) for docname, files in folders.items()}


def changed_meanwhile(root: Path, now: Sources, last: Sources | None) -> bool:
    """Tell whether a file has changed since the look *now* that a build upon the *last* one has read: of the house, or a new one."""
    read = (path for path, found in now.hashes.items() if not last or _is_house(path) or last.hashes.get(path) != found)
    try:
        return any(_stamp((root / path).lstat()) != now.stamps[path] for path in read)
    except FileNotFoundError:
        return True


def _is_house(path: str) -> bool:
    parts = path.split("/")
    return parts[0] in HOUSE or (parts[0] == POSTS and len(parts) == 2)


def look_at(root: Path, last: Sources | None = None) -> Sources:
    """Return the files of the site at *root*; what has not changed since the *last* look is not read again.

    A file that was written just before that look might have been written again within the same tick of the clock of
    its file system, so it is read (as git does, https://git-scm.com/docs/racy-git). Raises OSError where a file cannot be read.
    """
    taken = time.time_ns()
    stamps = dict(_stamps(root, (*HOUSE, *PAGES, POSTS)))
    hashes = {}
    for path, stamp in stamps.items():
        known = last and last.stamps.get(path) == stamp and stamp.modified + SETTLED < last.taken
        hashes[path] = last.hashes[path] if last and known else _hash(root / path, stamp)
    return Sources(stamps, hashes, taken)


def _hash(path: Path, stamp: Stamp) -> str:
    """Return what stands for the content of the file at *path*, and for what kind of file it is; a link is not followed."""
    kind = f"{stat.S_IFMT(stamp.mode)} {bool(stamp.mode & 0o111)}"
    return sha256(path.read_bytes() if stat.S_ISREG(stamp.mode) else b"").hexdigest() + kind


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
