"""The command ``python -m _ext.check``: every rule on every post, all faults at once, without Sphinx.

Prints one line a fault, ``path:line:column: what must be: 'what is' [code]``; CONTRIBUTING.md has a section on each code.
Exit status 0 clean, 1 faults, 2 a call that cannot be taken.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path

from _ext.clock import today
from _ext.posts import Fault, read_posts


def as_text(faults: Sequence[Fault]) -> str:
    """Return a line for each fault, as editors and people read them."""
    return "".join(f"{fault}\n" for fault in faults)


def as_json(faults: Sequence[Fault]) -> str:
    """Return the faults as a JSON list of objects with path, line, column, message and code."""
    return json.dumps([asdict(fault) for fault in faults], indent=2) + "\n"


def as_github(faults: Sequence[Fault]) -> str:
    """Return the faults as workflow commands, which GitHub shows beside the lines of a pull request.

    Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands, and how they are escaped:
    https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
    """
    return "".join(
        f"::error file={_property(fault.path)},line={fault.line},col={fault.column},title={_property(fault.code)}"
        f"::{_data(str(fault))}\n"
        for fault in faults
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Sequence[Fault]], str]] = {"text": as_text, "github": as_github, "json": as_json}


def main(arguments: list[str] | None = None) -> int:
    """Check the site in the current folder and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m _ext.check", description=__doc__)
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


def tell(faults: Sequence[Fault], form: str = "text") -> int:
    """Print the *faults* in a *form* of FORMATS, and return the exit status."""
    sys.stdout.write(FORMATS[form](faults))
    if faults:
        print(f"{len(faults)} to mend; CONTRIBUTING.md says more on each [code]", file=sys.stderr)
    return 1 if faults else 0


def among(faults: Iterable[Fault], paths: Sequence[Path]) -> list[Fault]:
    """Return the faults of the files at or below *paths*, relative to the site's root, or all where none is given."""
    return [fault for fault in faults if not paths or any(Path(fault.path).is_relative_to(path) for path in paths)]


if __name__ == "__main__":
    sys.exit(main())
