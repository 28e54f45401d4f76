"""A feed that a person opens."""

from collections.abc import Callable

from playwright.sync_api import Browser, expect

from testing.serving import served
from testing.sites import Site


def test_a_feed_can_be_read_in_a_browser(build: Callable[..., Site], browser: Browser) -> None:
    site = build("order")
    with served(site.folder) as url, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{url}/blog/atom.xml")
        shown = [
            page.locator(name).first
            for name in ("p", "feed > title", "entry > header > p", "entry > header > a", "summary")
        ]
        tops = [element.bounding_box()["y"] for element in shown]  # type: ignore[index]
        assert tops == sorted(tops)
        for hidden in ("content", "id", "updated", "published", "author", "entry > title"):
            expect(page.locator(hidden).first).not_to_be_visible()
        assert page.locator("feed > header a").get_attribute("href") == "https://under-load.readthedocs.io/blog/"
