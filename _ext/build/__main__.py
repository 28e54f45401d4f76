"""The command ``python -m _ext.build``: checks the posts, builds the site, and puts it in place when it is right.

What has not changed since the last build is neither read nor written again, and the result is what a build from nothing
gives. A fault in a post, a warning of Sphinx, an address that is lost or an error leaves the site of the last good build
untouched. Exit status 0 where the site is in place, 1 where it is as it was.
"""

import argparse
import gc
import os
import sys
from pathlib import Path

from _ext.build.run import SITE, build


def main(arguments: list[str] | None = None) -> int:
    """Build the site in the current folder and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m _ext.build", description=__doc__)
    parser.add_argument("--output", type=Path, default=SITE, help="where to put the site (default: %(default)s)")
    parser.add_argument("--fresh", action="store_true", help="build from nothing, whatever the last build has left")
    given = parser.parse_args(arguments)
    site: Path = given.output
    # What is read is a tree and full of cycles: to look through it for garbage again and again takes a tenth of a build. A process
    # ends with its share of it, and where there is one process only, it looks after each share (_ext.build.builder.in_parallel).
    gc.disable()
    os.umask(0o022)  # a site is for everybody to read, whoever builds it
    status = build(site, fresh=given.fresh)
    if status == 0:
        print(f"The site is in {site}. To read it: python -m http.server --directory {site}")
    return status


if __name__ == "__main__":
    sys.exit(main())
