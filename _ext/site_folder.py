"""The folder of the built site, which a server or an rsync reads while the next one is built: it changes all at once."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from filecmp import cmp
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

from _ext.last_build import Changes, Written

LOCK = ".lock"
SCRATCH = ".build-"
"""How the names begin of the folders that builds work in; what a killed build has left, the next one removes."""
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of <fcntl.h> and <linux/fs.h>


def before(site: Path) -> Path:
    """Return where the site is kept that was there before *site*.

    The next build needs a folder beside the site that is like it but for what changes. To make one takes as long as the
    site is large; the one before the last build, in which its changes are made as well, is at hand.
    """
    return site.with_name(f".{site.name}.before")


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
    return dict(_below(str(site), "")) if site.is_dir() else {}


def _below(folder: str, prefix: str) -> Iterator[tuple[str, Written]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path, f"{prefix}{entry.name}/")
            else:
                status = entry.stat(follow_symlinks=False)
                yield f"{prefix}{entry.name}", Written(status.st_size, status.st_mtime_ns)


def written_at(path: Path) -> Written:
    """Return what the file system says of the file at *path*."""
    status = path.stat()
    return Written(status.st_size, status.st_mtime_ns)


def changes_to(site: Path, there: Collection[str], files: Collection[str], fresh: Path) -> Changes:
    """Return how *site*, where the files *there* are, becomes one of *files*, of which those that may be new are in *fresh*."""
    kept = set(files)
    new = written(fresh).keys() & kept
    return Changes(
        tuple(sorted(path for path in new if path not in there or not cmp(fresh / path, site / path, shallow=False))),
        tuple(sorted(path for path in there if path not in kept)),
    )


def bring_up(tree: Path, changes: Changes, source: Path) -> None:
    """Make the *changes* in the folder *tree*; what is written is the same file as in *source*, so that it keeps its time."""
    for path in changes.removed:
        place = tree / path
        place.unlink()
        for folder in place.relative_to(tree).parents:
            if folder == Path() or any((tree / folder).iterdir()):
                break
            (tree / folder).rmdir()
    for path in changes.written:
        place = tree / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        _link(source / path, place)


def copy_of(site: Path, files: Iterable[str], target: Path) -> None:
    """Make the folder *target* of *files* of *site*; they are the same files in both, so that they keep their times."""
    made = set()
    target.mkdir()
    for path in files:
        place = target / path
        if place.parent not in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.add(place.parent)
        _link(site / path, place)


def _link(source: Path, place: Path) -> None:
    try:
        os.link(source, place)
    except OSError:  # a file system that knows no links
        shutil.copy2(source, place)


def put_in_place(fresh: Path, site: Path) -> None:
    """Let the folder *fresh* be *site*, and what stood there be *fresh*; where nothing stood there, nothing is.

    Nobody sees half a site, nor none where the system can exchange two folders. Where it fails, as on Windows while a file
    of the site is open, the last site stays and OSError is raised.
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
    last.rename(fresh)


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
