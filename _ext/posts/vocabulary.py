"""The tags, authors and series that a post may name: ``posts/tags.toml``, ``posts/authors.toml``, ``posts/series.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .faults import Fault, Finding, Findings, Located, faults, must, must_have, rule
from .rules.text import REFUSED

TAGS = "posts/tags.toml"
AUTHORS = "posts/authors.toml"
SERIES = "posts/series.toml"

HTTPS = re.compile(r"https://[^\s/?#\\@]+\.[^\s/?#\\@]+([/?#][^\s]*)?")
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


@dataclass(frozen=True)
class Vocabulary:
    """All tags by label, all authors by key and all series by slug."""

    tags: Mapping[str, Tag] = field(default_factory=dict)
    authors: Mapping[str, Author] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)


def read_vocabulary(root: Path) -> tuple[Vocabulary, list[Fault]]:
    """Return the vocabulary of the site at *root*, and the faults in its files; a blog without series needs no file."""
    tags, tag_faults = _read_tables(root, TAGS, ("label", "description"))
    authors, author_faults = _read_tables(root, AUTHORS, ("name", "url", "line"))
    series, series_faults = (
        _read_tables(root, SERIES, ("title", "description")) if (root / SERIES).exists() else ({}, [])
    )
    known = Vocabulary(
        tags={table["label"]: Tag(slug, **table) for slug, table in tags.items()},
        authors={key: Author(key, **table) for key, table in authors.items()},
        series={slug: Series(slug, **table) for slug, table in series.items()},
    )
    return known, tag_faults + author_faults + series_faults


Tables = dict[str, dict[str, str]]


def _read_tables(root: Path, path: str, fields: tuple[str, ...]) -> tuple[Tables, list[Fault]]:
    """Return the tables of the TOML file at *path* that have just *fields*, and a fault for what else is in it."""
    sound: Tables = {}
    return sound, faults(path, vocabulary(root / path, fields, sound))


@rule
def vocabulary(file: Path, fields: tuple[str, ...], sound: Tables) -> Findings:
    """A file of the vocabulary is TOML, a table for each tag, author or series. Fills *sound* with those that are."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        yield Finding(Located(""), f"file must exist: {error.strerror!r}")
        return
    except UnicodeDecodeError as error:
        yield Finding(Located(""), f"file must be UTF-8: {error.reason!r}")
        return
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        # The position is an attribute only from Python 3.14 on; the message has it in all versions.
        position = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(position[1]), int(position[2])) if position else (text.count("\n") + 1, 1)
        yield Finding(Located("", line, column), f"file must be TOML: {error}")
        return
    for key, table in tables.items():
        header = _header(text, key)
        findings = list(_table_findings(header, table, fields)) or list(_repeated(header, table[fields[0]], sound))
        yield from findings
        if not findings:
            sound[key] = table


def _header(text: str, key: str) -> Located:
    """Return where the table *key* begins."""
    header = re.search(rf"^[ \t]*\[?\"?{re.escape(key)}\b", text, re.MULTILINE)
    return Located(key, text.count("\n", 0, header.start()) + 1 if header else 1)


def _table_findings(header: Located, table: Any, fields: tuple[str, ...]) -> Findings:
    """A table is named by a slug and has exactly the fields of its kind, each a line of text."""
    if not SLUG.fullmatch(header.text):
        yield must("table name must be lower-case letters, digits and single hyphens", header)
    if not isinstance(table, dict):
        yield must(f"entry must be a table with {', '.join(fields)}", header)
        return
    for name in fields:
        value = table.get(name)
        if not isinstance(value, str) or not value.strip():
            yield must_have(f"table [{header.text}] must have a line of text {name}", header)
        elif value != value.strip() or REFUSED.search(value) or re.search(r"[\t\n]", value):
            yield must(f"{name} must be one line of text, without space around it", Located(value, header.line))
        elif name == "url" and not HTTPS.fullmatch(value):
            yield must("url must begin with https:// and a host", Located(value, header.line))
    for name in table:
        if name not in fields:
            yield must(f"field must be one of {', '.join(fields)}", Located(name, header.line))
    if "," in str(table.get(fields[0], "")):
        yield must(f"{fields[0]} must have no comma", Located(table[fields[0]], header.line))


def _repeated(header: Located, name: str, sound: Mapping[str, Mapping[str, str]]) -> Findings:
    """No two tags share a label and no two authors a name, letter case aside."""
    if any(name.casefold() == next(iter(other.values())).casefold() for other in sound.values()):
        yield must("name must be unique", Located(name, header.line))
