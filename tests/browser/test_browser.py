"""The real site in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from testing.axe import violations
from testing.serving import served
from testing.sites import Site, write_post
from tests.pages.test_redirects import OLD, Build, moved

POST = "posts/2024/building-scalable-apis-with-python/"
PAGES = [
    "",
    "blog/",
    "blog/tag/",
    "blog/tag/python/",
    "blog/author/",
    "blog/author/under-load/",
    "blog/2026/",
    "about/",
    "404/",
    "search/?q=python",
    POST,
    "posts/2026/green-build-empty-pages/",
    "posts/2026/an-atom-feed-that-readers-believe/",
    "posts/2026/where-a-sphinx-build-spends-its-time/",
]

Open = Callable[..., Page]
AFTER = "link => getComputedStyle(link, '::after').content"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_silent_and_fits(open_page: Open, path: str, width: int, theme: str) -> None:
    page = open_page(path, width=width, color_scheme=theme)
    assert violations(page) == []
    assert page.hosts == {urlsplit(page.url).netloc}  # type: ignore[attr-defined]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 768, 1024, 1120, 1560, 1920])
def test_a_post_fits_every_width(open_page: Open, width: int) -> None:
    page = open_page(POST, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["posts/2024/numbat-slug/", "blog/"])
def test_a_preview_is_accessible(build: Callable[..., Site], browser: Browser, path: str, theme: str) -> None:
    with served(build("canary", preview=True).folder) as url, browser.new_context(color_scheme=theme) as context:
        page = context.new_page()
        page.goto(f"{url}/{path}")
        assert violations(page) == []


def hebrew(folder: Path) -> None:
    path = folder / "posts/2024/hebrew/index.md"
    write_post(folder, "hebrew", "2024-01-02", "מחכים בתור עד שמישהו מסיים, ו-`pool_size` הוא מספר הממתינים.")
    path.write_text(path.read_text(encoding="utf-8").replace("# Hebrew", "# מאגר חיבורים בעומס"), encoding="utf-8")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["posts/2024/hebrew/", "blog/"])
def test_writing_from_the_right_does_not_break_the_frame(build: Build, browser: Browser, path: str, width: int) -> None:
    with (
        served(build(edit=hebrew).folder) as url,
        browser.new_context(viewport={"width": width, "height": 900}) as context,
    ):
        page = context.new_page()
        page.goto(f"{url}/{path}")
        title = page.locator("[dir=auto]", has_text="מאגר").first
        assert title.evaluate("element => getComputedStyle(element).direction") == "rtl"
        assert page.evaluate("getComputedStyle(document.body).direction") == "ltr"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [360, 1024, 1440, 1920])
def test_the_column_stays_in_its_place_from_page_to_page(open_page: Open, width: int) -> None:
    left = "document.querySelector('article h1').getBoundingClientRect().left"
    assert len({open_page(path, width=width).evaluate(left) for path in ["", "blog/tag/python/", POST]}) == 1


def test_axe_sees_what_is_wrong(open_page: Open) -> None:
    page = open_page("")
    page.evaluate("document.querySelector('article').style.color = '#eee'")
    assert {line.partition(":")[0] for line in violations(page)} == {"color-contrast"}


def test_axe_sees_links_too_close_to_hit(open_page: Open) -> None:
    page = open_page(POST, width=1440)
    page.evaluate("document.querySelectorAll('.toc-tree li').forEach(item => item.style.padding = 0)")
    assert {line.partition(":")[0] for line in violations(page)} == {"target-size"}


def test_the_copy_button_copies_the_code(open_page: Open) -> None:
    page = open_page(POST, permissions=["clipboard-read", "clipboard-write"])
    block = page.locator("div.highlight-python").first
    block.hover()
    block.locator("button.copybtn").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == block.locator("pre").inner_text().rstrip("\n")
    assert len(copied.splitlines()) > 1


def test_of_a_console_the_copy_button_copies_the_commands(open_page: Open) -> None:
    page = open_page("posts/2026/green-build-empty-pages/", permissions=["clipboard-read", "clipboard-write"])
    block = page.locator("div.highlight-console").last
    block.hover()
    block.locator("button.copybtn").click()
    assert page.evaluate("navigator.clipboard.readText()").strip() == "python green_build.py"


def test_the_copy_button_is_there_for_the_keyboard(open_page: Open) -> None:
    button = open_page(POST).locator("button.copybtn").first
    button.focus()
    expect(button).to_have_css("opacity", "1")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_switch_switches_and_is_remembered(open_page: Open, theme: str) -> None:
    other = {"light": "dark", "dark": "light"}[theme]
    background = "getComputedStyle(document.body).backgroundColor"
    page = open_page("", color_scheme=theme)
    before = page.evaluate(background)
    while page.evaluate("document.body.dataset.theme") != other:
        page.locator(".theme-toggle-content .theme-toggle").click()
    switched = page.evaluate(background)
    assert switched != before
    page.reload()
    assert page.evaluate(background) == switched


def test_the_slash_leads_to_the_search(open_page: Open) -> None:
    page = open_page(POST)
    page.keyboard.press("/")
    expect(page.locator(".sidebar-search")).to_be_focused()
    page.keyboard.type("a/b")
    assert page.locator(".sidebar-search").input_value() == "a/b"


def test_the_slash_opens_the_menu_on_a_phone(open_page: Open) -> None:
    page = open_page(POST, width=390)
    page.keyboard.press("/")
    expect(page.locator(".sidebar-search")).to_be_in_viewport()


def test_the_arrows_lead_to_the_neighbours(open_page: Open) -> None:
    page = open_page(POST)
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/posts/2026/green-build-empty-pages/")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**/{POST}")


def test_the_arrows_scroll_wide_code(open_page: Open) -> None:
    page = open_page(POST, width=390)
    wide = page.locator("div.highlight pre").first
    wide.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)  # milliseconds, in which a page would have been left
    assert page.url.endswith(POST)


def test_the_keys_can_be_switched_off_for_good(open_page: Open) -> None:
    page = open_page(POST)
    page.locator(".keyboard-switch").click()
    expect(page.locator(".keyboard-switch")).to_have_attribute("aria-pressed", "false")
    page.reload()
    page.keyboard.press("/")
    expect(page.locator(".sidebar-search")).not_to_be_focused()


def test_the_citation_is_copied(open_page: Open) -> None:
    page = open_page(POST, permissions=["clipboard-read", "clipboard-write"])
    page.locator(".citation summary").click()
    page.locator(".citation .highlight").hover()
    page.locator(".citation button.copybtn").click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("@misc{building-scalable-apis-with-python-2024,")


def test_paper_has_the_text_alone_and_writes_links_out(open_page: Open) -> None:
    page = open_page(POST)
    page.emulate_media(media="print")
    for chrome in (".sidebar-drawer", ".toc-drawer", ".back", ".related", ".post-actions", ".keyboard-switch"):
        expect(page.locator(chrome)).not_to_be_visible()
    link = page.locator('.post-text a[href^="http"]').first
    assert link.get_attribute("href") in link.evaluate(AFTER)
    code = page.locator(".post-text .highlight span[class]")
    assert set(code.evaluate_all("all => all.map(span => getComputedStyle(span).color)")) == {"rgb(0, 0, 0)"}


def test_paper_writes_out_where_a_link_within_the_blog_leads(open_page: Open) -> None:
    page = open_page(POST)
    link = page.locator(".post-text p a").first
    link.evaluate("link => link.setAttribute('href', '../../../about/')")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert link.evaluate(AFTER) == f'" ({page.url.removesuffix(POST)}about/)"'
    assert page.locator(".post-text a.headerlink").first.evaluate(AFTER) in ('""', "none")


def test_the_menu_opens_on_a_phone(open_page: Open) -> None:
    page = open_page("", width=390)
    link = page.get_by_role("link", name="All posts").first
    assert not link.is_visible() or link.bounding_box()["x"] < 0  # type: ignore[index]
    page.locator(".nav-overlay-icon").first.click()
    page.wait_for_timeout(500)  # milliseconds: the drawer slides for 250
    page.locator(".sidebar-tree").get_by_role("link", name="All posts").click()
    assert page.locator("h1").inner_text() == "All posts"


@pytest.mark.parametrize("options", [{"device_scale_factor": 2}, {"forced_colors": "active"}], ids=["zoom", "forced"])
@pytest.mark.parametrize("path", ["", "blog/tag/", POST])
def test_a_page_is_accessible_at_200_percent_and_in_forced_colours(open_page: Open, path: str, options: Any) -> None:
    page = open_page(path, width=720, **options)  # what a window of 1440 px shows at 200 %
    assert violations(page) == []


def test_a_post_can_be_read_without_javascript(open_page: Open) -> None:
    page = open_page(POST, width=1440, java_script_enabled=False)  # wide enough for the table of contents
    assert page.locator("h1").inner_text() == "Building Scalable APIs with Python"
    expect(page.locator("div.highlight pre").first).to_be_visible()
    page.locator(".toc-tree a[href^='#']").last.click()
    assert "#" in page.url
    page.locator(".tags a").first.click()
    assert page.locator("h1").inner_text() == "Python"


def test_the_menu_opens_on_a_phone_without_javascript(open_page: Open) -> None:
    page = open_page(POST, width=390, java_script_enabled=False)
    page.locator(".nav-overlay-icon").first.click()
    page.locator(".sidebar-tree").get_by_role("link", name="All posts").click()
    assert page.locator("h1").inner_text() == "All posts"


@pytest.mark.parametrize("scripts", [True, False])
def test_an_old_path_leads_to_its_post(browser: Browser, build: Build, scripts: bool) -> None:
    site = build("order", edit=moved("posts/2024/first"))
    with served(site.folder.parent) as host, browser.new_context(java_script_enabled=scripts) as context:
        page = context.new_page()
        page.goto(f"{host}/{site.folder.name}/{OLD}")  # as on a host that serves the site below a path
        page.wait_for_url(f"{host}/{site.folder.name}/posts/2024/first/")
        assert page.locator("h1").inner_text() == "First"
