"""The feed in a real feed reader, newsboat: every entry arrives, and a change is one changed entry."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from testing.debian import find_or_install
from testing.serving import served
from testing.sites import Build

Item = tuple[str, str, str, int, str]


@pytest.fixture(scope="module")
def newsboat() -> str:
    """Return the path of newsboat, installed first where there is none and Debian's packages can be."""
    return find_or_install(["newsboat"], "newsboat") or pytest.skip(
        "newsboat is not here and cannot be installed: apt-get install newsboat"
    )


def items(newsboat: str, feed: str, folder: Path) -> list[Item]:
    """Let newsboat read the *feed* with its state in *folder*; return guid, title, author, date and text of what it has."""
    folder.mkdir(exist_ok=True)
    (folder / "urls").write_text(f"{feed}\n")
    (folder / "config").write_text("")
    cache = folder / "cache.db"
    command = [newsboat, "-C", folder / "config", "-u", folder / "urls", "-c", cache, "-x", "reload"]
    subprocess.run(command, check=True, timeout=60, capture_output=True, env=os.environ | {"HOME": str(folder)})
    with sqlite3.connect(cache) as database:
        query = "SELECT guid, title, author, pubDate, content FROM rss_item WHERE deleted = 0 ORDER BY pubDate DESC"
        return database.execute(query).fetchall()


def test_every_entry_arrives_and_a_change_is_one_changed_entry(newsboat: str, build: Build, tmp_path: Path) -> None:
    def change(folder: Path) -> None:
        path = folder / "posts/2024/second/index.md"
        path.write_text(path.read_text() + "\n```{update} 2025-05-05\nA figure was wrong.\n```\n")

    site, changed = build("order"), build("order", edit=change)
    with served(tmp_path / "host") as url:
        shutil.copytree(site.folder, tmp_path / "host")
        before = items(newsboat, f"{url}/blog/atom.xml", tmp_path / "newsboat")
        shutil.copytree(changed.folder, tmp_path / "host", dirs_exist_ok=True)
        os.utime(tmp_path / "host/blog/atom.xml", (2e9, 2e9))  # as later as a build would be
        after = items(newsboat, f"{url}/blog/atom.xml", tmp_path / "newsboat")
    signed = [(title, author) for _, title, author, _, _ in before]
    assert signed == [("Third", "Ada"), ("Second", "Ada"), ("First", "Ben, Ada")]
    assert all(date for _, _, _, date, _ in before)
    assert sorted(guid for guid, *_ in after) == sorted(guid for guid, *_ in before)
    texts = [{guid: text for guid, *_, text in found} for found in (before, after)]
    assert [guid for guid in texts[0] if texts[0][guid] != texts[1][guid]] == [
        "tag:under-load.readthedocs.io,2024-03-04:second"
    ]
