"""Finds a program that a test needs, or installs Debian's package of it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock


def find(names: Iterable[str]) -> str | None:
    """Return the path of the first of the programs *names* that is on the machine, or None."""
    return next(filter(None, map(shutil.which, names)), None)


def find_or_install(names: Iterable[str], package: str) -> str | None:
    """Return the path of the first of the programs *names*, from Debian's *package* where none is there, or None.

    Tests run in several processes, of which one installs and the others wait: until the end a program is there in part.
    """
    with FileLock(Path(tempfile.gettempdir(), "under-load-packages.lock")):
        if not find(names) and shutil.which("apt-get") and os.geteuid() == 0:
            for command in ["apt-get update", f"apt-get install --yes --no-install-recommends {package}"]:
                environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
                subprocess.run(command.split(), env=environment, stdout=sys.stderr, check=False)
        return find(names)
