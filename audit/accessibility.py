"""axe-core on each kind of page, in each way of looking at it."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser

from audit.table import Row
from testing.axe import violations

PAGES = [
    "",
    "blog/",
    "blog/tag/",
    "blog/tag/python/",
    "blog/author/under-load/",
    "blog/2026/",
    "about/",
    "404/",
    "search/",
    "posts/2024/building-scalable-apis-with-python/",
]
WINDOWS = [("light", width) for width in (360, 768, 1440)] + [("dark", width) for width in (360, 768, 1440)]


def contexts() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each way of looking at a page: its name, and the options of the browser's context."""
    for theme, width in WINDOWS:
        yield f"{theme}, {width} px", {"color_scheme": theme, "viewport": {"width": width, "height": 900}}
    # What a window of 1440 by 900 px shows at 200 %: half as many CSS pixels, each of two by two.
    yield "zoom of 200 %", {"device_scale_factor": 2, "viewport": {"width": 720, "height": 450}}
    yield "forced colours", {"forced_colors": "active", "viewport": {"width": 1440, "height": 900}}


def violations_at(browser: Browser, url: str, options: dict[str, Any]) -> list[str]:
    """Return what axe finds on PAGES of the site at *url*, one a line: the path, the rule and the element."""
    found = []
    with browser.new_context(**options) as context:
        page = context.new_page()
        for path in PAGES:
            page.goto(f"{url}/{path}", wait_until="networkidle")
            found += [f"{path or 'home'}: {line}" for line in violations(page)]
    return found


def measure(browser: Browser, url: str) -> list[Row]:
    """Return the figures of the site at *url*, one for each way of looking at it."""
    rows = []
    for name, options in contexts():
        found = violations_at(browser, url, options)
        rows.append(Row(f"axe-core, {len(PAGES)} pages, {name}", "0 violations", str(len(found)), not found, found))
    return rows
