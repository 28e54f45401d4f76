"""The command ``python -m audit``: measures the built site and prints one table; see audit/README.md.

Exit status 0 where every figure holds, 1 where one does not, 2 where a tool is missing.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from audit import accessibility, html, lighthouse, weight
from audit.table import Row, as_table
from testing.chromium import NAMES, chromium
from testing.debian import find
from testing.serving import served
from testing.sites import lay_out

SITE = Path("_build/html")
NEEDED = {
    "java": "the Nu HTML checker is a Java program (Debian, Ubuntu: apt-get install default-jre-headless)",
    "node": "Lighthouse is a Node.js program, of version 20 or later (Debian, Ubuntu: apt-get install nodejs npm)",
    "npm": "it installs the Nu HTML checker and Lighthouse (Debian, Ubuntu: apt-get install npm)",
}
REFERENCE = "posts/2024/reference/"


def missing() -> list[str]:
    """Return what the machine lacks, with the reason and the cure."""
    faults = [f"{program} is needed: {reason}" for program, reason in NEEDED.items() if not shutil.which(program)]
    if not SITE.is_dir():
        faults.append(f"{SITE} is needed; build the site first: python -m _ext.build")
    return faults


def build_reference(folder: Path) -> Path:
    """Build tests/roots/test-weight, whose one post has the length that the bounds are for; return the built site."""
    site = folder / "html"
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "--quiet",
        "--builder",
        "dirhtml",
        str(lay_out(folder / "site", "weight")),
    ]
    subprocess.run([*command, str(site)], check=True)
    return site


def measured(runs: int) -> list[Row]:
    """Return all figures; what takes several *runs* is their median."""
    rows = html.measure(SITE)
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        path = find(NAMES) or browser.browser_type.executable_path
        with served(build_reference(Path(scratch)), compressed=True) as url:
            rows += weight.measure(browser, f"{url}/{REFERENCE}")
            rows += lighthouse.measure_paint(path, f"{url}/{REFERENCE}", runs)
        with served(SITE, compressed=True) as url:
            rows += accessibility.measure(browser, url)
            rows += lighthouse.measure(path, url, runs)
    return rows


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m audit", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of Lighthouse, for the median (default: %(default)s)")
    runs: int = parser.parse_args(arguments).runs
    if faults := missing():
        print(*faults, sep="\n", file=sys.stderr)
        return 2
    subprocess.run(["npm", "ci", "--prefix", "audit", "--loglevel=error"], check=True)
    rows = measured(runs)
    print(as_table(rows))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
