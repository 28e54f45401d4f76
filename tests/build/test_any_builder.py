"""The promises of a build, whichever command starts Sphinx: Read the Docs' call, and Sphinx's own builders."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from testing.sites import ROOT, TODAY, Site, lay_out, tree, write_post

Build = Callable[..., Site]
HOST = {
    "READTHEDOCS": "True",
    "READTHEDOCS_CANONICAL_URL": "https://blog.example.org/",
    "READTHEDOCS_VERSION_TYPE": "branch",
}
"""https://docs.readthedocs.com/platform/stable/reference/environment-variables.html"""


AS_THE_HOST = ("-T", "-W", "--keep-going", "-d", "doctrees", "-D", "language=en")


def sphinx(folder: Path, builder: str = "dirhtml", *options: str) -> subprocess.CompletedProcess[str]:
    """Build the site in *folder* by Sphinx's own command with these *options*, into ``out`` below it."""
    return subprocess.run(
        [sys.executable, "-m", "sphinx", "-b", builder, *options, ".", "out"],
        cwd=folder,
        env={**os.environ, **HOST, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": TODAY, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "blog", "order")


def test_the_hosts_call_builds_a_sound_site(folder: Path) -> None:
    done = sphinx(folder, "dirhtml", *AS_THE_HOST)
    assert (done.returncode, done.stderr) == (0, "")
    assert "https://blog.example.org/blog/atom.xml" in (folder / "out/blog/atom.xml").read_text()


def lose_an_address(folder: Path) -> None:
    (folder / "urls.txt").write_text("posts/2024/gone-forever/\n")


def break_the_record(folder: Path) -> None:
    (folder / "urls.txt").write_text("posts/2024/Gone\n")


def write_a_faulty_post(folder: Path) -> None:
    write_post(folder, "faulty", "2024-03-01", tags="Unknown")


def link_to_nowhere(folder: Path) -> None:
    template = folder / "_templates/404.html"
    template.write_text(
        template.read_text().replace("{%- block content %}", '{%- block content %}<a href="/gone/">Gone</a>')
    )


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lose_an_address,
            "urls.txt:1:1: WARNING: address must stay, as a page or through a post's redirect option; "
            + "remove the line if it was never on main: 'posts/2024/gone-forever/' [lost-url]",
        ),
        (
            break_the_record,
            "urls.txt:1:1: WARNING: line must be a published path such as 'posts/2024/a-slug/': 'posts/2024/Gone' [record]",
        ),
        (
            write_a_faulty_post,
            "posts/2024/faulty/index.md:4:8: WARNING: tag must be in posts/tags.toml: 'Unknown' [tags]",
        ),
    ],
)
def test_the_hosts_call_closes_each_gate(folder: Path, spoil: Callable[[Path], None], told: str) -> None:
    spoil(folder)
    done = sphinx(folder, "dirhtml", *AS_THE_HOST)
    assert done.returncode == 1
    assert told in done.stderr


@pytest.mark.parametrize("builder", ["html", "json", "text", "singlehtml", "latex", "gettext"])
def test_a_builder_that_gives_other_addresses_is_refused_in_one_sentence(folder: Path, builder: str) -> None:
    done = sphinx(folder, builder)
    must = f"builder must be dirhtml, which gives the pages their addresses: {builder!r}\n"
    assert (done.returncode, done.stderr) == (1, must)


def test_a_builder_that_shows_nothing_runs(folder: Path) -> None:
    assert sphinx(folder, "dummy").returncode == 0


def test_sphinxs_own_dirhtml_gives_the_same_files(folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = tree(build("order").folder)
    monkeypatch.setattr("_ext.ROOMS", ("blog", "content", "pages", "feeds", "discovery"))
    stock = tree(build("order").folder)
    besides = {path for path in stock if path.startswith(".doctrees/")}
    assert {path for path in ours | stock if ours.get(path) != stock.get(path)} - besides == set()
