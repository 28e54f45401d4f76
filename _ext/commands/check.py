"""The command ``python -m _ext.commands.check``: every rule on every post, all faults at once, without Sphinx.

Prints one line a fault, ``path:line:column: what must be: 'what is' [code]``; docs/codes.md has a section on each code.
Exit status 0 clean, 1 faults, 2 a call that cannot be taken.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from pathlib import Path

from _ext.base.clock import today
from _ext.posts import Fault, read_posts
from _ext.posts.report import FORMATS, tell


def main(arguments: list[str] | None = None) -> int:
    """Check the site in the current folder and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m _ext.commands.check", description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a post or a folder below posts/ (default: all)")
    parser.add_argument("--format", choices=FORMATS, default="text", help="(default: %(default)s)")
    options = parser.parse_args(arguments)
    root = Path()
    if not (root / "posts").is_dir():
        parser.error("the command must be run in the folder of the site, which has posts/ in it")
    for path in options.paths:
        if not Path(path).exists() or not Path(path).resolve().is_relative_to((root / "posts").resolve()):
            parser.error(f"path must be a file or folder below posts/: {path!r}")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console that lacks a letter must not hide the fault
    faults = among(
        read_posts(root, today()).faults, [Path(path).resolve().relative_to(root.resolve()) for path in options.paths]
    )
    return tell(faults, options.format)


def among(faults: Iterable[Fault], paths: Sequence[Path]) -> list[Fault]:
    """Return the faults of the files at or below *paths*, relative to the site's root, or all where none is given."""
    return [fault for fault in faults if not paths or any(Path(fault.path).is_relative_to(path) for path in paths)]


if __name__ == "__main__":
    sys.exit(main())
