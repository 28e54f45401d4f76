"""The folder of the site: how one site becomes the next."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from _ext.build import site_folder
from _ext.build.last_build import Changes
from _ext.build.site_folder import after, beside, bring_up, changes_to, put_in_place, take_before, written
from testing.sites import tree

Lay = Callable[[str, dict[str, str]], Path]


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Return a function that makes a folder of files with these texts."""

    def lay(name: str, files: dict[str, str]) -> Path:
        for path, text in files.items():
            place = tmp_path / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        return tmp_path / name

    return lay


def test_what_is_the_same_or_not_made_again_is_no_change(lay: Lay) -> None:
    site = lay("site", {"same": "1", "other": "1", "kept": "1", "gone": "1"})
    fresh = lay("fresh", {"same": "1", "other": "2", "new": "1", "of-nothing": "1"})
    files = ["same", "other", "kept", "new"]
    assert changes_to(site, written(site), files, fresh) == Changes(("new", "other"), ("gone",))


def test_changes_are_made_and_leave_no_empty_folder(lay: Lay) -> None:
    site = lay("site", {"a/b/gone": "1", "a/stays": "1", "c": "1"})
    bring_up(site, Changes(("c", "d/e"), ("a/b/gone",)), lay("fresh", {"c": "2", "d/e": "2"}))
    assert tree(site) == {"a/stays": b"1", "c": b"2", "d/e": b"2"}
    assert not (site / "a/b").exists()


def test_a_change_in_one_site_is_none_in_the_other(lay: Lay, tmp_path: Path) -> None:
    site = lay("site", {"a": "1"})
    take_before(site, written(site), None, tmp_path / "next")
    bring_up(tmp_path / "next", Changes(("a",), ()), lay("fresh", {"a": "2"}))
    assert (tree(site), tree(tmp_path / "next")) == ({"a": b"1"}, {"a": b"2"})


def test_the_site_before_is_taken_and_brought_up(lay: Lay, tmp_path: Path) -> None:
    site = lay("site", {"same": "1", "new": "1"})
    before = lay(".site.before", {"old": "1"})
    os.link(site / "same", before / "same")
    inode = before.stat().st_ino
    take_before(site, written(site), Changes(("new",), ("old",)), tmp_path / "next")
    assert tree(tmp_path / "next") == tree(site)
    assert (tmp_path / "next").stat().st_ino == inode


@pytest.mark.parametrize("files", [{}, {"same": "something else"}, {"same": "1", "stray": "1"}])
def test_the_site_before_is_not_taken_where_somebody_has_been_at_it(
    lay: Lay, tmp_path: Path, files: dict[str, str]
) -> None:
    site = lay("site", {"same": "1", "new": "1"})
    beside(site, "before").mkdir()
    lay(".site.before", files)
    take_before(site, written(site), Changes(("new",), ("old",)), tmp_path / "next")
    assert tree(tmp_path / "next") == tree(site)
    assert not beside(site, "before").exists()


def test_what_is_there_after_a_change_is_known_without_looking_at_all(lay: Lay) -> None:
    site = lay("site", {"same": "1", "new": "1"})
    there = written(site)
    gone = lay("elsewhere", {"gone": "1"})
    changes = Changes(("new",), ("gone",))
    assert after({"same": there["same"]} | written(gone), changes, site) == there


@pytest.mark.parametrize("can_exchange", [True, False])
def test_two_folders_change_places(lay: Lay, monkeypatch: pytest.MonkeyPatch, can_exchange: bool) -> None:
    if not can_exchange:
        monkeypatch.setattr(site_folder, "exchange", lambda one, other: False)
    fresh, site = lay("fresh", {"a": "new"}), lay("site", {"a": "old"})
    put_in_place(fresh, site)
    assert (tree(site), tree(fresh)) == ({"a": b"new"}, {"a": b"old"})


def test_where_there_was_no_site_there_is_one(lay: Lay, tmp_path: Path) -> None:
    put_in_place(lay("fresh", {"a": "new"}), tmp_path / "site")
    assert tree(tmp_path / "site") == {"a": b"new"}


def test_files_are_copied_where_they_cannot_be_linked(
    lay: Lay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*paths: object) -> None:
        raise OSError

    monkeypatch.setattr("os.link", refuse)
    site = lay("site", {"a/b": "1"})
    take_before(site, written(site), None, tmp_path / "next")
    assert tree(tmp_path / "next") == {"a/b": b"1"}
