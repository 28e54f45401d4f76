"""What the texts for people say of the repository is there: links, headings, files, the rooms."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from testing.sites import ROOT

TEXTS = [path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("*/*.md"))]
NOT_OURS = [".*", *(line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines())]
"""What no reader of the repository looks for: what is hidden, and what git ignores."""
PATH = re.compile(r"(?!posts/)[\w.-]+/[\w./-]*")
"""A path without a placeholder; those of posts are examples."""


def tokens(path: Path) -> Iterator[Token]:
    for token in MarkdownIt().enable("table").parse(path.read_text(encoding="utf-8")):
        yield from (token, *(token.children or ()))


def anchors(path: Path) -> set[str]:
    """Return the ids that GitHub gives the headings of a page."""
    headings = (after.content for token, after in pairwise(tokens(path)) if token.type == "heading_open")
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("text", TEXTS)
def test_a_link_within_the_repository_leads_somewhere(text: str) -> None:
    path = ROOT / text
    links = [str(token.attrs.get("href") or token.attrs.get("src") or "") for token in tokens(path)]
    for link in links:
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        if link and ":" not in link:
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("text", TEXTS)
def test_a_file_that_is_named_is_there(text: str) -> None:
    named = {token.content for token in tokens(ROOT / text) if token.type == "code_inline"}
    heads = {name: name.split("/")[0] for name in named if PATH.fullmatch(name)}
    of_ours = {name for name, head in heads.items() if head not in NOT_OURS and (ROOT / head).is_dir()}
    assert {name for name in of_ours if not (ROOT / name).exists()} == set()


def test_the_readme_names_each_room_and_each_entry_once() -> None:
    (tree,) = [token.content for token in tokens(ROOT / "README.md") if token.type == "code_block"]
    named = [name for line in tree.splitlines() for name in line.split("  ")[0].split()]
    rooms = {f"{face.parent.relative_to(ROOT).as_posix()}/" for face in ROOT.glob("_ext/*/**/__init__.py")}
    entries = {path.name + "/" * path.is_dir() for path in ROOT.iterdir()}
    ours = {entry for entry in entries if not any(fnmatch(entry.strip("/"), pattern) for pattern in NOT_OURS)}
    assert sorted(named) == sorted(rooms | ours)
