"""A pytest plugin: runs the blocks of a post's own text as tests, and notes what the post's tests open and hand to programs.

It works in the environment of the post, which may differ from ours: so it imports nothing of what reads posts, and is told of
the blocks by the command that loads it (lab.runner).
"""

from __future__ import annotations

import ast
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from importlib.metadata import distribution, packages_distributions
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from sybil import Document, Example, Lexeme, Region, Sybil
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser

from lab.processes import run

BLOCK_SECONDS = 120
SEPARATOR = "--- under-load: next command ---"
AS_SHOWN = ELLIPSIS | NORMALIZE_WHITESPACE
"""How output is compared: ``...`` or ``…`` stands for any text, and white space is as much as there is room for."""


class Observer:
    """What the tests of a post did with the files of its *folder*."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.places = folder, [folder]
        self.used: set[str] = set()
        self.blocks: list[int] = []
        """The lines of the blocks that were run and passed."""
        self.faults: list[tuple[int, str, str]] = []
        """Of the blocks that did not: the line, what must be, and what is."""
        self.paused = False
        sys.addaudithook(self._note)  # there is no way to take it away, hence `paused`

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.paused:
            return
        if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            self._use(os.fsdecode(arguments[0]))
        elif event == "subprocess.Popen":
            for part in arguments[1] if isinstance(arguments[1], list | tuple) else [arguments[1]]:
                if isinstance(part, str | bytes | os.PathLike):
                    self._use(os.fsdecode(part), os.fsdecode(arguments[2] or ""))

    def _use(self, path: str, cwd: str = "") -> None:
        absolute = os.path.normpath(os.path.join(os.getcwd(), cwd, path))  # noqa: PTH109, PTH118 - a hook must be quick
        for place in self.places:
            if absolute.startswith(f"{place}{os.sep}"):
                self.used.add(os.path.relpath(absolute, place).replace(os.sep, "/"))

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Note nothing, since what is done is not the tests' doing."""
        self.paused = True
        try:
            yield
        finally:
            self.paused = False


