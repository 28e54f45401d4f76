"""The command ``python -m _ext.build``: checks the posts, builds the site afresh, and puts it in place when it is right.

A fault in a post, a warning of Sphinx, an address that is lost or an error leaves the site of the last good build
untouched. Exit status 0 where the site is in place, 1 where it is as it was.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from _ext import check, urls
from _ext.posts import Fault

SITE = Path("_build/html")


def main(arguments: list[str] | None = None) -> int:
    """Build the site in the current folder and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m _ext.build", description=__doc__)
    parser.add_argument("--output", type=Path, default=SITE, help="where to put the site (default: %(default)s)")
    site: Path = parser.parse_args(arguments).output
    if status := check.main([]):
        return status
    recorded, malformed = urls.read_record(Path())
    if malformed:
        return tell(malformed)
    site.parent.mkdir(parents=True, exist_ok=True)
    # Beside the site, so that putting it in place is a rename; a folder of its own, so that two builds never meet.
    with tempfile.TemporaryDirectory(prefix=".build-", dir=site.parent) as scratch:
        fresh = Path(scratch, "html")
        if sphinx(fresh, doctrees=Path(scratch, "doctrees")):
            return 1
        published = urls.published_paths(fresh)
        if lost := urls.lost(recorded, published):
            return tell(lost)
        put_in_place(fresh, site)
    # What is built elsewhere is a trial.
    if site == SITE and (added := urls.add_to_record(Path(), recorded, published)):
        print(f"{urls.RECORD} has {added} more {'address' if added == 1 else 'addresses'}; it belongs in the commit.")
    print(f"The site is in {site}. To read it: python -m http.server --directory {site}")
    return 0


def tell(faults: list[Fault]) -> int:
    """Print *faults* as the checker does and return its exit status."""
    sys.stdout.write(check.as_text(faults))
    return 1


def sphinx(output: Path, doctrees: Path) -> int:
    """Build the site of the current folder into *output* from scratch, warnings being errors; return the exit status."""
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--builder", "dirhtml", "--jobs", "auto"]
    return subprocess.run([*command, "--doctree-dir", str(doctrees), ".", str(output)], check=False).returncode


def put_in_place(fresh: Path, site: Path) -> None:
    """Rename the folder *fresh* to *site*; what stood there goes away with the folder that held *fresh*.

    Where that fails, as on Windows while a file of the site is open, the last site stays and OSError is raised.
    """
    last = fresh.with_name("last")
    if site.exists():
        site.rename(last)
    try:
        fresh.rename(site)
    except OSError:
        if last.exists():
            last.rename(site)
        raise


if __name__ == "__main__":
    sys.exit(main())
