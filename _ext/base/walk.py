"""What is in a folder and below, as the file system tells it without a file being read."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path


def files_below(
    folder: Path, prefix: str = "", leave_out: Callable[[str], object] = lambda name: False
) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the path of each file at or below *folder*, after *prefix* and with forward slashes, and what there is to know of it.

    A link is a file, wherever it leads. Of what *leave_out* says yes to, by its name, nothing is told.
    """
    return _below(str(folder), prefix, leave_out)


def _below(folder: str, prefix: str, leave_out: Callable[[str], object]) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if leave_out(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path, f"{prefix}{entry.name}/", leave_out)
            else:
                yield f"{prefix}{entry.name}", entry.stat(follow_symlinks=False)
