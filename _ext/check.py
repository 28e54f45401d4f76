"""The command ``python -m _ext.check``: every rule on every post, all faults at once, without Sphinx.

Prints one line a fault, ``path:line:column: what must be: 'what is'``. Exit status 0 clean, 1 faults.
"""

from __future__ import annotations

import argparse
import sys
from io import TextIOWrapper
from pathlib import Path

from _ext.posts import read_posts


def main(arguments: list[str] | None = None) -> int:
    """Check the site in the current folder and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m _ext.check", description=__doc__)
    parser.parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console that lacks a letter must not hide the fault
    site = read_posts(Path())
    for fault in site.faults:
        print(fault)
    if site.faults:
        print(f"{len(site.faults)} to mend", file=sys.stderr)
    return 1 if site.faults else 0


if __name__ == "__main__":
    sys.exit(main())
