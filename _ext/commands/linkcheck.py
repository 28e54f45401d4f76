"""The command ``python -m _ext.commands.linkcheck``: asks every external link of the site whether it still answers.

Only this command reaches beyond the machine, so it is no part of a build or test: another's server that is down for
a minute must make nobody's pull request red. Exit status 0 where all answer, 1 where some do not, 2 where Sphinx failed.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from _ext.commands.github_markdown import bullets, code
from _ext.posts.source.faults import Fault, Findings, Located, Of, faults, must, rule

SILENT = {"broken", "timeout"}
"""What Sphinx calls a link that does not answer (sphinx.builders.linkcheck._Status)."""


def main(arguments: list[str] | None = None) -> int:
    """Check the links of the site in the current folder and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m _ext.commands.linkcheck", description=__doc__)
    parser.add_argument("--format", choices=["text", "markdown"], default="text", help="(default: %(default)s)")
    markdown = parser.parse_args(arguments).format == "markdown"
    with TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "sphinx", "--silent", "--builder", "linkcheck", ".", scratch]
        failed = subprocess.run(command, check=False).returncode > 1
        report = Path(scratch, "output.json")
        if failed or not report.is_file():
            return 2
        found = silent_links(report.read_text(encoding="utf-8").splitlines())
    lines = [str(fault) for fault in found]
    for line in bullets([code(line) for line in lines]) if markdown else lines:
        print(line)
    return 1 if found else 0


def silent_links(report: Iterable[str]) -> list[Fault]:
    """Return a fault for each external link that does not answer, from the lines of Sphinx's ``output.json``, by place."""
    results = map(json.loads, report)
    return sorted(
        fault
        for result in results
        if result["status"] in SILENT and result["uri"].startswith(("http://", "https://"))
        for fault in faults(result["filename"], silent_link(Located(result["uri"], result["lineno"]), result["info"]))
    )


@rule(Of.SITE)
def silent_link(link: Located, reason: str) -> Findings:
    """What a post links to is still there."""
    yield must(f"link must answer ({reason})", link)


if __name__ == "__main__":
    sys.exit(main())
