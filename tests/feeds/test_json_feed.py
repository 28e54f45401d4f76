"""The feeds as JSON."""

import datetime as dt
import json

from _ext.feeds.json_feed import json_feed
from _ext.posts import Author, Tag
from testing.posts import post
from testing.sites import Build
from tests.feeds.test_feed import made, pictured


def test_a_feed_is_json_feed_1_1() -> None:
    written = post(
        updated=dt.date(2024, 2, 3),
        tags=(Tag("b", "Beta", ""), Tag("a", "Alpha", "")),
        authors=(Author("ben", "Ben", "https://a.example/", ""), Author("ada", "Ada", "https://b.example/", "")),
    )
    assert json.loads(json_feed(made(written))) == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "A blog",
        "description": "On things",
        "home_page_url": "https://example.org/blog/",
        "feed_url": "https://example.org/blog/feed.json",
        "language": "en",
        "items": [
            {
                "id": "tag:example.org,2024-01-02:a-post",
                "url": "https://example.org/a-post/",
                "title": "A post",
                "summary": "What it shows.",
                "content_html": "<p>Text.</p>",
                "date_published": "2024-01-02T00:00:00+00:00",
                "date_modified": "2024-02-03T00:00:00+00:00",
                "authors": [{"name": "Ben", "url": "https://a.example/"}, {"name": "Ada", "url": "https://b.example/"}],
                "tags": ["Beta", "Alpha"],
            }
        ],
    }


def test_a_hub_is_announced_where_there_is_one() -> None:
    feed = json.loads(json_feed(made(post(), hub="https://hub.example/")))
    assert feed["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]


def test_an_item_has_the_image_of_its_post(build: Build) -> None:
    site = build(edit=pictured, html_baseurl="https://example.org/")
    (item,) = json.loads((site.folder / "blog/feed.json").read_text())["items"]
    assert item["image"] == "https://example.org/_images/pictured/dot.png"


def test_each_atom_feed_has_a_twin_of_the_same_entries(build: Build) -> None:
    site = build("order")
    paths = sorted(path.relative_to(site.folder).parent for path in site.folder.rglob("atom.xml"))
    assert sorted(path.relative_to(site.folder).parent for path in site.folder.rglob("feed.json")) == paths
    for path in paths:
        twin = json.loads((site.folder / path / "feed.json").read_text(encoding="utf-8"))
        ids = site.feed(f"{path}/atom.xml").iterfind("{*}entry/{*}id")
        assert [item["id"] for item in twin["items"]] == [id.text for id in ids]
