"""The search, as a reader uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import served
from tests.sites import Site, write_post

Open = Callable[..., Page]
FIRST_POST = "Building Scalable APIs with Python"


def test_the_search_finds_a_post(open_page: Open) -> None:
    page = open_page("search/")
    page.locator(".search-form input").fill("cache-aside")
    page.locator(".search-form button").click()
    result = page.locator(".search-results li", has_text=FIRST_POST)
    expect(result.locator(".post-meta")).to_have_text("October 20, 2024 · Python, API, Backend, Scalability")
    expect(result.locator("mark").first).to_contain_text("cache")
    result.locator("a").click()
    expect(page.locator("h1")).to_have_text(FIRST_POST)


def test_the_search_is_in_the_address(open_page: Open) -> None:
    page = open_page("search/?q=python&tag=Scalability")
    expect(page.locator(".search-results h2")).to_have_text([FIRST_POST])
    page.locator("article select").select_option("")
    page.wait_for_url("**/search/?q=python")


def test_a_tag_alone_lists_its_posts(open_page: Open) -> None:
    page = open_page("search/?tag=Feeds")
    expect(page.locator(".search-results h2")).to_have_text(["An Atom Feed That Feed Readers Believe"])


def test_the_number_of_results_is_announced(open_page: Open) -> None:
    page = open_page("search/?q=cache-aside")
    expect(page.get_by_role("status")).to_have_text("1 post")
    page.locator("article input").fill("zzzz")
    expect(page.get_by_role("status")).to_have_text("No post has all of these words.")
    expect(page.locator(".search-results li")).to_have_count(0)


def test_the_search_works_by_keyboard_alone(open_page: Open) -> None:
    page = open_page("")
    page.keyboard.press("/")
    page.keyboard.type("cache-aside")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=cache-aside")
    expect(page.locator(".search-results a")).to_have_count(1)
    page.locator(".search-form button").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(FIRST_POST)


def many(folder: Path) -> None:
    for number in range(12):
        write_post(
            folder, f"post-{number}", f"2024-01-{number + 1:02}", "A zebra &lt;script>alert(1)&lt;/script> here."
        )


def test_more_results_are_shown_when_asked_for_below_any_path(build: Callable[..., Site], browser: Browser) -> None:
    site = build(edit=many)
    with served(site.folder.parent) as host, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{host}/{site.folder.name}/search/?q=zebra")
        expect(page.locator(".search-results li")).to_have_count(10)
        expect(page.locator(".search-results li").first).to_contain_text("<script>alert(1)</script>")
        page.locator(".search-more").click()
        expect(page.locator(".search-results li")).to_have_count(12)
        expect(page.locator(".search-results li:nth-child(11) a")).to_be_focused()
        expect(page.locator(".search-more")).not_to_be_visible()
        page.locator(".search-results a").first.click()
        expect(page.locator(".post-text")).to_contain_text("zebra")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_results_are_accessible(open_page: Open, width: int, theme: str) -> None:
    page = open_page("search/?q=python", width=width, color_scheme=theme)
    expect(page.locator(".search-results li").first).to_be_visible()
    assert Axe().run(page).response["violations"] == []


def test_without_javascript_the_listings_are_the_way(open_page: Open) -> None:
    page = open_page("search/", java_script_enabled=False)
    page.locator("noscript a").first.click()
    expect(page.locator("h1")).to_have_text("All posts")
