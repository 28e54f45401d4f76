"""What a page of usual length costs a reader: bytes and requests over the wire, and whether it moves while it loads."""

from dataclasses import dataclass

from playwright.sync_api import Browser

from audit.table import Row

BYTES, REQUESTS = 60_000, 8
SHIFT = """
    window.layoutShift = 0
    new PerformanceObserver(list => list.getEntries().forEach(entry => window.layoutShift += entry.value))
        .observe({type: "layout-shift", buffered: true})
"""


@dataclass(frozen=True)
class Weight:
    """What loading a page took, with an empty cache."""

    size: int
    """Bytes of the bodies of all answers, as sent."""
    requests: int
    shift: float
    """Cumulative layout shift: https://web.dev/articles/cls."""


def weigh(browser: Browser, url: str) -> Weight:
    """Return what the page at *url* weighs on a phone; the server must tell the length of what it sends."""
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        context.add_init_script(SHIFT)
        page = context.new_page()
        answers = []
        page.on("response", lambda answer: answers.append(answer))  # Playwright takes no built-in method
        page.goto(url, wait_until="networkidle")
        size = sum(int(answer.headers["content-length"]) for answer in answers)
        return Weight(size, len(answers), page.evaluate("window.layoutShift"))


def measure(browser: Browser, url: str) -> list[Row]:
    """Return the figures of the page at *url*."""
    weight = weigh(browser, url)
    name = "A post of 1,500 words and four listings"
    return [
        Row(f"{name}: bytes", f"at most {BYTES:,}", f"{weight.size:,}", weight.size <= BYTES),
        Row(f"{name}: requests", f"at most {REQUESTS}", str(weight.requests), weight.requests <= REQUESTS),
        Row(f"{name}: layout shift", "0", f"{weight.shift:g}", weight.shift == 0),
    ]
