"""This program itself, which somebody may edit, or bring up to date, while it runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn


def modules() -> dict[str, tuple[int, int, int]]:
    """Return what the file system says of each module: its size, its inode and when that last changed, as the system counts."""
    found = ((path, path.stat()) for path in Path(__file__).parent.rglob("*.py"))
    return {str(path): (status.st_size, status.st_ino, status.st_ctime_ns) for path, status in found}


LOADED = modules()
"""What it said before any other module was read."""


def has_changed() -> bool:
    """Tell whether a module has changed since it was loaded, so that what this program does is not what its files say."""
    return modules() != LOADED


def begin_anew(module: str, arguments: list[str]) -> NoReturn:
    """Run the command *module* with these *arguments* in place of this process, as its files now are."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])
