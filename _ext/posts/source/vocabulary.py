"""The tags, authors and series that a post may name: ``posts/tags.toml``, ``posts/authors.toml``, ``posts/series.toml``."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from _ext.posts.source import limits
from _ext.posts.source.addresses import broken, is_local
from _ext.posts.source.characters import REFUSED
from _ext.posts.source.faults import Fault, Finding, Findings, Located, Of, faults, must, must_have, rule

TAGS = "posts/tags.toml"
AUTHORS = "posts/authors.toml"
SERIES = "posts/series.toml"

HEADER = re.compile(r"^[ \t]*\[?[ \t]*[\"']?([^\"'\]\s=]+)", re.MULTILINE)
URL = re.compile(r"https://[!#-;=?-Z\[\]_a-z~]+")  # no quotes, angle brackets, spaces or backslashes
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Tag:
    """A subject that posts share."""

    slug: str
    label: str
    description: str


@dataclass(frozen=True)
class Author:
    """Somebody who may sign a post."""

    key: str
    name: str
    url: str
    line: str


@dataclass(frozen=True)
class Series:
    """Posts that are parts of one whole."""

    slug: str
    title: str
    description: str


Entry = TypeVar("Entry", Tag, Author, Series)


@dataclass(frozen=True)
class Vocabulary:
    """All tags by label, all authors by key and all series by slug."""

    tags: Mapping[str, Tag] = field(default_factory=dict)
    authors: Mapping[str, Author] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)


def read_vocabulary(root: Path) -> tuple[Vocabulary, list[Fault]]:
    """Return the vocabulary of the site at *root*, and the faults in its files; a blog without series needs no file."""
    tags, tag_faults = _read_tables(root, TAGS, Tag)
    authors, author_faults = _read_tables(root, AUTHORS, Author)
    series, series_faults = _read_tables(root, SERIES, Series) if (root / SERIES).exists() else ({}, [])
    known = Vocabulary({tag.label: tag for tag in tags.values()}, authors, series)
    return known, tag_faults + author_faults + series_faults


def _read_tables(root: Path, path: str, kind: type[Entry]) -> tuple[dict[str, Entry], list[Fault]]:
    """Return what the tables of the TOML file at *path* are that have just the fields of a *kind*, and a fault for the rest."""
    sound: dict[str, dict[str, str]] = {}
    _, *names = (each.name for each in fields(kind))
    found = faults(path, vocabulary(root / path, names, sound))
    return {key: kind(key, **table) for key, table in sound.items()}, found


@rule(Of.SITE)
def vocabulary(file: Path, names: Sequence[str], sound: dict[str, dict[str, str]]) -> Findings:
    """A file of the vocabulary is TOML, a table for each tag, author or series. Fills *sound* with those that are."""
    if file.is_symlink() or (file.exists() and not file.is_file()):
        yield Finding(Located(""), "file must be a plain file: 'a link, folder or device'")
        return
    try:
        with file.open("rb") as opened:
            text = opened.read(limits.VOCABULARY_FILE + 1).decode("utf-8-sig")
    except OSError as error:
        yield Finding(Located(""), f"file must exist: {error.strerror!r}")
        return
    except UnicodeDecodeError as error:
        yield Finding(Located(""), f"file must be UTF-8: {error.reason!r}")
        return
    if len(text) > limits.VOCABULARY_FILE:
        yield must(f"file must have at most {limits.VOCABULARY_FILE:,} bytes", Located(text))
        return
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a plain ValueError
        # The position is an attribute only from Python 3.14 on; the message has it in all versions.
        position = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(position[1]), int(position[2])) if position else (text.count("\n") + 1, 1)
        yield Finding(Located("", line, column), f"file must be TOML: {error}")
        return
    headers = {match[1]: text.count("\n", 0, match.start()) + 1 for match in HEADER.finditer(text)}
    taken: set[str] = set()
    for key, table in tables.items():
        header = Located(key, headers.get(key, 1))
        findings = list(_table_findings(header, table, names))
        name = "" if findings else _likeness(table[names[0]])
        if name in taken:
            findings.append(must("name must be unique", Located(table[names[0]], header.line)))
        yield from findings
        if not findings:
            taken.add(name)
            sound[key] = table


def _likeness(name: str) -> str:
    """Return what *name* looks like, letter case and signs that are not seen aside."""
    seen = (character for character in name if unicodedata.category(character) != "Cf")
    return unicodedata.normalize("NFKC", "".join(seen)).casefold().strip()


def _table_findings(header: Located, table: Any, names: Sequence[str]) -> Findings:
    """A table is named by a slug and has exactly the fields of its kind, each a line of text."""
    if not SLUG.fullmatch(header.text):
        yield must("table name must be lower-case letters, digits and single hyphens", header)
    if not isinstance(table, dict):
        yield must(f"entry must be a table with {', '.join(names)}", header)
        return
    for name in names:
        value = table.get(name)
        at = Located(value if isinstance(value, str) else "", header.line)
        if not _likeness(at.text):
            yield must_have(f"table [{header.text}] must have a line of text {name}", header)
        elif what := _what_field_must_be(name, at.text, is_name=name == names[0]):
            yield must(what, at)
    for name in table:
        if name not in names:
            yield must(f"field must be one of {', '.join(names)}", Located(name, header.line))


def _what_field_must_be(name: str, text: str, *, is_name: bool) -> str | None:
    if text != text.strip() or REFUSED.search(text) or re.search(r"[\t\n]", text):
        return f"{name} must be one line of text, without space around it"
    if len(text) > limits.VOCABULARY_FIELD:
        return f"{name} must have at most {limits.VOCABULARY_FIELD} characters"
    if name == "url" and (not URL.fullmatch(text) or broken(text) or is_local(text)):
        return "url must begin with https:// and a host that every reader can reach"
    return f"{name} must have no comma" if is_name and "," in text else None
