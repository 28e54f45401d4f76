"""The command ``python -m lab.runner``: runs the tests of posts and the blocks in their texts, and records what was run.

Each post's tests run in a process of their own, in its own environment where it has a ``requirements.txt``. With ``--record``
the post's ``tested.json`` is written, without it everything that a post shows must have been run here as well. Exit status 0
where all tests pass and all listings were run, else 1.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from coverage import Coverage

from _ext.base.clock import today
from _ext.posts import Fault
from _ext.posts.evidence.measurements import RESULTS
from _ext.posts.evidence.python_code import functions_in
from _ext.posts.evidence.run_record import (
    RECORD,
    Block,
    FileRun,
    Listing,
    Record,
    blocks_to_run,
    listings_of,
    run_record_json,
)
from _ext.posts.evidence.sessions import PROMPTS, steps
from _ext.posts.reading import posts_in
from _ext.posts.report import tell
from _ext.posts.rules.code_was_run import not_run
from _ext.posts.rules.numbers_were_measured import stale
from _ext.posts.source.faults import Finding, Located, faults, must
from _ext.posts.source.folder import read_folder
from _ext.posts.source.parse import outline
from lab import environment
from lab.processes import end_what_is_left, run
from lab.server import NOTES

HOUSE = Path(__file__).parent.parent
"""The folder in which the packages _ext, lab and services stand."""
SECONDS = 900
"""How long the tests of a post may take."""
TESTS = "test_*.py"
MEASURE = "measure.py"
"""The program in a post's folder that writes its results."""
PLAIN_TERMINAL = {"NO_COLOR": "1", "COLUMNS": "80"}
"""Output that a post shows is that of a plain terminal, wherever it is run: with CI=true, Sphinx takes any output for one with colours."""


@dataclass(frozen=True)
class Outcome:
    """What came of the tests of a post."""

    path: str
    """Of the post's folder, relative to the site's root."""
    said: str
    """What is to be told: a line where all is well, what pytest said where it is not."""
    record: Record | None
    """None where a test failed."""
    faults: tuple[Fault, ...] = ()
    """What is to be mended: output that differs, listings that were not run, results that are older than their programs."""


def main(arguments: list[str] | None = None) -> int:
    """Run the tests of posts and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m lab.runner", description=__doc__)
    parser.add_argument("posts", nargs="*", metavar="POST", help="the folder of a post (default: those of all)")
    parser.add_argument("--record", action="store_true", help="write what was run into the posts' tested.json")
    parser.add_argument("--measure", action="store_true", help="run the posts' measure.py first, and record")
    options = parser.parse_args(arguments)
    root = Path.cwd()
    folders = [Path(path).parent for path in posts_in(root)[0]]
    chosen = [_folder(root, Path(post)) for post in options.posts] or folders
    for post in chosen:
        if post not in folders:
            parser.error(f"POST must be the folder of a post, posts/<year>/<slug>: {str(post)!r}")
    if options.measure and not all(measure(root, post) for post in chosen):
        return 1
    outcomes = []
    for post in chosen:  # one after the other: what measures or waits wants the machine for itself
        if outcome := run_post(root, post):
            print(outcome.said, flush=True)
            if (options.record or options.measure) and outcome.record:
                (root / outcome.path / RECORD).write_text(run_record_json(outcome.record), encoding="utf-8")
            outcomes.append(outcome)
    status = tell([fault for outcome in outcomes for fault in outcome.faults])
    return status or int(any(not outcome.record for outcome in outcomes))


def _folder(root: Path, post: Path) -> Path:
    """Return the folder of a post, relative to the site's *root*, of which *post* is the path or that of its text."""
    path = post.relative_to(root) if post.is_relative_to(root) else post
    return path.parent if path.name == "index.md" else path


def measure(root: Path, folder: Path) -> bool:
    """Measure again what the post in *folder*, relative to the site's *root*, tells of; tell whether that went well."""
    results = root / folder / RESULTS
    if not (root / folder / MEASURE).is_file():
        return True
    before = results.stat().st_mtime_ns if results.exists() else 0
    try:
        command = [environment.python(root / folder), MEASURE]
    except RuntimeError as error:
        print(error)
        return False
    variables = os.environ | {"PYTHONPATH": str(HOUSE)}
    if subprocess.run(command, cwd=root / folder, env=variables, check=False).returncode:
        return False
    if not results.exists() or results.stat().st_mtime_ns == before:
        print(f"{folder.as_posix()}/{MEASURE}:1:1: program must write {RESULTS} by services.results.save(__file__, …)")
        return False
    return True


