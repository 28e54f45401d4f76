"""The folder of the built site, which a server or an rsync reads while the next one is built: it changes all at once."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from filecmp import cmp
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

from _ext.last_build import Written

LOCK = ".lock"
SCRATCH = ".build-"
"""How the names begin of the folders that builds work in; what a killed build has left, the next one removes."""
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of <fcntl.h> and <linux/fs.h>


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold *folder*, which is made where it is not there, for one build; another waits and says so."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print("Another build is at work; this one waits for it.", file=sys.stderr)
        lock.acquire()
    try:
        for left in folder.glob(f"{SCRATCH}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        lock.release()


def scratch(folder: Path) -> TemporaryDirectory[str]:
    """Return a new folder in *folder*, on the same file system, so that what is made there only has to be renamed."""
    return TemporaryDirectory(prefix=SCRATCH, dir=folder)


def written(site: Path) -> dict[str, Written]:
    """Return the files of *site*, by path; none where it is not there."""
    return dict(_below(site, "")) if site.is_dir() else {}


def _below(folder: Path, prefix: str) -> Iterator[tuple[str, Written]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _below(Path(entry.path), f"{prefix}{entry.name}/")
            else:
                status = entry.stat(follow_symlinks=False)
                yield f"{prefix}{entry.name}", Written(status.st_size, status.st_mtime_ns)


def assemble(target: Path, files: Iterable[str], fresh: Path, last: Path) -> None:
    """Make the folder *target* of *files*: as they are in *fresh*, or where they are not there or the same, in *last*.

    What is taken from the last site is the same file still, so that it keeps the time of its last change.
    """
    made = set()
    for path in files:
        new, old, place = fresh / path, last / path, target / path
        if place.parent not in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.add(place.parent)
        keeps = not new.exists() or (old.exists() and cmp(new, old, shallow=False))
        _link(old if keeps else new, place)


def _link(source: Path, place: Path) -> None:
    try:
        os.link(source, place)
    except OSError:  # a file system that knows no links
        shutil.copy2(source, place)


def put_in_place(fresh: Path, site: Path) -> None:
    """Let the folder *fresh* be *site*, and what stood there be *fresh*.

    At no time is there no site, where the system can exchange two folders, and half a site nowhere. Where it fails, as on
    Windows while a file of the site is open, the last site stays and OSError is raised.
    """
    if not site.exists():
        fresh.rename(site)
        return
    if exchange(fresh, site):
        return
    last = fresh.with_name("last")
    site.rename(last)
    try:
        fresh.rename(site)
    except OSError:
        last.rename(site)
        raise


def exchange(one: Path, other: Path) -> bool:
    """Let two folders have each other's name, in one step; False where this system cannot.

    Source: https://man7.org/linux/man-pages/man2/rename.2.html
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(libc.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0)