class Blocks:
    """The blocks of a post, run in order in a copy of its folder: each sees what those before it have left there."""

    def __init__(self, observer: Observer, blocks: Iterable[Mapping[str, Any]]) -> None:
        self.observer, self.blocks = observer, list(blocks)
        self.stack = ExitStack()
        self._scratch: Path | None = None
        self._database = ""

    @property
    def scratch(self) -> Path:
        """The copy of the post's folder."""
        if not self._scratch:
            copy = Path(
                self.stack.enter_context(tempfile.TemporaryDirectory(prefix="post-")), self.observer.folder.name
            )
            with self.observer.pause():
                shutil.copytree(self.observer.folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
            self.observer.places.append(copy.resolve())
            self._scratch = copy
        return self._scratch

    @property
    def database(self) -> str:
        """The URL of a PostgreSQL of the post's own."""
        if not self._database:
            from lab.postgres import postgres  # here, since few posts need it

            self._database = self.stack.enter_context(postgres()).url
        return self._database

    def regions(self, document: Document) -> Iterator[Region]:
        """Yield the blocks as Sybil wants them."""
        starts = [0]
        for line in document.text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        for block in self.blocks:
            start = starts[block["line"] - 1]
            yield Region(start, start + 1, block, self.run)

    def run(self, example: Example) -> str | None:
        """Run one block; return what is wrong with it, or raise what it raises."""
        block, told = example.parsed, len(self.observer.faults)
        try:
            said: str | None = getattr(self, f"_{block['language']}")(example, block)
        except BaseException as error:
            self.observer.faults.append((example.line, "block must run", f"{type(error).__name__}: {error}"))
            raise
        if not said:
            self.observer.blocks.append(example.line)
        elif len(self.observer.faults) == told:
            self.observer.faults.append((example.line, "block must run as it is shown", said))
        return said

    def _python(self, example: Example, block: Mapping[str, Any]) -> str | None:
        sys.path.insert(0, str(self.scratch))
        example.parsed = Lexeme(block["content"], 0, 0)
        try:
            PythonEvaluator()(example)
        finally:
            sys.path.remove(str(self.scratch))
        return None

    def _pycon(self, example: Example, block: Mapping[str, Any]) -> str | None:
        evaluate = DocTestEvaluator(AS_SHOWN)
        for region in DocTestStringParser()(block["content"], example.path):
            one = Example(example.document, example.line, 0, region, example.namespace)
            if said := evaluate(one):
                return str(said)
        return None

    def _bash(self, _: Example, block: Mapping[str, Any]) -> str | None:
        status, said = self._shell("-e", "-c", block["content"])  # -e: no command may fail, as in a test
        return None if status == 0 else f"status {status}: {said}"

    def _console(self, _: Example, block: Mapping[str, Any]) -> str | None:
        script = "\n".join(f"{step['command']}\necho '{SEPARATOR}'" for step in block["steps"])
        return self._compared(block["steps"], *self._shell("-c", script))

    def _shell(self, *arguments: str) -> tuple[int, str]:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        return run(["bash", *arguments], self.scratch, os.environ | {"PATH": path}, BLOCK_SECONDS)

    def _sql(self, _: Example, block: Mapping[str, Any]) -> str | None:
        status, said = self._client(block["content"], "--set=ON_ERROR_STOP=1", "--quiet")
        return None if status == 0 else said

    def _psql(self, _: Example, block: Mapping[str, Any]) -> str | None:
        script = "\n".join(f"{step['command']}\n\\echo '{SEPARATOR}'" for step in block["steps"])
        return self._compared(block["steps"], *self._client(script))

    def _compared(self, steps: Sequence[Mapping[str, Any]], status: int, said: str) -> str | None:
        wrong = list(differences(steps, said))
        self.observer.faults += wrong
        return f"status {status}; what was said:\n{said.replace(SEPARATOR, '')}" if wrong else None

    def _client(self, given: str, *options: str) -> tuple[int, str]:
        from lab import programs

        client = [str(programs.postgres() / "psql"), "--no-psqlrc", f"--dbname={self.database}"]
        return run([*client, *options], self.scratch, os.environ, BLOCK_SECONDS, given)


def differences(steps: Sequence[Mapping[str, Any]], said: str) -> Iterator[tuple[int, str, str]]:
    """Yield where what was *said* is not what the post shows of its *steps*: the line, what must be, and what is."""
    *got, rest = said.split(f"{SEPARATOR}\n")
    for step, real in zip(steps, got, strict=False):
        shown = step["output"]
        if OutputChecker().check_output(shown.replace("…", "...").strip() + "\n", real.strip() + "\n", AS_SHOWN):
            continue
        lines, real_lines = shown.rstrip().splitlines(), real.rstrip().splitlines()
        if "…" in shown or "..." in shown:
            yield step["output_line"], f"output must be {real.strip()!r}", shown.strip()
            continue
        pairs = enumerate(zip_longest(lines, real_lines))
        at, (line, real_line) = next((at, pair) for at, pair in pairs if pair[0] != pair[1])
        must = "output must end before this line" if real_line is None else f"output must be {real_line!r}"
        yield step["output_line"] + at, must, line or ""
    for step in steps[len(got) : len(got) + 1]:
        yield step["line"], f"command must come back; it said {rest.strip()!r}", step["command"]


def imported(source: str) -> set[str]:
    """Return the first part of the name of each module that *source*, Python, imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def releases(folder: Path) -> dict[str, list[str]]:
    """Return what each Python file in *folder* imports that is installed, with its release: ``redis 8.1.0``."""
    installed = packages_distributions()
    found = {}
    for file in sorted(folder.rglob("*.py")):
        try:
            names = imported(file.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError):
            continue
        packages = {name for module in names for name in installed.get(module, ())}
        metadata = [distribution(name).metadata for name in packages]
        found[file.relative_to(folder).as_posix()] = sorted(
            {f"{entry['Name']} {entry['Version']}" for entry in metadata}, key=str.casefold
        )
    return found


OBSERVER = pytest.StashKey[Observer]()
BLOCKS = pytest.StashKey[Blocks]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--blocks", type=Path, help="what is to be run of the post's text, JSON")
    parser.addoption("--observed", type=Path, help="where to write what was seen, JSON")


def pytest_configure(config: pytest.Config) -> None:
    observer = Observer(config.rootpath.resolve())
    blocks = Blocks(observer, json.loads(config.getoption("blocks").read_text(encoding="utf-8")))
    config.stash[OBSERVER], config.stash[BLOCKS] = observer, blocks
    if blocks.blocks:
        sybil = Sybil(parsers=[blocks.regions], pattern="index.md", path=str(config.rootpath))
        config.pluginmanager.register(_Collector(sybil.pytest()))


class _Collector:
    def __init__(self, collect: Any) -> None:
        self.pytest_collect_file = collect


def pytest_sessionfinish(session: pytest.Session) -> None:
    observer, blocks = session.config.stash[OBSERVER], session.config.stash[BLOCKS]
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    with observer.pause():
        blocks.stack.close()
        seen = {
            "python": platform.python_version(),
            "used": sorted(observer.used),
            "blocks": observer.blocks,
            "releases": releases(observer.folder),
            "faults": observer.faults,
            "counts": {kind: len(reporter.stats.get(kind, ())) for kind in ("passed", "skipped")},
        }
        session.config.getoption("observed").write_text(json.dumps(seen), encoding="utf-8")
