"""Whose blog it is: a file that lacks something is refused with what must be there."""

from pathlib import Path

import pytest

from _ext.blog.identity import read_identity
from testing.sites import ROOT


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("name =", "naem ="), "fields must be name, url, language, .*, each a text: "),
        (('"en"', "3"), "fields must be .*, each a text: "),
        (("= ", "=: "), "file must be TOML in UTF-8: "),
    ],
)
def test_a_file_that_does_not_say_all_is_refused(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    text = (ROOT / "blog.toml").read_text(encoding="utf-8")
    (tmp_path / "blog.toml").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(ValueError, match=f"^blog.toml: {told}"):
        read_identity(tmp_path)
