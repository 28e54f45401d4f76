"""Builds sites for the tests: a tiny one of each case, and the real one once a session."""

import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from sphinx.application import Sphinx
from sphinx.testing.util import SphinxTestApp
from sphinx.util.console import strip_escape_sequences

from lab.server import Server
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
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the real site, built once as `make html` builds it."""
    if request.config.getoption("fast"):
        pytest.skip("not fast: the real site")
    folder = tmp_path_factory.mktemp("site") / "html"
    command = [sys.executable, "-m", "_ext.build", "--output", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Site(folder)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="skip a test when it comes to build a site or start a process")
    parser.addoption("--allow", action="append", default=[], choices=sorted(SLOW), help="this all the same")
    parser.addoption("--long", action="store_true", help="run what is random ten times as often")


OFTEN = {"batch": (3, 50, 500), "sequence": (1, 20, 200), "kill": (1, 10, 100), "pair": (1, 2, 20)}
"""How often a test runs that asks for one of these, each time with another seed: with ``--fast``, without, with ``--long``."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is random once for each of its seeds."""
    fast, long = (metafunc.config.getoption(name) for name in ("fast", "long"))
    for name, counts in OFTEN.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, range(counts[0 if fast else 2 if long else 1]))


SLOW = {
    "site": (Sphinx, "__init__"),
    "process": (subprocess.Popen, "__init__"),
    "fork": (BaseProcess, "start"),
    "port": (socket.socket, "listen"),
    "server": (Server, "start"),
    "browser": (type(sync_playwright()), "__enter__"),
}
"""What no fast test does. One that comes to do so is skipped in a fast run: there is no list of tests that could lack one."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run a test; with ``--fast``, as far as it does nothing slow."""
    with pytest.MonkeyPatch.context() as patch:
        if item.config.getoption("fast"):
            for name in set(SLOW) - set(item.config.getoption("allow")):
                patch.setattr(*SLOW[name], lambda *_, name=name, **__: pytest.skip(f"not fast: {name}"))
        return (yield)
