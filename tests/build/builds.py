"""Builds a site as `make html` does, in a process of its own that has Sphinx loaded already."""

import multiprocessing
import os
from pathlib import Path
from typing import Any

import ablog  # noqa: F401  # with those below, what each build would load for itself
import furo  # noqa: F401
import myst_parser.sphinx_ext.main  # noqa: F401
import sphinx.application  # noqa: F401

from _ext.build import builder  # noqa: F401  # so that Sphinx is there before the first build
from _ext.build.run import AS_ALWAYS, How, build
from testing.sites import TODAY

FORK = multiprocessing.get_context("fork")


def start(
    folder: Path, site: Path, how: How = AS_ALWAYS, *, fresh: bool = False, **overrides: Any
) -> multiprocessing.process.BaseProcess:
    """Start to build the site in *folder* into the folder *site* below it, today being TODAY; a *fresh* build is one from nothing."""

    def work() -> None:
        os.chdir(folder)
        os.environ["SOURCE_DATE_EPOCH"] = TODAY
        os._exit(build(site, how, fresh=fresh, **overrides))

    process = FORK.Process(target=work)
    process.start()
    return process


def built(folder: Path, site: Path, how: How = AS_ALWAYS, *, fresh: bool = False, **overrides: Any) -> int | None:
    """Build as `start` does, to the end, and return the exit status."""
    process = start(folder, site, how, fresh=fresh, **overrides)
    process.join()
    return process.exitcode


def times(folder: Path) -> dict[str, int]:
    """Return when each file in *folder* was last changed, in nanoseconds since 1970."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()
    }
