"""The two commands of a contributor: check and build. Both say the same of a fault, and a fault changes no site."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from _ext.build.site_folder import put_in_place
from _ext.commands.check import main
from testing.sites import ROOT, lay_out, run, tree, write_post

EIGHT_FAULTS = """\
# One

# Two

```{post} 03/04/2026
:tags: Alhpa
:author: eve
:description: Short.
:colour: red
:author: ada
```

```{update} June
The figure is right now.
```
"""
EIGHT_LINES = """\
posts/2024/eight/index.md:3:3: title must be the only level-1 heading; this one must be '## …': 'Two' [title]
posts/2024/eight/index.md:5:11: post's date must be a date such as 2024-10-20, or the word draft: '03/04/2026' [date]
posts/2024/eight/index.md:6:8: tag must be in posts/tags.toml (did you mean 'Alpha'?): 'Alhpa' [tags]
posts/2024/eight/index.md:7:10: author must be in posts/authors.toml: 'eve' [author]
posts/2024/eight/index.md:8:15: description must have 50 to 160 characters, not 6: 'Short.' [description]
posts/2024/eight/index.md:9:2: option must be one of author, description, evergreen, first-published, image, image-alt, redirect, series, tags: 'colour' [option]
posts/2024/eight/index.md:10:2: option must be given once: 'author' [option]
posts/2024/eight/index.md:13:13: {update} date must be a date such as 2024-10-20: 'June' [update]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "order", "order")


@pytest.fixture
def faulty(folder: Path) -> Path:
    """Return a site with a post that has eight faults."""
    post = folder / "posts/2024/eight/index.md"
    post.parent.mkdir()
    post.write_text(EIGHT_FAULTS, encoding="utf-8")
    return folder


def test_check_is_silent_where_nothing_is_wrong(folder: Path) -> None:
    done = run("_ext.commands.check", folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_check_tells_all_faults_at_once(faulty: Path) -> None:
    done = run("_ext.commands.check", faulty)
    assert (done.returncode, done.stdout) == (1, EIGHT_LINES)


ODD = "50%, all: told"
ODD_MUST = "folder must be named in lower-case letters, digits and single hyphens (did you mean '50-all-told'?)"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("text", f"posts/2024/{ODD}/index.md:1:1: {ODD_MUST}: '{ODD}' [slug]\n"),
        (
            "github",
            (
                "::error file=posts/2024/50%25%2C all%3A told/index.md,line=1,col=1,title=slug"
                f"::posts/2024/50%25, all: told/index.md:1:1: {ODD_MUST}: '50%25, all: told' [slug]\n"
            ),
        ),
        (
            "json",
            (
                f'[\n  {{\n    "path": "posts/2024/{ODD}/index.md",\n    "line": 1,\n    "column": 1,\n'
                f'    "message": "{ODD_MUST}: \'{ODD}\'",\n    "code": "slug"\n  }}\n]\n'
            ),
        ),
    ],
)
def test_check_speaks_to_people_github_and_programs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], form: str, said: str
) -> None:
    write_post(folder, ODD, "2024-01-02")
    monkeypatch.chdir(folder)
    assert (main(["--format", form, f"posts/2024/{ODD}"]), capsys.readouterr().out) == (1, said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "xml"], "argument --format: invalid choice: 'xml'"),
        (["posts/2024/none"], "path must be a file or folder below posts/: 'posts/2024/none'"),
        (["posts/2024/first", "about.md"], "path must be a file or folder below posts/: 'about.md'"),
        (["posts/../about.md"], "path must be a file or folder below posts/: 'posts/../about.md'"),
    ],
)
def test_a_call_of_check_that_cannot_be_taken_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert f"\npython -m _ext.commands.check: error: {said}" in capsys.readouterr().err


def test_check_is_for_the_folder_of_a_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="2"):
        main([])
    must = "the command must be run in the folder of the site, which has posts/ in it"
    assert capsys.readouterr().err.splitlines()[-1] == f"python -m _ext.commands.check: error: {must}"


