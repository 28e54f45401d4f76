"""No post can do harm: each of the hostile corpus is refused with its line, and the harmless ones pass.

The checker is the first wall, so what it does while it reads is watched as well: it writes nothing, opens no file outside
of the site, starts no process, and takes no time that a stranger decides.
"""

import contextlib
import os
import site
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from _ext.posts import RULES, Posts, read_posts
from testing.sites import ROOT, TODAY, lay_out
from tests.hostile.corpus import POST, Case, Refusal, harmless, lay_base, lay_post, left_to_sphinx, written
from tests.hostile.made import COSTLY, MADE, VOCABULARY

CASES = [*written(), *MADE]
HARMLESS = harmless()
CPU_SECONDS = 10.0
"""What no machine needs for a text that is read in a time near linear; `python -m bench.hostile` has the figures."""
OF_THE_SITE = {"broken-link", "lost-url", "record", "silent-link"}
"""The rules that no post can break."""

PROCESSES = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.spawn", "socket.")
READS = ("open", "os.listdir", "os.scandir")
PYTHON = [Path(path).resolve() for path in (*sysconfig.get_paths().values(), *site.getsitepackages(), *sys.path)]

_seen: list[tuple[str, tuple[Any, ...]]] | None = None


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is not None and (event in READS or event.startswith(PROCESSES)):
        _seen.append((event, arguments))


sys.addaudithook(_note)  # there is no way to take it away, hence the switch


@contextlib.contextmanager
def watched(root: Path) -> Iterator[None]:
    """Fail where what is done within starts a process, asks the network, or opens a file outside of *root* and Python."""
    global _seen
    _seen = events = []
    try:
        yield
    finally:
        _seen = None
    allowed = [root.resolve(), *PYTHON]
    for event, arguments in events:
        assert event in READS, f"{event} {arguments}"
        if isinstance(arguments[0], str | bytes | os.PathLike):
            path = Path(os.fsdecode(arguments[0])).resolve()
            assert any(path.is_relative_to(place) for place in allowed), f"{event} {path}"


def tree(root: Path) -> dict[Path, tuple[int, int, int]]:
    """Return mode, size and time of change of each file below *root* but the lock of a build, links not followed."""
    paths = (Path(folder, name) for folder, folders, files in os.walk(root) for name in (*folders, *files))
    paths = (path for path in paths if path.name not in {"_build", ".html.lock"})
    return {path: ((stat := path.lstat()).st_mode, stat.st_size, stat.st_mtime_ns) for path in paths}


def read(root: Path) -> Posts:
    """Return what the checker says of the site at *root*, having watched it."""
    before = tree(root)
    started = time.process_time()
    with watched(root):
        posts = read_posts(root)
    assert time.process_time() - started < CPU_SECONDS
    assert tree(root) == before
    return posts


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay_base(tmp_path / "site")


@pytest.mark.parametrize("case", CASES + VOCABULARY, ids=str)
def test_a_hostile_post_is_refused_with_its_line(case: Case, root: Path) -> None:
    case.lay(root)
    refusals = tuple(Refusal(fault.path, fault.line, fault.code) for fault in read(root).faults)
    if case.more:  # the mistake is the first that is said of its file
        refusals = tuple(refusal for refusal in refusals if refusal.path == case.refusals[0].path)[: len(case.refusals)]
    assert refusals == case.refusals


def test_every_rule_has_its_case() -> None:
    assert {refusal.code for case in CASES + VOCABULARY for refusal in case.refusals} == set(RULES) - OF_THE_SITE


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_post_costs_little(name: str, root: Path) -> None:
    lay_post(root, f"costly-{name}", POST + COSTLY[name])
    read(root)


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_post_passes(name: str, root: Path) -> None:
    HARMLESS[name](root)
    assert list(map(str, read(root).faults)) == []


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the site in *folder* as a contributor does, today being 2025-06-01."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": TODAY}
    command = [sys.executable, "-m", "_ext.build"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a whole site with the base's content."""
    return lay_base(lay_out(tmp_path / "site"))


def test_hostile_posts_leave_the_site_as_it_was(folder: Path) -> None:
    page = folder / "_build/html/index.html"
    page.parent.mkdir(parents=True)
    page.write_text("the last good build")
    sound = set(tree(folder))
    for case in CASES:
        case.lay(folder)
    before = tree(folder)
    done = build(folder)
    assert done.returncode == 1, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    assert tree(folder) == before
    unnamed = [case.name for case in CASES if f"{case.refusals[0].path}:" not in done.stdout]
    assert unnamed == []
    for path in sorted(set(before) - sound, reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    done = build(folder)
    assert (done.returncode, done.stderr) == (0, "")


def test_harmless_posts_are_built_without_a_warning(folder: Path) -> None:
    for lay in HARMLESS.values():
        lay(folder)
    done = build(folder)
    assert (done.returncode, done.stderr) == (0, "")
    pages = {page.parent.name for page in folder.glob("_build/html/posts/2024/*/index.html")}
    assert pages == {"neighbour", *HARMLESS} - {"draft"}


def test_what_is_left_to_sphinx_fails_the_build_with_its_line(folder: Path) -> None:
    places = left_to_sphinx(folder)
    done = build(folder)
    assert done.returncode == 1
    assert [told for told in done.stdout.splitlines() if not told.endswith(" [broken-link]")] == []
    assert [place for place in places if f"{place}: " not in done.stderr] == []
