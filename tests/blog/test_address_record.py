"""The record of what was ever published, and the build that keeps it."""

import re
from pathlib import Path

import pytest

from _ext.blog.address_record import add_to_record, lost, published_paths, read_record
from testing.sites import lay_out, run, tree

MEND = "as a page or through a post's redirect option; remove the line if it was never on main"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "order", "order")


def messages(recorded: dict[str, int], present: list[str]) -> list[str]:
    return [str(fault) for fault in lost(recorded, present)]


@pytest.mark.parametrize(
    ("file", "paths"),
    [
        ("posts/2024/first/index.html", ["posts/2024/first/"]),
        ("blog/tag/alpha/atom.xml", ["blog/tag/alpha/atom.xml"]),
        ("blog/feed.json", ["blog/feed.json"]),
        ("blog/feeds.opml", ["blog/feeds.opml"]),
        ("index.html", []),
        ("404/index.html", []),
        ("search/index.html", []),
        ("genindex/index.html", []),
        ("_static/index.html", []),
        ("sitemap.xml", []),
        ("searchindex.js", []),
    ],
)
def test_pages_and_feeds_are_published_paths(tmp_path: Path, file: str, paths: list[str]) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).touch()
    assert published_paths(tmp_path) == paths


def test_a_path_that_is_there_is_not_lost() -> None:
    assert messages({"about/": 1}, ["about/", "blog/"]) == []


def test_every_lost_path_is_told_with_its_line() -> None:
    assert messages({"about/": 1, "blog/": 2, "posts/2024/gone/": 3}, ["blog/"]) == [
        f"urls.txt:1:1: address must stay, {MEND}: 'about/' [lost-url]",
        f"urls.txt:3:1: address must stay, {MEND}: 'posts/2024/gone/' [lost-url]",
    ]


@pytest.mark.parametrize("new", ["posts/2025/connection-pools/", "posts/2024/pooling-connections-well/"])
def test_a_lost_post_is_told_with_the_new_path_that_is_near(new: str) -> None:
    recorded = {"posts/2024/connection-pools/": 1, "posts/2024/pooling-connections/": 2, "posts/2024/other/": 3}
    lost_path = next(path for path in recorded if path.split("/")[2] in new)
    (message,) = messages(recorded, [*(recorded.keys() - {lost_path}), new])
    assert f"(did you mean {new!r}?): {lost_path!r}" in message


def test_a_post_that_is_not_new_is_not_what_was_meant() -> None:
    recorded = {"posts/2024/pools/": 1, "posts/2024/pools-again/": 2}
    assert "did you mean" not in messages(recorded, ["posts/2024/pools/"])[0]


def test_a_lost_archive_is_told_what_keeps_it() -> None:
    mend = "as an archive does that has a post; remove the line if it was never on main"
    assert messages({"blog/tag/api/": 7}, []) == [
        f"urls.txt:7:1: address must stay, {mend}: 'blog/tag/api/' [lost-url]"
    ]


def test_a_site_without_a_record_has_lost_nothing(tmp_path: Path) -> None:
    assert read_record(tmp_path) == ({}, [])


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("/about/", "'/about/'"),
        ("about", "'about'"),
        ("https://under-load.readthedocs.io/about/", "'https://under-load.readthedocs.io/about/'"),
        ("posts/../../etc/", "'posts/../../etc/'"),
        ("<<<<<<< HEAD", "'<<<<<<< HEAD'"),
        ("", "''"),
        ("about/ \x1b[31m", r"'about/ \x1b[31m'"),
    ],
)
def test_a_line_that_is_no_path_is_told(tmp_path: Path, line: str, shown: str) -> None:
    (tmp_path / "urls.txt").write_text(f"about/\n{line}\nblog/\n")
    recorded, faults = read_record(tmp_path)
    assert recorded == {"about/": 1, "blog/": 3}
    assert [str(fault) for fault in faults] == [
        f"urls.txt:2:1: line must be a published path such as 'posts/2024/a-slug/': {shown} [record]"
    ]


def test_a_record_that_is_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_bytes(b"about/\n\xff\n")
    assert [str(fault) for fault in read_record(tmp_path)[1]] == [
        "urls.txt:1:1: file must be UTF-8: 'invalid start byte' [record]"
    ]


def test_a_record_that_is_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").mkdir()
    assert [str(fault) for fault in read_record(tmp_path)[1]] == [
        "urls.txt:1:1: file must be readable: 'Is a directory' [record]"
    ]


def test_the_record_grows_sorted_and_forgets_nothing(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("posts/2024/gone/\nabout/\n")
    recorded, _ = read_record(tmp_path)
    assert add_to_record(tmp_path, recorded, ["about/", "blog/"]) == 1
    assert (tmp_path / "urls.txt").read_bytes() == b"about/\nblog/\nposts/2024/gone/\n"


def test_a_record_that_has_it_all_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("blog/\nabout/\n")
    assert add_to_record(tmp_path, {"about/", "blog/"}, ["about/"]) == 0
    assert (tmp_path / "urls.txt").read_text() == "blog/\nabout/\n"


def test_a_build_records_what_it_publishes(folder: Path) -> None:
    first = run("_ext.build", folder)
    assert re.match(r"urls\.txt has [0-9]+ more addresses; it belongs in the commit\.\n", first.stdout)
    assert "posts/2024/first/" in (folder / "urls.txt").read_text().splitlines()
    assert "urls.txt" not in run("_ext.build", folder).stdout


def test_a_build_for_another_place_records_nothing(folder: Path) -> None:
    assert run("_ext.build", folder, "--output", "trial").returncode == 0
    assert not (folder / "urls.txt").exists()


def test_a_lost_address_leaves_the_site_as_it_was(folder: Path) -> None:
    (folder / "_build/html").mkdir(parents=True)
    (folder / "_build/html/index.html").write_text("the last good build")
    (folder / "urls.txt").write_text("about/\nposts/2024/fist/\n")
    done = run("_ext.build", folder)
    fault = f"address must stay, {MEND} (did you mean 'posts/2024/first/'?): 'posts/2024/fist/' [lost-url]"
    assert (done.returncode, done.stdout) == (1, f"urls.txt:2:1: {fault}\n")
    assert tree(folder / "_build/html") == {"index.html": b"the last good build"}
    assert (folder / "urls.txt").read_text() == "about/\nposts/2024/fist/\n"


def test_a_redirect_keeps_an_address(folder: Path) -> None:
    (folder / "urls.txt").write_text("posts/2023/old-slug/\n")
    assert run("_ext.build", folder).returncode == 1
    post = folder / "posts/2024/first/index.md"
    post.write_text(post.read_text().replace(":tags:", ":redirect: posts/2023/old-slug/\n:tags:"))
    assert run("_ext.build", folder).returncode == 0