def test_check_speaks_to_a_console_that_lacks_letters(faulty: Path) -> None:
    done = run("_ext.commands.check", faulty, PYTHONIOENCODING="ascii")
    assert "must be '## \\u2026': 'Two'" in done.stdout


def test_check_does_without_sphinx() -> None:
    code = "import sys, _ext.commands.check; _ext.commands.check.main([]); print('sphinx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "False"


def test_build_tells_what_check_tells_and_leaves_the_site_as_it_was(faulty: Path) -> None:
    site = faulty / "_build/html"
    site.mkdir(parents=True)
    (site / "index.html").write_text("the last good build")
    done = run("_ext.build", faulty)
    assert (done.returncode, done.stdout) == (1, EIGHT_LINES)
    assert tree(site) == {"index.html": b"the last good build"}
    assert left_in(faulty / "_build") == ["html"]


def test_a_warning_of_sphinx_leaves_the_site_as_it_was(folder: Path) -> None:
    site = folder / "_build/html"
    site.mkdir(parents=True)
    (site / "index.html").write_text("the last good build")
    about = folder / "about.md"
    about.write_text(about.read_text() + "\n{ref}`no-such-place`\n")
    done = run("_ext.build", folder)
    assert done.returncode == 1
    assert "about.md:5: WARNING: undefined label: 'no-such-place'" in done.stderr
    assert tree(site) == {"index.html": b"the last good build"}
    assert left_in(folder / "_build") == ["html"]


def left_in(folder: Path) -> list[str]:
    """Return what is in *folder* besides what a build keeps for the next."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_a_build_replaces_the_whole_site(folder: Path) -> None:
    stale = folder / "_build/html/posts/2020/gone/index.html"
    stale.parent.mkdir(parents=True)
    stale.write_text("a post of old")
    assert run("_ext.build", folder).returncode == 0
    assert not stale.exists()
    assert left_in(folder / "_build") == ["html"]


def test_a_site_that_cannot_be_replaced_stays(tmp_path: Path) -> None:
    site = tmp_path / "html"
    site.mkdir()
    (site / "index.html").write_text("the last good build")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with pytest.raises(OSError):
        put_in_place(scratch / "missing", site)
    assert tree(tmp_path) == {"html/index.html": b"the last good build"}


def test_two_builds_are_identical_whatever_the_place_zone_and_locale(tmp_path: Path) -> None:
    here = lay_out(tmp_path / "here", "feed")
    there = lay_out(tmp_path / "far/away/there", "feed")
    assert run("_ext.build", here, TZ="Pacific/Kiritimati", PYTHONHASHSEED="1", LC_ALL="C.UTF-8").returncode == 0
    assert run("_ext.build", there, TZ="Pacific/Niue", PYTHONHASHSEED="2", LC_ALL="xx_XX.UTF-8").returncode == 0
    assert tree(here / "_build/html") == tree(there / "_build/html")


def test_everybody_may_read_the_site_whoever_builds_it(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        assert run("_ext.build", folder).returncode == 0
    finally:
        os.umask(before)
    html = folder / "_build/html"
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in [html, *html.rglob("*")]}
    assert modes == {True: 0o755, False: 0o644}


def test_a_build_whose_program_changes_under_it_is_to_be_run_again(folder: Path) -> None:
    shutil.copytree(ROOT / "_ext", folder / "_ext")
    with (folder / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(
            "import pathlib\n"
            "program = pathlib.Path('_ext/build/__main__.py')\n"
            "program.write_text(program.read_text().replace('The site is in', 'The new site is in'))\n"
        )
    done = run("_ext.build", folder, PYTHONPATH="")
    assert (done.returncode, done.stderr) == (1, "_ext has changed while it was at work; run it again.\n")
    assert run("_ext.build", folder, PYTHONPATH="").stdout.splitlines()[-1].startswith("The new site is in")
