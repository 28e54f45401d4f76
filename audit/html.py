"""The Nu HTML checker on every page and style sheet of a site: https://validator.github.io/validator/."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from audit.table import Row

JAR = Path("audit/node_modules/vnu-jar/build/dist/vnu.jar")

NOT_OURS = {
    "Trailing slash on void elements": "docutils and Sphinx write their <meta> and <link> so; it has no effect",
    "violates Content Security Policy (meta tag)": "the checker knows no hash and, for file: addresses, no 'self'; "
    "tests/browser opens each kind of page and fails where the browser refuses anything",
    "role is unnecessary for element": "Safari takes a list without bullets for none, unless it says its role",
    "top-level heading only": "docutils wraps the text of a page in a <section> with its only <h1>",
    "Section lacks heading": "docutils' <section> of a whole post: its heading stands in the header above it",
    "Article lacks heading": "docutils' <section> inside Furo's <article> has its <h1>",
}
"""Parts of messages that are not about what is ours, each with the reason. No error is among them."""


def messages(arguments: Iterable[str]) -> list[dict[str, Any]]:
    """Return what the checker says, called with *arguments*: files, folders and options."""
    done = subprocess.run(["java", "-jar", str(JAR), "--format", "json", *arguments], capture_output=True, check=False)
    return list(json.loads(done.stderr)["messages"])


def ours(found: Iterable[dict[str, Any]]) -> list[str]:
    """Return the messages that are errors, or warnings about what is ours, as lines with their place."""
    return [
        f"{message['url']}:{message.get('lastLine', '')}: {message['message']}"
        for message in found
        if message["type"] != "info" or not any(part in message["message"] for part in NOT_OURS)
    ]


def measure(site: Path) -> list[Row]:
    """Return the figures of the pages and of the style sheets that they load."""
    pages = ours(messages(["--skip-non-html", str(site)]))
    styles = ours(messages(["--css", "_static/blog.css", *map(str, sorted(site.glob("_static/bundle-*.css")))]))
    return [
        Row("Nu HTML checker, every page", "0 errors and warnings that are ours", str(len(pages)), not pages, pages),
        Row("CSS valid", "0 errors and warnings", str(len(styles)), not styles, styles),
    ]
