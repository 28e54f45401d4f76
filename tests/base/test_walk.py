"""What is in a folder: each file once, links as files, and nothing of what is left out."""

from pathlib import Path

from _ext.base.walk import files_below


def test_every_file_is_told_but_what_is_left_out(tmp_path: Path) -> None:
    for name in ("a", "b.tmp", "c", "d/e", "d/f.tmp", "d/g", "h.tmp/i", "j"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "link").symlink_to(tmp_path / "d")
    found = {path: status.st_size for path, status in files_below(tmp_path, "x/", lambda name: name.endswith(".tmp"))}
    length = found.pop("x/link")
    assert (found, length) == ({"x/a": 1, "x/c": 1, "x/d/e": 3, "x/d/g": 3, "x/j": 1}, len(str(tmp_path / "d")))
