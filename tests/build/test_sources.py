"""What a build reads is looked into only where its place on the disk says so, and then by what it holds."""

import os
import time
from pathlib import Path

import pytest

from _ext.build import sources
from _ext.build.sources import Sources, changed_meanwhile, look_at
from testing.sites import write_post

LONG_AGO = 1_000_000_000  # seconds since 1970


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_post(tmp_path, "first", "2024-01-02")
    write_post(tmp_path, "second", "2024-01-03")
    (tmp_path / "conf.py").write_text("project = 'Blog'\n")
    for path in tmp_path.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    monkeypatch.setattr(sources, "SETTLED", -1_000_000_000_000)  # all that is there has settled
    return tmp_path


def read(root: Path, last: Sources, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the files of the site at *root* that a look after the *last* one reads."""
    paths = []
    original = sources._hash
    monkeypatch.setattr(sources, "_hash", lambda path, *args, **how: paths.append(path) or original(path, *args, **how))
    look_at(root, last)
    return [path.relative_to(root).as_posix() for path in paths]


def test_what_is_as_it_was_is_not_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(root, look_at(root), monkeypatch) == []


def test_what_was_written_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last = look_at(root)
    (root / "conf.py").write_text("project = 'Glob'\n")
    os.utime(root / "conf.py", (LONG_AGO, LONG_AGO))
    assert read(root, last, monkeypatch) == ["conf.py"]


def test_what_was_written_just_before_the_last_look_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    time.sleep(0.1)  # so that a file system's clock has moved on since the others were written
    os.utime(root / "conf.py", (LONG_AGO, LONG_AGO))  # whatever time it is said to be of
    last = look_at(root)
    monkeypatch.setattr(sources, "SETTLED", last.taken - last.stamps["conf.py"].changed)
    assert read(root, last, monkeypatch) == ["conf.py"]


def changed(root: Path, path: str, text: str) -> tuple[bool, set[str]]:
    """Return whether another *text* in the file at *path* changes the house, and which documents."""
    before = look_at(root)
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    after = look_at(root, before)
    documents = set(before.of_documents().items()) ^ set(after.of_documents().items())
    return before.of_house() != after.of_house(), {docname for docname, _ in documents}


@pytest.mark.parametrize(
    ("path", "house", "documents"),
    [
        ("conf.py", True, set()),
        ("blog.toml", True, set()),
        ("_ext/feeds/atom.py", True, set()),
        ("_static/blog.css", True, set()),
        ("_templates/page.html", True, set()),
        ("locales/de/LC_MESSAGES/sphinx.po", True, set()),
        ("requirements.txt", True, set()),
        ("posts/tags.toml", True, set()),
        ("about.md", False, {"about"}),
        ("index.md", False, {"index"}),
        ("posts/2024/first/index.md", False, {"posts/2024/first/index"}),
        ("posts/2024/first/code/pool.py", False, {"posts/2024/first/index"}),
        ("posts/2024/third/index.md", False, {"posts/2024/third/index"}),
        ("README.md", False, set()),
        ("posts/2024/first/__pycache__/pool.pyc", False, set()),
        ("locales/de/LC_MESSAGES/sphinx.mo", False, set()),
    ],
)
def test_a_file_belongs_to_the_house_or_to_a_document(root: Path, path: str, house: bool, documents: set[str]) -> None:
    assert changed(root, path, "something else") == (house, documents)


def test_a_package_of_another_release_changes_the_house(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = root / "site-packages"
    (packages / "furo-2025.9.25.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sources.sysconfig, "get_path", lambda _: packages)
    before = look_at(root).of_house()
    (packages / "furo").mkdir()
    assert look_at(root).of_house() == before
    (packages / "furo-2025.9.25.dist-info").rename(packages / "furo-2025.12.19.dist-info")
    assert look_at(root).of_house() != before


def test_another_python_changes_the_house(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = look_at(root).of_house()
    monkeypatch.setattr(sources.sys, "version", "3.99.0")
    assert look_at(root).of_house() != before


def test_a_link_in_the_place_of_a_file_is_a_change(root: Path) -> None:
    before = look_at(root)
    path = root / "posts/2024/first/index.md"
    path.unlink()
    path.symlink_to(root / "conf.py")
    assert look_at(root, before).of_documents() != before.of_documents()


def test_a_change_of_what_was_read_is_seen(root: Path) -> None:
    now = look_at(root)
    assert not changed_meanwhile(root, now, set())
    (root / "posts/2024/first/index.md").touch()
    assert changed_meanwhile(root, now, {"posts/2024/second/index"})


def test_a_change_of_what_was_left_alone_waits_for_the_next_build(root: Path) -> None:
    now = look_at(root)
    (root / "posts/2024/first/index.md").touch()
    assert not changed_meanwhile(root, now, {"posts/2024/first/index"})


def test_what_was_read_and_is_gone_has_changed(root: Path) -> None:
    now = look_at(root)
    (root / "conf.py").unlink()
    assert changed_meanwhile(root, now, now.of_documents())


def test_a_link_of_the_house_stands_for_what_it_leads_to(root: Path) -> None:
    (root / "elsewhere.css").write_text("one")
    (root / "_static").mkdir()
    (root / "_static/blog.css").symlink_to(root / "elsewhere.css")
    before = look_at(root)
    (root / "elsewhere.css").write_text("two")
    assert look_at(root, before).of_house() != before.of_house()


def test_what_is_behind_a_link_to_a_folder_is_never_taken_for_the_same(root: Path) -> None:
    (root / "elsewhere").mkdir()
    (root / "_static").symlink_to(root / "elsewhere")
    before = look_at(root)
    assert look_at(root, before).of_house() != before.of_house()
