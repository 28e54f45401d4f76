"""The list of all feeds, and what a host makes of their files."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from lxml import etree

from testing.serving import served
from testing.sites import Build, texts


def test_the_page_of_feeds_lists_each(build: Build) -> None:
    page = build("order").page("blog/feeds")
    assert texts(page, "article h2") == ["The blog", "Tags", "Authors"]
    assert texts(page, ".feeds li")[:2] == ["All posts: Atom, JSON", "Alpha: Atom, JSON"]
    links = page.cssselect(".feeds li")[1].cssselect("a")
    assert [link.get("href") for link in links] == [f"../tag/alpha/{file}" for file in ("", "atom.xml", "feed.json")]


def test_a_feed_reader_can_take_all_at_once(build: Build) -> None:
    site = build("order", html_baseurl="https://example.org/")
    feeds = etree.parse(site.folder / "blog/feeds.opml")
    assert feeds.findtext("head/title") == "Under Load"
    outlines = feeds.findall("body/outline")
    assert dict(outlines[1].attrib) == {
        "type": "rss",
        "text": "Under Load: Alpha",
        "title": "Under Load: Alpha",
        "xmlUrl": "https://example.org/blog/tag/alpha/atom.xml",
        "htmlUrl": "https://example.org/blog/tag/alpha/",
    }
    assert len(outlines) == len(list(site.folder.rglob("atom.xml")))


def test_a_site_without_posts_lists_no_feeds(build: Build) -> None:
    site = build("unpublished")
    assert not site.exists("blog/feeds")
    assert not site.exists("blog/feeds.opml")


@pytest.mark.parametrize("path", ["blog/atom.xml", "blog/feed.json"])
def test_a_reader_that_has_the_feed_is_told_so(build: Build, path: str) -> None:
    with served(build("order").folder) as url:
        with urlopen(f"{url}/{path}") as answer:
            known = answer.headers["Last-Modified"]
        with pytest.raises(HTTPError) as told:
            urlopen(Request(f"{url}/{path}", headers={"If-Modified-Since": known}))
    assert told.value.code == 304
