"""Builds sites for the tests: a tiny one of each case, and the real one once a session."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sphinx.testing.util import SphinxTestApp
from sphinx.util.console import strip_escape_sequences

from testing.sites import ROOT, TODAY, Site, lay_out


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Site]]:
    """Return a function that builds the site of a root, today being 2025-06-01.

    *edit* is given the site's folder before the build; several *jobs* get a document or two at a time. Other keyword
    arguments override conf.py.
    """
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    apps: list[SphinxTestApp] = []

    def build(
        root: str | None = None, *, edit: Callable[[Path], object] | None = None, jobs: int = 0, **overrides: Any
    ) -> Site:
        folder = lay_out(tmp_path / f"{root}-{len(apps)}", root)
        if edit:
            edit(folder)
        if jobs:
            monkeypatch.setattr("_ext.build.builder.SHARE", 2)
        app = SphinxTestApp("dirhtml", srcdir=folder, confoverrides=overrides, parallel=jobs)
        apps.append(app)
        app.build()
        return Site(Path(app.outdir), strip_escape_sequences(app.warning.getvalue()))

    yield build
    for app in apps:
        app.cleanup()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the real site, built once as `make html` builds it."""
    folder = tmp_path_factory.mktemp("site") / "html"
    command = [sys.executable, "-m", "_ext.build", "--output", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Site(folder)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run what is random ten times as often")


OFTEN = {"sequence": (20, 200), "kill": (10, 100), "pair": (2, 20)}
"""How often a test runs that asks for one of these, each time with another seed; and how often with ``--long``."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is random once for each of its seeds."""
    for name, counts in OFTEN.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, range(counts[metafunc.config.getoption("long")]))
