"""The command ``python -m bench.mutants``: puts faults into the program, one at a time, and tells which the tests do not see.

Each fault stands at another place of `_ext` or `lab`, chosen at random. In a copy of the repository, the tests of the room in
which it stands run against it, but those that need the real site, a browser or a server. docs/mutants.md says how to read what
is printed. Exit status 0, or 1 where a room's tests fail without any fault.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

import parso
from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes
from cosmic_ray.operators.operator import Operator

from testing.sites import ROOT

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "_build", "__pycache__", "node_modules")
PYTEST = [sys.executable, "-m", "pytest", "--quiet", "--exitfirst", "--numprocesses=0", "-p", "no:cacheprovider"]
LIMITS = ["--fast", "--allow=site", "--allow=process", "--allow=fork"]
SECONDS = 900
"""How long the tests of a room may take. A fault with which they take longer is seen."""


class Misspell(Operator):
    """Puts two letters behind a text that is no docstring. cosmic-ray leaves texts alone, of which most tables are made."""

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        if node.type == "fstring_string" or (
            node.type == "string" and node.parent.type not in {"simple_stmt", "strings"}
        ):
            yield node.start_pos, node.end_pos

    def mutate(self, node: parso.tree.Leaf, index: int) -> parso.tree.Leaf:
        quotes = 0 if node.type == "fstring_string" else 3 if node.value.endswith(('"""', "'''")) else 1
        end = len(node.value) - quotes
        node.value = f"{node.value[:end]}XX{node.value[end:]}"
        return node

    examples = list


KINDS = [plugins.get_operator(name) for name in plugins.operator_names()]
OPERATORS = [Misspell(), *(kind() for kind in KINDS if not kind.arguments())]


class Mutant(NamedTuple):
    """A file with one fault in it."""

    path: str
    """Relative to the root of the repository."""
    line: int
    source: str
    """What the file holds with the fault."""

    def runs(self) -> list[str]:
        """Return the tests of the file, which see most, and those of its room."""
        narrow = f"{tests_of(self.path)}/test_{Path(self.path).stem}.py"
        return [*([narrow] if (ROOT / narrow).exists() else []), tests_of(self.path)]

    def diff(self) -> str:
        """Return what was changed, without the lines around it."""
        before = (ROOT / self.path).read_text(encoding="utf-8").splitlines()
        return "\n".join(list(unified_diff(before, self.source.splitlines(), n=0, lineterm=""))[3:])


def tests_of(path: str) -> str:
    """Return the folder with the tests of the room of the program's file at *path*: ``tests/feeds`` of ``_ext/feeds/atom.py``."""
    return f"tests/{path.removeprefix('_ext/').split('/')[0]}"


def is_annotation(node: parso.tree.NodeOrLeaf) -> bool:
    """Tell whether *node* stands in a type, of which nothing is asked when the program runs."""
    above = node.parent
    while above:
        kind = above.children[1] if above.type == "annassign" else getattr(above, "annotation", None)
        if kind and kind.start_pos <= node.start_pos < kind.end_pos:
            return True
        above = above.parent
    return False


def mutant_at_random(chance: random.Random, sources: dict[str, str]) -> Mutant | None:
    """Return one of the files *sources* with a fault at a place chosen by *chance*; None where none can be put there."""
    (path,) = chance.choices(list(sources), [len(source) for source in sources.values()])
    tree = parso.parse(sources[path])
    node = chance.choice(list(ast_nodes(tree)))
    options = [(operator, at) for operator in OPERATORS for at, _ in enumerate(operator.mutation_positions(node))]
    if not options or is_annotation(node):
        return None
    operator, at = chance.choice(options)
    siblings, line = node.parent.children, node.start_pos[0]
    place = siblings.index(node)
    changed = operator.mutate(node, at)
    siblings[place : place + 1] = [changed] if changed else []
    with suppress(SyntaxError):
        compile(source := tree.get_code(), path, "exec")
        return Mutant(path, line, source)
    return None


def passes(copy: Path, tests: str) -> bool:
    """Tell whether the *tests*, a file or a folder, pass in the *copy* of the repository."""
    variables, quiet = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}, subprocess.DEVNULL
    with subprocess.Popen(
        [*PYTEST, *LIMITS, tests], cwd=copy, env=variables, stdout=quiet, stderr=quiet, start_new_session=True
    ) as process:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(SECONDS) == 0
        os.killpg(process.pid, signal.SIGKILL)
    return False


def survives(mutant: Mutant, runs: Iterable[str], whole: str) -> bool:
    """Tell whether all *runs*, files or folders of tests, pass with *mutant* in a copy of the repository at *whole*."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as scratch:
        copy = Path(shutil.copytree(whole, f"{scratch}/copy"))
        (copy / mutant.path).write_text(mutant.source, encoding="utf-8")
        return all(passes(copy, tests) for tests in runs)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=60, help="how many faults (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="for the same faults again")
    options = parser.parse_args(arguments)
    files = sorted([*(ROOT / "_ext").rglob("*.py"), *(ROOT / "lab").rglob("*.py")])
    texts = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}
    sources = {path: text for path, text in texts.items() if (ROOT / tests_of(path)).is_dir()}
    chance, mutants = random.Random(options.seed), dict[Mutant, None]()
    while len(mutants) < options.count:
        if mutant := mutant_at_random(chance, sources):
            mutants[mutant] = None
    print(f"{options.count} faults; the same again: make mutants N={options.count} SEED={options.seed}", flush=True)

    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        whole = shutil.copytree(ROOT, f"{scratch}/whole", ignore=LEFT_OUT)
        sound = {tests_of(mutant.path): mutant._replace(source=sources[mutant.path]) for mutant in mutants}
        found = pool.map(lambda room: survives(sound[room], [room], whole), sound)
        if failing := [room for room, survived in zip(sound, found, strict=True) if not survived]:
            print(f"must pass without a fault: {', '.join(failing)}", file=sys.stderr)
            return 1
        survivors = 0
        found = pool.map(lambda mutant: survives(mutant, mutant.runs(), whole), mutants)
        for mutant, survived in zip(mutants, found, strict=True):
            if survived:
                survivors += 1
                print(f"\n{mutant.path}:{mutant.line}: its tests do not see this:\n{mutant.diff()}", flush=True)
    print(f"\n{options.count - survivors} of {options.count} seen ({1 - survivors / options.count:.0%})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
