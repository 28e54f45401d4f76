"""The pages of an archive."""

from collections.abc import Callable
from pathlib import Path

import pytest

from _ext.blog.pagination import Page, pages
from testing.posts import post
from testing.sites import Site, texts, write_post

Build = Callable[..., Site]


def forty_five(folder: Path) -> None:
    for number in range(1, 46):
        write_post(folder, f"post-{number}", f"2024-01-{number:02}" if number < 32 else f"2024-02-{number - 31:02}")


@pytest.mark.parametrize(("posts", "sizes"), [(0, [0]), (1, [1]), (20, [20]), (21, [20, 1]), (45, [20, 20, 5])])
def test_a_page_has_twenty_posts(posts: int, sizes: list[int]) -> None:
    assert [len(page.entries) for page in pages("blog", [post()] * posts)] == sizes


@pytest.mark.parametrize(
    ("number", "count", "numbers"),
    [
        (1, 1, [1]),
        (1, 9, [1, 2, None, 9]),
        (3, 9, [1, 2, 3, 4, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
    ],
)
def test_first_last_and_near_pages_are_offered(number: int, count: int, numbers: list[int | None]) -> None:
    assert Page("blog", number, count, ()).numbers == numbers


def test_the_pages_of_an_archive_have_its_posts_in_order(build: Build) -> None:
    site = build(edit=forty_five)
    paths = ["blog", "blog/page/2", "blog/page/3"]
    assert [text for path in paths for text in texts(site.page(path), ".posts h2")] == [
        f"Post {number}" for number in range(45, 0, -1)
    ]
    assert not site.exists("blog/page/4")


def test_a_page_leads_to_the_others(build: Build) -> None:
    page = build(edit=forty_five).page("blog/tag/alpha/page/2")
    assert [(link.get("rel"), link.get("href")) for link in page.cssselect(".pagination a")] == [
        ("prev", "../../"),
        (None, "../../"),
        (None, "../3/"),
        ("next", "../3/"),
    ]
    assert texts(page, ".pagination [aria-current=page]") == ["Page 2"]


def test_a_page_tells_machines_its_place(build: Build) -> None:
    page = build(edit=forty_five, html_baseurl="https://example.org/").page("blog/page/2")
    links = {link.get("rel"): link.get("href") for link in page.cssselect("head link")}
    assert (links["prev"], links["next"]) == ("../../", "../3/")
    assert links["canonical"] == "https://example.org/blog/page/2/"
    assert texts(page, "head > title") == ["All posts (page 2 of 3) - Under Load"]


def test_one_page_needs_no_way_through(build: Build) -> None:
    assert build("order").page("blog").cssselect(".pagination") == []
