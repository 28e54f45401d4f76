"""The day on which the site next changes by itself: what a build writes, and what the command makes of it."""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from _ext.blog import next_change
from _ext.blog.blog import next_publication
from _ext.commands import next_change as command
from testing.posts import post
from testing.serving import served
from testing.sites import ROOT, Site, run

Build = Callable[..., Site]
DAY = dt.date(2025, 6, 1)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return an empty folder for a deployed site."""
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


@pytest.fixture
def url(site: Path) -> Iterator[str]:
    with served(site) as url:
        yield f"{url}/next-change.json"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], None),
        (["2025-05-31", "2025-06-01"], None),
        (["2025-06-02"], "2025-06-02"),
        (["2026-01-01", "2025-06-03", "2025-05-31"], "2025-06-03"),
        ([None], None),
        ([None, "2025-06-03"], "2025-06-03"),
    ],
)
def test_the_next_publication_is_the_nearest_day_to_come(days: list[str | None], expected: str | None) -> None:
    posts = [post(date=day and dt.date.fromisoformat(day)) for day in days]
    found = next_publication(posts, DAY)
    assert (found and found.isoformat()) == expected


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("canary", {"next_change": "2025-06-02"}),  # a post goes live
        ("order", {"next_change": "2026-01-02"}),  # a post has aged
        (None, {"next_change": None}),
    ],
)
@pytest.mark.parametrize("preview", [False, True])
def test_a_build_writes_it_into_the_site(build: Build, root: str | None, expected: object, preview: bool) -> None:
    site = build(root, preview=preview)
    assert json.loads((site.folder / "next-change.json").read_text()) == expected


def test_the_day_of_the_build_counts(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1748822400")  # 2025-06-02T00:00:00Z
    assert (build("canary").folder / "next-change.json").read_text() == '{"next_change": "2026-01-02"}\n'


@pytest.mark.parametrize(
    ("day", "due"), [("2025-05-31", True), ("2025-06-01", True), ("2025-06-02", False), (None, False)]
)
def test_a_build_is_due_from_the_day_on(site: Path, url: str, day: str | None, due: bool) -> None:
    (site / "next-change.json").write_text(next_change.written(day and dt.date.fromisoformat(day)))
    done = run("_ext.commands.next_change", site, url)
    assert (done.returncode, done.stdout) == (0, f"due={'true' if due else 'false'}\n")


def test_a_build_is_due_where_there_is_no_file(site: Path, url: str) -> None:
    done = run("_ext.commands.next_change", site, url)
    assert (done.returncode, done.stdout, done.stderr) == (0, "due=true\n", f"{url}: HTTP Error 404: File not found\n")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"<!doctype html><title>Not found</title>",
        b'{"next_change": "soon"}',
        b'{"next_change": "2025-13-01"}',
        b'{"next_change": 20250601}',
        b'{"next_change": "2025-07-01"',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"next_change": null' + b" " * 100_000 + b"}",
    ],
)
def test_a_build_is_due_where_the_file_says_nothing(
    site: Path, url: str, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / "next-change.json").write_bytes(content)
    assert command.main([url]) == 0
    said = capsys.readouterr()
    assert said.out == "due=true\n"
    assert said.err.startswith(f'{url}: next-change.json must be such as {{"next_change": "2026-12-01"}}: b')
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/next-change.json", "https://[", "http://", "http://a b/"])
def test_a_build_is_due_where_nobody_answers(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([url]) == 0
    assert capsys.readouterr().out == "due=true\n"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "next-change.json", ""])
def test_it_is_asked_over_http_only(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main([url])
    assert stopped.value.code == 2
    assert capsys.readouterr().out == ""


def test_the_command_needs_nothing_but_python(site: Path, url: str) -> None:
    (site / "next-change.json").write_text(next_change.written(None))
    command = [sys.executable, "-S", "-m", "_ext.commands.next_change", url]  # -S: without what is installed
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("due=false\n", "no post waits for its day\n")
