"""Posts as microformats (https://microformats.org/wiki/h-entry), read by mf2py as other blogs do."""

from typing import Any

import mf2py

from testing.sites import Build, Site

URL = "https://under-load.readthedocs.io"


def items(site: Site, path: str) -> list[dict[str, Any]]:
    """Return the microformats of the page at *path*, with absolute URLs."""
    html = (site.folder / path / "index.html").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = mf2py.parse(doc=html, url=f"{URL}/{path}/")["items"]
    return found


def test_a_post_is_an_entry(build: Build) -> None:
    (entry,) = items(build("feed"), "posts/2024/linked")
    assert entry["type"] == ["h-entry"]
    properties = entry["properties"]
    assert properties["name"] == ["Linked"]
    assert properties["url"] == [f"{URL}/posts/2024/linked/"]
    assert properties["published"] == ["2024-01-02"]
    assert properties["category"] == ["Beta", "Alpha"]
    assert [author["type"] for author in properties["author"]] == [["h-card"]] * 2
    assert [author["properties"]["name"] for author in properties["author"]] == [["Ben"], ["Ada"]]
    pages = [[f"{URL}/blog/author/{slug}/"] for slug in ("ben", "ada")]
    assert [author["properties"]["url"] for author in properties["author"]] == pages
    assert properties["content"][0]["value"].startswith("To the section")
    assert "<h2>" in properties["content"][0]["html"]


def test_a_changed_post_says_when(build: Build) -> None:
    (entry,) = items(build("feed"), "posts/2024/other")
    assert entry["properties"]["published"] == ["2024-01-05"]
    assert entry["properties"]["updated"] == ["2024-02-03"]


def test_an_archive_is_a_feed_of_entries(build: Build) -> None:
    (feed,) = items(build("order"), "blog")
    assert feed["type"] == ["h-feed"]
    entries = [entry["properties"] for entry in feed["children"] if entry["type"] == ["h-entry"]]
    assert [(entry["name"], entry["url"], entry["published"]) for entry in entries] == [
        (["Third"], [f"{URL}/posts/2025/third/"], ["2025-05-06"]),
        (["Second"], [f"{URL}/posts/2024/second/"], ["2024-03-04"]),
        (["First"], [f"{URL}/posts/2024/first/"], ["2024-01-02"]),
    ]
    assert {*map(str, (entry["summary"] for entry in entries))} == {
        "['A description that is long enough to be one, and says nothing at all.']"
    }
