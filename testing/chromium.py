"""Finds a Chromium on the machine, or installs one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, sync_playwright

from testing.debian import find_or_install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO = (
    "No Chromium was found and none could be installed. Install one with your system's packages "
    "(Debian: apt-get install chromium), or run: python -m playwright install --with-deps chromium"
)
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


def playwrights_own(playwright: Playwright) -> str | None:
    """Return the path of the Chromium that Playwright has downloaded, or None."""
    path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None  # noqa: PTH110  (a string in, a string out)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a headless browser, installed first where there is none; RuntimeError says what to do if that fails."""
    with sync_playwright() as playwright:
        path = playwrights_own(playwright) or find_or_install(NAMES, "chromium")
        if not path:
            subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
            path = playwrights_own(playwright)
        if not path:
            raise RuntimeError(HOW_TO)
        sandboxed = not (hasattr(os, "geteuid") and os.geteuid() == 0)  # Chromium refuses its sandbox to root
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=sandboxed, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()
