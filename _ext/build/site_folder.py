"""The folder of the built site, which a server or an rsync reads while the next one is built: it changes all at once."""

import ctypes
import os
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from filecmp import cmp
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

from _ext.base.walk import files_below
from _ext.build.last_build import Changes, Written

LOCK = "lock"
SCRATCH = "build-"
"""How the names begin of the folders that builds work in; what a killed build has left, the next one removes."""
BEFORE = "before"
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of <fcntl.h> and <linux/fs.h>


def beside(site: Path, name: str) -> Path:
    """Return where something of the name *name* stands that belongs to *site*: in the same folder, and hidden."""
    return site.with_name(f".{site.name}.{name}")


@contextmanager
def alone(site: Path) -> Iterator[None]:
    """Hold *site* for one build; another waits, and says so."""
    site.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(beside(site, LOCK))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print("Another build is at work; this one waits for it.", file=sys.stderr)
        lock.acquire()
    try:
        for left in site.parent.glob(beside(site, f"{SCRATCH}*").name):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        lock.release()


@contextmanager
def scratch(site: Path) -> Iterator[Path]:
    """Make a folder beside *site*, on the same file system, so that what is made there only has to be renamed; it goes at the end."""
    with TemporaryDirectory(prefix=beside(site, SCRATCH).name, dir=site.parent) as folder:
        yield Path(folder)


def take_before(site: Path, there: Mapping[str, Written], changes: Changes | None, target: Path) -> None:
    """Make the folder *target* like *site*, where the files *there* are.

    To link each file takes as long as the site is large. The site before the last build is kept for this: it lacks only the
    *changes* of that build, where they are known. Where somebody has been at it, it is not taken.
    """
    last = beside(site, BEFORE)
    if changes and last.is_dir():
        last.rename(target)
        bring_up(target, changes, site)
        if written(target) == there:
            return
        shutil.rmtree(target)
    shutil.rmtree(last, ignore_errors=True)
    target.mkdir()
    bring_up(target, Changes(tuple(there), ()), site)


def keep_before(site: Path, last: Path) -> None:
    """Keep the folder *last*, what stood in place of *site* before or is the same files, for the next build."""
    if last.exists():
        last.rename(beside(site, BEFORE))


def after(there: Mapping[str, Written], changes: Changes, site: Path) -> dict[str, Written]:
    """Return the files of *site*, where those *there* were before the *changes*."""
    removed = set(changes.removed)
    known = {path: found for path, found in there.items() if path not in removed}
    return known | {path: _written((site / path).stat()) for path in changes.written}


def written(site: Path) -> dict[str, Written]:
    """Return the files of *site*, by path; none where it is not there."""
    return {path: _written(found) for path, found in files_below(site)} if site.is_dir() else {}


def _written(status: os.stat_result) -> Written:
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
        (tree / path).unlink(missing_ok=True)
        for folder in PurePosixPath(path).parents:
            if folder == PurePosixPath() or not (tree / folder).is_dir() or any((tree / folder).iterdir()):
                break
            (tree / folder).rmdir()
    made = set()
    for path in changes.written:
        place = tree / path
        if place.parent not in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.add(place.parent)
        place.unlink(missing_ok=True)
        _link(source / path, place)


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