def run_post(root: Path, folder: Path) -> Outcome | None:
    """Run the tests in a post's *folder*, relative to the site's *root*; None where it has nothing that could be run."""
    name = folder.as_posix()
    declared = outline((root / folder / "index.md").read_text(encoding="utf-8", errors="replace"))
    blocks = blocks_to_run(declared)
    if not blocks and not any((root / folder).rglob(TESTS)):
        return None
    with tempfile.TemporaryDirectory(prefix="post-tests-") as scratch:
        work = Path(scratch)
        coverage = _configure(work, root / folder)
        notes, observed, given = work / "services", work / "observed.json", work / "blocks.json"
        given.write_text(json.dumps([_as_json(block) for block in blocks]), "utf-8")
        try:
            python = environment.python(root / folder)
        except RuntimeError as error:
            return Outcome(name, str(error), None)
        variables = {"PYTHONPATH": str(HOUSE), NOTES: str(notes), "PYTHONDONTWRITEBYTECODE": "1"}
        options = ["-p", "lab.pytest_plugin", "-p", "no:cacheprovider", "-p", "no:xdist"]
        own = [f"--rootdir={root / folder}", f"-c{os.devnull}", f"--blocks={given}", f"--observed={observed}"]
        command = [python, "-m", "coverage", "run", f"--rcfile={coverage}", "-m", "pytest", "-q", *options, *own]
        began = time.monotonic()
        status, said = run(command, root / folder, os.environ | PLAIN_TERMINAL | variables, SECONDS)
        seconds = time.monotonic() - began
        seen = json.loads(observed.read_text(encoding="utf-8")) if observed.exists() else {"faults": []}
        blocks_wrong = (must(what_must_be, Located(what_is, line)) for line, what_must_be, what_is in seen["faults"])
        programs_left = (must("test must end what it starts", Located(left)) for left in end_what_is_left(notes))
        wrong = [*_coded(f"{name}/index.md", blocks_wrong), *_coded(name, programs_left)]
        if status:
            return Outcome(name, f"{name}:\n{said}", None, tuple(wrong))
        servers = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
        shown = listings_of(declared, read_folder(root / folder))
        record = record_of(root / folder, shown, seen, servers, lines_run(coverage, root / folder))
    missing = _coded(f"{name}/index.md", not_run(shown, record, "found by running them"))
    again = stale(read_folder(root / folder), f"make refresh POST={name}", root / "posts")
    changed = _coded(f"{name}/{RESULTS}", again, "measured")
    counts = ", ".join(f"{count} {kind}" for kind, count in seen["counts"].items() if count)
    return Outcome(name, f"{name}: {counts} in {seconds:.0f} s", record, (*wrong, *missing, *changed))


def _coded(path: str, findings: Iterable[Finding], code: str = "tested") -> list[Fault]:
    """Return the faults at *path*; they are found by running what a rule can only ask for."""
    return faults(path, (finding._replace(code=code) for finding in findings))


def _as_json(block: Block) -> dict[str, Any]:
    """Return *block* as lab.blocks reads it from JSON; the lines of its steps count from 1 in the file of the post."""
    shown = steps(block.at.text, block.content) if block.at.text in PROMPTS else []
    lines = [
        asdict(step) | {"line": block.row + step.line, "output_line": block.row + step.output_line} for step in shown
    ]
    return {"line": block.at.line, "language": block.at.text, "content": block.content, "steps": lines}


def _configure(work: Path, folder: Path) -> Path:
    """Write how coverage is measured of what runs in *folder*, in all processes, and return the path of that file."""
    config = work / "how.ini"
    config.write_text(
        "[run]\nparallel = true\nsigterm = true\npatch =\n    subprocess\n    fork\n    _exit\n"
        f"source = {folder}\ndata_file = {work / 'coverage'}\n",
        encoding="utf-8",
    )
    return config


def lines_run(config: Path, folder: Path) -> dict[str, set[int]]:
    """Return the lines that were run of each Python file in *folder*, by its path there."""
    coverage = Coverage(config_file=str(config))
    coverage.combine()
    data = coverage.get_data()
    return {
        Path(file).relative_to(folder).as_posix(): set(data.lines(file) or ())
        for file in data.measured_files()
        if Path(file).is_relative_to(folder)
    }


def record_of(
    folder: Path, shown: Iterable[Listing], seen: dict[str, Any], servers: Iterable[str], ran: dict[str, set[int]]
) -> Record:
    """Return what is to be recorded of a run of the tests in *folder*, of the listings that its post has *shown*.

    *seen* is the JSON that lab.pytest_plugin has written, *servers* are the titles of those that were started, and *ran* has the
    lines that were run of each file, by its path in *folder*.
    """
    lines = set(seen["blocks"])
    files = {}
    blocks = set()
    for listing in shown:
        path = listing.path
        if not path and listing.at.line in lines:
            blocks.add(listing.hash)
        elif path in ran or path in seen["used"]:
            source = (folder / path).read_text(encoding="utf-8", errors="replace") if path in ran else ""
            functions = functions_in(source, range(1, sys.maxsize))
            called = frozenset(name for name, line in functions.items() if line in ran[path])
            files[path] = FileRun(listing.hash, called, tuple(seen["releases"].get(path, ())))
    return Record(
        day=today(),
        tested_with=tuple(dict.fromkeys([f"Python {seen['python']}", *servers])),
        files=files,
        blocks=frozenset(blocks),
    )


if __name__ == "__main__":
    sys.exit(main())
