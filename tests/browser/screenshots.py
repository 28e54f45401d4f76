"""Takes the README's pictures of the site: ``python -m tests.browser.screenshots``, after a build."""

import sys
from pathlib import Path

from playwright.sync_api import Browser

from testing.chromium import chromium
from testing.serving import served

SITE = Path("_build/html")
PICTURES = Path(".github/screenshots")
POST = "posts/2024/building-scalable-apis-with-python/"


def take(browser: Browser, url: str, name: str, width: int, height: int, theme: str) -> None:
    """Write a picture of the page at *url* in a window of *width* by *height* CSS pixels."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    page.screenshot(path=PICTURES / name)
    context.close()


def main() -> None:
    if not SITE.is_dir():
        sys.exit(f"{SITE} is not there; build the site first: python -m _ext.build")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served(SITE) as url, chromium() as browser:
        take(browser, f"{url}/", "desktop-light.png", 1280, 800, "light")
        take(browser, f"{url}/{POST}", "phone-dark.png", 390, 844, "dark")


if __name__ == "__main__":
    main()
