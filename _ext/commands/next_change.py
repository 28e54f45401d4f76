"""The command ``python -m _ext.commands.next_change URL``: tells whether the deployed site should be built today.

It reads the ``next-change.json`` of the site as deployed, at its http or https *URL*, prints ``due=true`` or ``due=false``, the
form of a GitHub Actions output, and the reason on the standard error. Exit status 0 with either answer, 2 for a bad call.
Without Sphinx, so that nothing has to be installed to ask.

A build is due from the day in the file on. It is due as well where the file cannot be had or read, as on a site that was
built before there was one: a build too many costs a few minutes and writes the file, one too few keeps a post back.
"""

import argparse
import sys
from http.client import HTTPException
from urllib.request import urlopen

from _ext.base.clock import today
from _ext.blog.next_change import FILE, is_due, read

LONGEST = 1000  # bytes of the file that are read; it has under 50
TIMEOUT = 30  # seconds


def fetch(url: str) -> bytes:
    """Return the first LONGEST bytes at the http or https *url*.

    Raises OSError, ValueError or HTTPException where there is no such file or no answer.
    """
    with urlopen(url, timeout=TIMEOUT) as answer:
        content: bytes = answer.read(LONGEST)
        return content


def main(arguments: list[str] | None = None) -> int:
    """Say whether the deployed site should be built today and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m _ext.commands.next_change", description=__doc__)
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


if __name__ == "__main__":
    sys.exit(main())
