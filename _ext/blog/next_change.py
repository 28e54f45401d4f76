"""When the site next changes by itself, as a dated post goes live or one has aged, and whether that day has come.

Each build leaves the day in ``next-change.json``, such as ``{"next_change": "2026-12-01"}``, or null where nothing waits.
The command ``python -m _ext.blog.next_change URL`` reads the file of the site as deployed, at its http or https *URL*. It
prints ``due=true`` or ``due=false``, the form of a GitHub Actions output, and the reason on the standard error.
Exit status 0 with either answer, 2 for a bad call. Without Sphinx, so that nothing has to be installed to ask.

A build is due from the day in the file on. It is due as well where the file cannot be had or read, as on a site that was
built before there was one: a build too many costs a few minutes and writes the file, one too few keeps a post back.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.request import urlopen

from _ext.base.clock import today

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

FILE = "next-change.json"
KEY = "next_change"
LONGEST = 1000  # bytes of the file that are read; it has under 50
TIMEOUT = 30  # seconds


def written(day: date | None) -> str:
    """Return the text of the file that says that the site next changes on *day*, or not by itself."""
    return json.dumps({KEY: day.isoformat() if day else None}) + "\n"


def read(content: bytes) -> date | None:
    """Return the day that the file with *content* names, or None where nothing waits.

    Raises ValueError with what the file must be where it is not what `written` writes.
    """
    try:
        day = json.loads(content)[KEY]
        return None if day is None else date.fromisoformat(day)
    except (ValueError, TypeError, LookupError, RecursionError):
        raise ValueError(f'{FILE} must be such as {{"{KEY}": "2026-12-01"}}: {content[:60]!r}') from None


def is_due(next_change: date | None, today: date) -> bool:
    """Tell whether on the day *today* (UTC) the site should be built, which next changes on *next_change*."""
    return next_change is not None and next_change <= today


def fetch(url: str) -> bytes:
    """Return the first LONGEST bytes at the http or https *url*.

    Raises OSError, ValueError or HTTPException where there is no such file or no answer.
    """
    with urlopen(url, timeout=TIMEOUT) as answer:
        content: bytes = answer.read(LONGEST)
        return content


def main(arguments: list[str] | None = None) -> int:
    """Say whether the deployed site should be built today and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m _ext.blog.next_change", description=__doc__)
    parser.add_argument("url", metavar="URL", help=f"of the deployed {FILE}")
    url: str = parser.parse_args(arguments).url
    if not url.startswith(("https://", "http://")):
        parser.error(f"URL must begin with https:// or http://: {url!r}")
    try:
        day = read(fetch(url))
    except (OSError, ValueError, HTTPException) as error:
        due, reason = True, f"{url}: {error}"
    else:
        due, reason = is_due(day, today()), f"the next change is on {day}" if day else "no post waits for its day"
    print(f"due={'true' if due else 'false'}")
    print(reason, file=sys.stderr)
    return 0


def write_next_change(app: Sphinx, exception: Exception | None) -> None:
    """Write the file into the built site."""
    if not exception and app.builder.format == "html":
        from _ext.base.output import Order, make, write_output  # here, so that the command needs no Sphinx

        text = written(app.config.next_change)
        make(app, Order(FILE, text, lambda: write_output(app, FILE, text.encode())))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.blog.publishing")
    app.connect("build-finished", write_next_change)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    sys.exit(main())
