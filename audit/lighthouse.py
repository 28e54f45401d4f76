"""Lighthouse's scores, and its largest contentful paint on a slow phone: https://developer.chrome.com/docs/lighthouse/."""

import json
import os
import subprocess
from pathlib import Path
from statistics import median
from typing import Any

from audit.table import Row

PROGRAM = Path("audit/node_modules/lighthouse/cli/index.js")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = [
    "--headless",
    "--no-sandbox",  # Chromium refuses its sandbox to root; the pages are ours
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = {
    "home": "",
    "post": "posts/2024/building-scalable-apis-with-python/",
    "tag": "blog/tag/python/",
}
LCP = 1.0  # seconds


def report(chromium: str, url: str, device: str) -> dict[str, Any]:
    """Return Lighthouse's report on the page at *url* for the *device*, ``mobile`` or ``desktop``."""
    command = ["node", str(PROGRAM), url, "--quiet", "--output=json", f"--chrome-flags={' '.join(FLAGS)}"]
    command += ["--no-enable-error-reporting", f"--only-categories={','.join(CATEGORIES)}"]
    command += ["--preset=desktop"] if device == "desktop" else []
    done = subprocess.run(command, stdout=subprocess.PIPE, env=os.environ | {"CHROME_PATH": chromium}, check=True)
    return dict(json.loads(done.stdout))


def reports(chromium: str, url: str, device: str, runs: int) -> list[dict[str, Any]]:
    return [report(chromium, url, device) for _ in range(runs)]


def scores(found: list[dict[str, Any]]) -> list[int]:
    """Return the score of each of CATEGORIES from 0 to 100, the median of the reports *found*."""
    return [round(median(one["categories"][name]["score"] or 0 for one in found) * 100) for name in CATEGORIES]


def faults(one: dict[str, Any]) -> list[str]:
    """Return the audits besides those of performance that cost the page points."""
    costly = {
        audit["id"] for name in CATEGORIES[1:] for audit in one["categories"][name]["auditRefs"] if audit["weight"]
    }
    return [one["audits"][name]["title"] for name in sorted(costly) if one["audits"][name]["score"] not in (1, None)]


def measure(chromium: str, url: str, runs: int) -> list[Row]:
    """Return the scores of PAGES of the site at *url*: performance at least 99, the others 100, in the median of *runs*."""
    rows = []
    for device in ("mobile", "desktop"):
        for name, path in PAGES.items():
            found = reports(chromium, f"{url}/{path}", device, runs)
            performance, *others = scores(found)
            rows.append(
                Row(
                    f"Lighthouse, {name}, {device}",
                    "at least 99 / 100 / 100 / 100",
                    " / ".join(map(str, [performance, *others])),
                    performance >= 99 and set(others) == {100},
                    faults(found[0]),
                )
            )
    return rows


def measure_paint(chromium: str, url: str, runs: int) -> list[Row]:
    """Return the largest contentful paint of the page at *url* in Lighthouse's model of a slow phone."""
    found = reports(chromium, url, "mobile", runs)
    paint = median(one["audits"]["largest-contentful-paint"]["numericValue"] for one in found) / 1000
    return [
        Row("A post of 1,500 words and four listings: LCP", f"under {LCP:.1f} s", f"{paint:.2f} s", paint < LCP),
    ]
