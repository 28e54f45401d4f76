"""What the tests of a post have run: the record that lies in its folder, and what the post shows that must be in it.

A listing that nobody has run is folklore. So each file that a post shows, and each block of a language that can be run where
it stands, was run by the post's tests as it is now, or says to the reader why not (its option ``untested``).
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType

from _ext.posts.evidence.python_code import definitions, functions_in
from _ext.posts.source.faults import Located
from _ext.posts.source.folder import Folder
from _ext.posts.source.grammar import LINE_NUMBERS
from _ext.posts.source.outline import Outline

RECORD = "tested.json"
"""The file in a post's folder; ``make record`` writes it."""
RUN_IN_PLACE = frozenset(["bash", "console", "psql", "pycon", "python", "sql"])
"""The languages of the blocks that are run from the post's own text."""
OPTION = "untested"


@dataclass(frozen=True)
class FileRun:
    """A file as the tests have run it, or read it where it is no Python."""

    sha256: str
    functions: frozenset[str] = frozenset()
    """The dotted names of the functions in it that were called."""
    tested_with: tuple[str, ...] = ()
    """What it imports, with its release: ``redis 8.1.0``."""


@dataclass(frozen=True)
class Record:
    """What the tests of a post have run, when, and with what."""

    day: dt.date | None = None
    """Of the run, in UTC; None where there was none."""
    tested_with: tuple[str, ...] = ()
    """Python and the servers, with their releases."""
    files: Mapping[str, FileRun] = field(default_factory=lambda: MappingProxyType({}))
    """By path in the post's folder."""
    blocks: frozenset[str] = frozenset()
    """The hashes of the blocks that were run in place."""


@dataclass(frozen=True)
class Block:
    """A block of code that is run in place."""

    at: Located
    """Its language."""
    content: str
    row: int
    """How many lines of the file are before its content."""


@dataclass(frozen=True)
class Listing:
    """A file or block of code that a post shows and that its tests have to run."""

    at: Located
    """The file's path as the post has it, or the language of the block."""
    path: str
    """The file in the post's folder; empty for a block."""
    hash: str
    """A hash of the whole file, or of the block."""
    functions: tuple[str, ...] = ()
    """The dotted names of the functions that it shows, Python that has something to run in it."""


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of *content* in hexadecimal digits."""
    return sha256(content).hexdigest()


def block_hash(content: str) -> str:
    """Return the name of a block in a record: 16 digits of the SHA-256 of its *content* without white space around it."""
    return sha256_of(content.strip().encode())[:16]


def blocks_to_run(declared: Outline) -> list[Block]:
    """Return the blocks that are run in place, in the document's order."""
    plain = [Block(block.language, block.content, block.language.line) for block in declared.code]
    directives = [found for found in declared.named("code-block") if not found.option(OPTION)]
    named = [Block(found.argument, found.content, found.body_row) for found in directives]
    found = [block for block in (*plain, *named) if block.at.text in RUN_IN_PLACE]
    return sorted(found, key=lambda block: (block.at.line, block.at.column))


def listings_of(declared: Outline, folder: Folder) -> list[Listing]:
    """Return the listings of a post that its tests must run: blocks and files of its *folder*, but not missing files."""
    found = [Listing(block.at, "", block_hash(block.content)) for block in blocks_to_run(declared)]
    for directive in declared.named("literalinclude"):
        if not directive.option(OPTION) and (file := folder.get(directive.argument.text)):
            source, hash_ = folder.text(file.path), sha256_of(folder.read(file.path))
            functions = functions_in(source, shown_lines(source, directive.values)) if file.suffix == ".py" else ()
            found.append(Listing(directive.argument, file.path, hash_, tuple(functions)))
    return found


def shown_lines(source: str, options: Mapping[str, str]) -> Sequence[int]:
    """Return the numbers of the lines of *source* that a ``literalinclude`` with *options* shows.

    See sphinx.directives.code.LiteralIncludeReader.
    """
    lines = source.splitlines()
    first, end = 1, len(lines) + 1
    if (name := options.get("pyobject")) and (node := definitions(source).get(name)):
        decorated = [decorator.lineno for decorator in node.decorator_list]
        first, end = min([node.lineno, *decorated]), (node.end_lineno or node.lineno) + 1
    if LINE_NUMBERS.pattern.fullmatch(numbers := options.get("lines", "")):
        ranges = [part.strip().split("-") for part in numbers.split(",")]
        spans = [range(int(part[0] or 1), min(int(part[-1] or len(lines)), len(lines)) + 1) for part in ranges]
        return [number for span in spans for number in span]
    for name, after in (("start-at", 0), ("start-after", 1)):
        if mark := options.get(name):
            first = _line_with(mark, lines, range(first, end), first) + after
    for name, after in (("end-at", 1), ("end-before", 0)):
        if mark := options.get(name):
            end = _line_with(mark, lines, range(first + (after == 0), end), end) + after
    return range(first, min(end, len(lines) + 1))


def _line_with(mark: str, lines: Sequence[str], numbers: Iterable[int], otherwise: int) -> int:
    return next((number for number in numbers if mark in lines[number - 1]), otherwise)


def parse_run_record(content: bytes) -> Record:
    """Return the record that the JSON in *content* is; raises ValueError where it is none."""
    try:
        found = json.loads(content)
        return Record(
            day=dt.date.fromisoformat(found["date"]),
            tested_with=tuple(map(str, found["with"])),
            files={
                str(path): FileRun(str(run["sha256"]), frozenset(run.get("functions", ())), tuple(run.get("with", ())))
                for path, run in found["files"].items()
            },
            blocks=frozenset(map(str, found["blocks"])),
        )
    except (AttributeError, KeyError, RecursionError, TypeError) as error:
        raise ValueError(str(error)) from error


def run_record_json(record: Record) -> str:
    """Return *record* as the text of its file: JSON, one listing a line, so that a change shows what has changed."""
    files = {
        path: {
            "sha256": run.sha256,
            **({"functions": sorted(run.functions)} if run.functions else {}),
            **({"with": list(run.tested_with)} if run.tested_with else {}),
        }
        for path, run in sorted(record.files.items())
    }
    lines = ",".join(f"\n  {json.dumps(path)}: {json.dumps(run)}" for path, run in files.items())
    return (
        f'{{\n "date": "{record.day}",\n "with": {json.dumps(list(record.tested_with))},\n'
        f' "files": {{{lines}}},\n "blocks": {json.dumps(sorted(record.blocks))}\n}}\n'
    )
