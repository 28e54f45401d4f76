"""This program itself, which somebody may edit, or bring up to date, while it runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from _ext.base.walk import files_below


def modules() -> dict[str, tuple[int, int, int]]:
    """Return what the file system says of each module: its size, its inode and when that last changed, as the system counts."""
    return {
        path: (status.st_size, status.st_ino, status.st_ctime_ns)
        for path, status in files_below(Path(__file__).parent)
        if path.endswith(".py")
    }


LOADED = modules()
"""What it said before any module was read but this one and the one that walks."""


def has_changed() -> bool:
    """Tell whether a module has changed since it was loaded, so that what this program does is not what its files say."""
    return modules() != LOADED


def begin_anew(module: str, arguments: list[str]) -> NoReturn:
    """Run the command *module* with these *arguments* in place of this process, as its files now are."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])
