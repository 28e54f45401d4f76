"""The map of the pages, and what crawlers may read."""

from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree

from _ext.discovery.sitemap import NAMESPACE, sitemap
from testing.sites import Build, Site
from tests.pages.test_redirects import moved

URL = "https://example.org/en/latest"


def pages(site: Site) -> dict[str, str | None]:
    """Return the pages on the map, by URL, each with its latest change."""
    root = etree.parse(site.folder / "sitemap.xml").getroot()
    assert root.tag == f"{{{NAMESPACE}}}urlset"
    return {page.findtext("{*}loc"): page.findtext("{*}lastmod") for page in root}


@pytest.mark.parametrize(("baseurl", "jobs"), [(URL, 0), (f"{URL}/", 2)])
def test_it_has_every_page_that_is_written_to_be_read(build: Build, baseurl: str, jobs: int) -> None:
    site = build("order", html_baseurl=baseurl, jobs=jobs, edit=moved("posts/2024/first"))
    assert {url: changed for url, changed in pages(site).items() if "/blog/" not in url} == {
        f"{URL}/": "2025-05-06",
        f"{URL}/about/": None,
        f"{URL}/posts/2024/first/": "2024-01-02",
        f"{URL}/posts/2024/second/": "2024-03-04",
        f"{URL}/posts/2025/third/": "2025-05-06",
    }


def test_it_has_exactly_the_pages_that_may_be_indexed(build: Build) -> None:
    site = build("order", edit=moved("posts/2024/first"))
    canonical = [
        page.cssselect("link[rel=canonical]")[0].get("href")
        for page in site.pages().values()
        if not page.cssselect("meta[name=robots][content=noindex]") and page.cssselect("h1")
    ]
    assert sorted(pages(site)) == sorted(canonical)


def test_an_archive_is_as_new_as_its_newest_post(build: Build) -> None:
    site = build("feed", html_baseurl=URL)
    assert pages(site)[f"{URL}/blog/tag/alpha/"] == "2024-02-03"  # an {update}
    assert pages(site)[f"{URL}/blog/tag/beta/"] == "2024-01-02"
    assert pages(site)[f"{URL}/blog/tag/"] == "2024-02-03"


def test_a_url_is_escaped_as_xml_asks() -> None:
    root = etree.fromstring(sitemap({"https://example.org/?a&b": None}))
    assert root.findtext("{*}url/{*}loc") == "https://example.org/?a&b"


def test_crawlers_may_read_all_and_are_shown_the_map(build: Build) -> None:
    robots = RobotFileParser()
    robots.parse((build("order", html_baseurl=URL).folder / "robots.txt").read_text().splitlines())
    assert all(robots.can_fetch("anybot", page) for page in ("/", "/posts/2024/first/", "/search/"))
    assert robots.site_maps() == [f"{URL}/sitemap.xml"]


def test_a_preview_is_closed_to_crawlers_and_has_no_map(build: Build) -> None:
    site = build("unpublished", preview=True)
    robots = RobotFileParser()
    robots.parse((site.folder / "robots.txt").read_text().splitlines())
    assert not robots.can_fetch("anybot", "/")
    assert robots.site_maps() is None
    assert not site.exists("sitemap.xml")
