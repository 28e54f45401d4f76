"""What the head of a page tells machines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sites import Site

Build = Callable[..., Site]


def feeds(site: Site, path: str) -> list[tuple[str, str]]:
    links = site.page(path).cssselect("link[rel=alternate][type='application/atom+xml']")
    return [(link.get("title"), link.get("href")) for link in links]


@pytest.mark.parametrize("baseurl", ["https://example.org/en/latest", "https://example.org/en/latest/"])
@pytest.mark.parametrize("path", ["", "about/", "blog/tag/alpha/", "posts/2024/first/"])
def test_the_canonical_url_is_the_permalink(build: Build, path: str, baseurl: str) -> None:
    (link,) = build("order", html_baseurl=baseurl).page(path).cssselect("link[rel=canonical]")
    assert link.get("href") == f"https://example.org/en/latest/{path}"


def test_a_page_announces_the_feed_of_the_blog(build: Build) -> None:
    assert feeds(build("order"), "about") == [("Under Load", "../blog/atom.xml")]


def test_a_tags_page_announces_its_own_feed_first(build: Build) -> None:
    assert feeds(build("order"), "blog/tag/alpha") == [
        ("Under Load: Alpha", "atom.xml"),
        ("Under Load", "../../atom.xml"),
    ]


@pytest.mark.parametrize(
    ("path", "description"),
    [
        ("posts/2024/first", "A description that is long enough to be one, and says nothing at all."),
        ("blog/tag/alpha", "The first."),
        ("blog", "Every post of the blog, newest first."),
    ],
)
def test_a_page_has_a_description(build: Build, path: str, description: str) -> None:
    (meta,) = build("order").page(path).cssselect("meta[name=description]")
    assert meta.get("content") == description


def test_markup_in_metadata_is_text(build: Build) -> None:
    site = build("markup")
    (meta,) = site.page("posts/2024/markup").cssselect("meta[name=description]")
    assert meta.get("content") == 'A <b>description</b> & "more" that is long enough to be one </script> at all.'
    assert feeds(site, "blog/tag/markup")[0] == ('Under Load: <i>Tag</i> & "co"', "atom.xml")


def test_a_page_that_is_not_there_is_not_indexed(build: Build) -> None:
    (robots,) = build("order").page("404").cssselect("meta[name=robots]")
    assert robots.get("content") == "noindex"
