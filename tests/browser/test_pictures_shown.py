"""Pictures in a real browser: nothing moves, and of light and dark one is loaded."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from testing.serving import served
from testing.sites import Site
from tests.content.test_pictures import POST, picture, with_files

Build = Callable[..., Site]
SHIFT = """
    window.shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shift += entry.value; }))
        .observe({type: "layout-shift", buffered: true});
"""


def loaded(page: Page) -> set[str]:
    """Return the names of the files of pictures that the page has asked for."""
    names = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    return {name.rsplit("/", 1)[1] for name in names if "/_images/" in name}


@pytest.fixture
def page(build: Build, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open the post with a picture of two variants, the system's setting being the parameter."""
    files = {"one__png": picture(1000, 500, "P"), "one__dark__png": picture(1000, 500, "L")}
    site = build("pictures", edit=with_files(**files))
    assert site.warnings == ""
    with served(site.folder) as url, browser.new_context(color_scheme=request.param) as context:
        opened = context.new_page()
        opened.add_init_script(SHIFT)
        opened.goto(f"{url}/{POST}", wait_until="networkidle")
        yield opened


def offered(page: Page, theme: str) -> set[str]:
    srcset = page.locator(f".{theme} source").first.get_attribute("srcset") or ""
    return {part.split()[0].rsplit("/", 1)[1] for part in srcset.split(", ")}


@pytest.mark.parametrize(
    ("page", "shown", "hidden"),
    [("light", "only-light", "only-dark"), ("dark", "only-dark", "only-light")],
    indirect=["page"],
)
def test_one_variant_alone_is_loaded_and_nothing_moves(page: Page, shown: str, hidden: str) -> None:
    assert len(loaded(page) & offered(page, shown)) == 1
    assert loaded(page) & offered(page, hidden) == set()
    assert page.evaluate("window.shift") == 0


@pytest.mark.parametrize("page", ["light"], indirect=True)
def test_the_readers_own_setting_shows_the_other_variant_in_the_same_place(page: Page) -> None:
    before = page.locator(".only-light img").bounding_box()
    page.evaluate("document.body.dataset.theme = 'dark'")
    page.wait_for_load_state("networkidle")
    assert page.locator(".only-dark img").bounding_box() == before
    assert not page.locator(".only-light img").is_visible()


@pytest.mark.parametrize("page", ["light"], indirect=True)
def test_a_picture_is_as_wide_as_it_says_that_it_will_be(page: Page) -> None:
    for width, shown in ((1440, 768), (390, 390 - 32)):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.querySelector('.only-light img').getBoundingClientRect().width") == shown
