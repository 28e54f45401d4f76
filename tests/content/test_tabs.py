"""Tabs, and what they have a page load."""

from pathlib import Path

import pytest

from testing.sites import Build, texts
from tests.pages.test_assets import scripts, styles


def write(folder: Path) -> None:
    tabs = "".join(f"```{{tab}} {name}\n{name} text\n```\n\n" for name in ("Python", "Rust"))
    (folder / "about.md").write_text(f"# About\n\n{tabs}")


def test_the_first_of_two_tabs_is_chosen(build: Build) -> None:
    page = build("order", edit=write).page("about")
    assert texts(page, ".tab-set label") == ["Python", "Rust"]
    assert texts(page, ".tab-set input[checked=checked] + label + .tab-content") == ["Python text"]


@pytest.mark.parametrize("jobs", [0, 2])
def test_only_a_page_with_tabs_loads_their_style(build: Build, jobs: int) -> None:
    site = build("order", edit=write, jobs=jobs)

    def loads(path: str, part: str) -> bool:
        return any(part in file.read_text() for file in styles(site, path) + scripts(site, path))

    paths = ("", "about/", "blog/", "posts/2024/first/")
    assert [path for path in paths if loads(path, ".tab-set>label:hover{")] == ["about/"]
    assert [path for path in paths if loads(path, "labels_by_text")] == []
