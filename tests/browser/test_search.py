"""The search in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from _ext.posts import read_posts
from testing.axe import violations
from testing.serving import served
from testing.sites import ROOT, Site
from tests.browser.conftest import REPORT_VIOLATIONS

Open = Callable[..., Page]
POST = "Building Scalable APIs with Python"
RESULTS = "#search-results > li"


def test_a_result_shows_title_date_tags_and_a_marked_excerpt(open_page: Open) -> None:
    result = open_page("search/?q=cache-aside").locator(RESULTS).filter(has_text=POST)
    expect(result.locator("h2 a")).to_have_text(POST)
    expect(result.locator("time")).to_have_text("October 20, 2024")
    assert sorted(result.locator(".tag").all_inner_texts()) == ["API", "Backend", "Python", "Scalability"]
    expect(result.locator("mark").first).to_contain_text("cache", ignore_case=True)
    result.locator("h2 a").click()


def test_a_tag_narrows_the_results(open_page: Open) -> None:
    page = open_page("search/?q=python")
    expect(page.locator(RESULTS).nth(1)).to_be_visible()
    before = page.locator(RESULTS).count()
    page.locator("select[name=tag]").select_option("Scalability")
    expect(page.locator("#search-status")).to_contain_text("tagged Scalability")
    assert 0 < page.locator(RESULTS).count() < before
    assert page.url.endswith("?q=python&tag=Scalability")


def test_a_tag_alone_lists_its_posts(open_page: Open) -> None:
    tagged = [post for post in read_posts(ROOT).posts if "Scalability" in {tag.label for tag in post.tags}]
    page = open_page("search/?tag=Scalability")
    expect(page.locator("#search-status")).to_have_text(f"{len(tagged)} results tagged Scalability")


def test_the_keyboard_is_enough(open_page: Open) -> None:
    page = open_page("search/")
    page.locator(".search-form input").focus()
    page.keyboard.type("cache-aside")
    page.keyboard.press("Enter")
    expect(page.locator(RESULTS).first).to_be_visible()
    for _ in range(3):  # the tag, the button, the first result
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#search-results') !== null")
    page.keyboard.press("Enter")
    expect(page.locator(".post-text")).to_be_visible()


def test_a_status_tells_how_many_there_are(open_page: Open) -> None:
    page = open_page("search/?q=qxzvkjh")
    status = page.get_by_role("main").get_by_role("status")
    expect(status).to_have_text("No results for “qxzvkjh”")
    page.locator(".search-form input").fill("BuiltinTemplateLoader")
    page.keyboard.press("Enter")
    expect(status).to_have_text("1 result for “BuiltinTemplateLoader”")


def test_the_address_is_the_question_back_and_forth(open_page: Open) -> None:
    page = open_page("search/?q=cache-aside")
    page.locator(".search-form input").fill("qxzvkjh")
    page.keyboard.press("Enter")
    expect(page.locator(RESULTS)).to_have_count(0)
    page.go_back()
    expect(page.locator(".search-form input")).to_have_value("cache-aside")
    expect(page.locator(RESULTS).first).to_be_visible()


def test_the_sidebar_searches_from_any_page(open_page: Open) -> None:
    page = open_page("about/")
    page.locator(".sidebar-search").fill("cache-aside")
    page.keyboard.press("Enter")
    expect(page.locator(RESULTS).first).to_be_visible()
    assert page.url.endswith("/search/?q=cache-aside")


def test_without_javascript_it_leads_to_all_posts(open_page: Open) -> None:
    page = open_page("search/?q=cache-aside", java_script_enabled=False)
    page.locator("noscript").get_by_role("link", name="All posts").click()
    assert page.locator("h1").inner_text() == "All posts"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_its_results_are_accessible(open_page: Open, width: int, theme: str) -> None:
    page = open_page("search/?q=python", width=width, color_scheme=theme)
    expect(page.locator(RESULTS).first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_works_below_a_path_and_markup_in_a_post_stays_text(build: Callable[..., Site], browser: Browser) -> None:
    markup = "<img src=x onerror=alert(1)> <mark>qxzvkjh</mark>"

    def edit(folder: Path) -> None:
        post = folder / "posts/2024/first/index.md"
        post.write_text(f"{post.read_text()}\n`{markup}`\n")

    site = build("order", edit=edit)
    complaints = []
    with served(site.folder.parent) as host, browser.new_context() as context:
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.goto(f"{host}/{site.folder.name}/search/?q=qxzvkjh")
        excerpt = page.locator(f"{RESULTS} .search-excerpt")
        expect(excerpt).to_contain_text(markup)
        expect(excerpt.locator("img")).to_have_count(0)
        page.locator(f"{RESULTS} a").click()
        page.wait_for_url(f"{host}/{site.folder.name}/posts/2024/first/")
    assert complaints == []
