"""Runs the blocks in a post's own text, in the order of the text, and compares what they print with what the post shows."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sybil import Document, Example, Lexeme, Region
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser

from lab import programs
from lab.observer import Observer
from lab.postgres import postgres
from lab.processes import run

BLOCK_SECONDS = 120
SEPARATOR = "--- under-load: next command ---"
"""What a session is made to print after each of its commands, to tell their outputs apart."""
AS_SHOWN = ELLIPSIS | NORMALIZE_WHITESPACE
"""How output is compared: ``...`` or ``…`` stands for any text, and white space is as much as there is room for."""


class Blocks:
    """The blocks of a post, run in order in a copy of its folder: each sees what those before it have left there.

    *blocks* are mappings as lab.runner writes them: ``line``, ``language``, ``content`` and, of a session, its ``steps``, each
    with ``line``, ``command``, ``output_line`` and ``output``; lines count from 1 in the file of the post.
    """

    def __init__(self, observer: Observer, blocks: Iterable[Mapping[str, Any]]) -> None:
        self.observer, self.blocks = observer, list(blocks)
        self.stack = ExitStack()

    @cached_property
    def scratch(self) -> Path:
        """The copy of the post's folder."""
        place = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="post-"))
        copy = Path(place, self.observer.folder.name)
        with self.observer.pause():
            shutil.copytree(self.observer.folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
        self.observer.places.append(copy.resolve())
        return copy

    @cached_property
    def database(self) -> str:
        """The URL of a PostgreSQL of the post's own."""
        return self.stack.enter_context(postgres()).url

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
