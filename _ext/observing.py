"""A pytest plugin: runs the blocks of a post's own text as tests, and notes what the post's tests open and hand to programs.

It works in the environment of the post, which may differ from ours: so it imports nothing of what reads posts, and is told of
the blocks by the command that loads it (_ext.post_tests).
"""

from __future__ import annotations

import ast
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from typing import Any

import pytest
from sybil import Document, Example, Lexeme, Region, Sybil
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser

BLOCK_SECONDS = 120
SEPARATOR = "--- under-load: next command ---"
PROMPTS = {"console": ("$ ",), "psql": ("=> ", "=# ", "postgres=# ")}
AS_SHOWN = ELLIPSIS | NORMALIZE_WHITESPACE
"""How output is compared: ``...`` or ``…`` stands for any text, and white space is as much as there is room for."""


class Observer:
    """What the tests of a post did with the files of its *folder*."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.places = folder, [folder]
        self.used: set[str] = set()
        self.blocks: list[int] = []
        """The lines of the blocks that were run and passed."""
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
            from services.postgres import postgres  # here, since few posts need it

            self._database = self.stack.enter_context(postgres()).url
        return self._database

    def regions(self, document: Document) -> Iterator[Region]:
        """Yield the blocks as Sybil wants them."""
        starts = [0]
        for line in document.text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        for block in self.blocks:
            start = starts[block["line"] - 1]
            yield Region(start, start + 1, (block["language"], block["content"]), self.run)

    def run(self, example: Example) -> str | None:
        """Run one block; return what is wrong with it, or raise what it raises."""
        language, content = example.parsed
        said: str | None = getattr(self, f"_{language}")(example, content)
        if not said:
            self.observer.blocks.append(example.line)
        return said

    def _python(self, example: Example, content: str) -> str | None:
        sys.path.insert(0, str(self.scratch))
        example.parsed = Lexeme(content, 0, 0)
        try:
            PythonEvaluator()(example)
        finally:
            sys.path.remove(str(self.scratch))
        return None

    def _pycon(self, example: Example, content: str) -> str | None:
        evaluate = DocTestEvaluator(AS_SHOWN)
        for region in DocTestStringParser()(content, example.path):
            one = Example(example.document, example.line, 0, region, example.namespace)
            if said := evaluate(one):
                return str(said)
        return None

    def _bash(self, _: Example, content: str) -> str | None:
        done = self._shell(content)
        return None if done.returncode == 0 else f"status {done.returncode}:\n{done.stdout}"

    def _console(self, _: Example, content: str) -> str | None:
        commands = list(transcript(content, PROMPTS["console"], "> "))
        script = "\n".join(f"{command}\necho '{SEPARATOR}'" for command, _ in commands)
        return differences(commands, self._shell(script).stdout)

    def _shell(self, script: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        return self._said(["bash", "-c", script], env=os.environ | {"PATH": path})

    def _sql(self, _: Example, content: str) -> str | None:
        done = self._said([*self._client(), "--set=ON_ERROR_STOP=1", "--quiet"], input=content)
        return None if done.returncode == 0 else done.stdout

    def _psql(self, _: Example, content: str) -> str | None:
        commands = list(transcript(content, PROMPTS["psql"], "-> "))
        script = "\n".join(f"{command}\n\\echo '{SEPARATOR}'" for command, _ in commands)
        return differences(commands, self._said(self._client(), input=script).stdout)

    def _client(self) -> list[str]:
        from services import programs

        return [str(programs.postgres() / "psql"), "--no-psqlrc", f"--dbname={self.database}"]

    def _said(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.scratch,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=BLOCK_SECONDS,
            **options,
        )


def transcript(content: str, prompts: tuple[str, ...], more: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a session and the output that is shown of it; a line that begins with *more* goes on with a command."""
    command: list[str] = []
    output: list[str] = []
    for line in content.splitlines():
        if prompt := next((prompt for prompt in prompts if line.startswith(prompt)), None):
            if command:
                yield "\n".join(command), "\n".join(output)
            command, output = [line.removeprefix(prompt)], []
        elif line.startswith(more) and not output:
            command.append(line.removeprefix(more))
        else:
            output.append(line)
    if command:
        yield "\n".join(command), "\n".join(output)


def differences(commands: list[tuple[str, str]], said: str) -> str | None:
    """Return where what was *said* is not what the post shows of its *commands*, or None."""
    got = said.split(f"{SEPARATOR}\n")
    wrong = [
        f"{command}\nshown:\n{shown}\nsaid:\n{real}"
        for (command, shown), real in zip(commands, [*got, *[""] * len(commands)], strict=False)
        if not OutputChecker().check_output(shown.replace("…", "...").strip() + "\n", real.strip() + "\n", AS_SHOWN)
    ]
    return "\n".join(wrong) or None


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
    with observer.pause():
        blocks.stack.close()
        seen = {
            "python": platform.python_version(),
            "used": sorted(observer.used),
            "blocks": observer.blocks,
            "releases": releases(observer.folder),
            "tests": session.testscollected,
        }
        session.config.getoption("observed").write_text(json.dumps(seen), encoding="utf-8")
