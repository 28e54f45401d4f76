"""Opens pages of the real site in a real browser."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from testing.chromium import chromium
from testing.serving import served
from testing.sites import Site

HEIGHT = 900  # pixels
REPORT_VIOLATIONS = """
    document.addEventListener("securitypolicyviolation", ({effectiveDirective, blockedURI, sample}) =>
        console.error(`against the policy: ${effectiveDirective} ${blockedURI} ${sample}`))
"""

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def url(site: Site) -> Iterator[str]:
    with served(site.folder) as url:
        yield url


@pytest.fixture
def open_page(browser: Browser, url: str) -> Iterator[Open]:
    """Return a function that opens a path of the site in a window of its own, with options of the browser's context.

    Whatever a test does with its pages, the console has nothing to complain of.
    """
    contexts = []
    pages = []

    def open_page(path: str, *, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": HEIGHT}, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)  # milliseconds
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        pages.append(page)
        page.complaints = []  # type: ignore[attr-defined]
        page.hosts = set()  # type: ignore[attr-defined]
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.hosts.add(urlsplit(request.url).netloc))
        page.goto(f"{url}/{path}", wait_until="networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [complaint for page in pages for complaint in page.complaints] == []
