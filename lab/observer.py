"""What the tests of a post use: which of its files they open or hand to other programs, and which packages its files import."""

import ast
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from typing import Any


class Observer:
    """What the tests of a post did with the files of its *folder*."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.places = folder, [folder]
        self.used: set[str] = set()
        self.blocks: list[int] = []
        """The lines of the blocks that were run and passed."""
        self.faults: list[tuple[int, str, str]] = []
        """Of the blocks that did not pass: the line, what must be, and what is."""
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
