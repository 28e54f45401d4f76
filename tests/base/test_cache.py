"""Files that several processes write and read: whole or not there, and believed only where they hold what was kept."""

import stat
from pathlib import Path

import pytest

from _ext.base.atomic_write import write_whole
from _ext.base.cache import keep, kept, recall


def test_a_whole_file_makes_its_folders_and_may_be_read_by_everybody(tmp_path: Path) -> None:
    path = tmp_path / "a/b/file"
    write_whole(path, b"content")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"content", 0o644)


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):
        write_whole(tmp_path / "folder", b"content")
    assert list(tmp_path.iterdir()) == [tmp_path / "folder"]


def test_what_was_kept_is_recalled_unless_it_was_changed(tmp_path: Path) -> None:
    keep(tmp_path / "a", b"content")
    assert recall(tmp_path / "a") == b"content"
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes()[:-1])
    assert recall(tmp_path / "a") is None
    assert recall(tmp_path / "b") is None


def test_what_cannot_be_kept_is_made_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    made = iter([b"first", b"second"])
    for content in (b"first", b"second"):
        assert kept(tmp_path / "file/cache", b"input", lambda: next(made)) == content
    assert kept(tmp_path / "cache", b"input", lambda: b"once") == kept(tmp_path / "cache", b"input", lambda: b"again")
    assert kept(tmp_path / "cache", b"other", lambda: b"again") == b"again"
