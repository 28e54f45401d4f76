"""What a post's tests have run: what is asked of a listing, and what its reader is told."""

from pathlib import Path

import pytest
from docutils import nodes

from _ext.content.listing_notes import tested_with as releases_told
from _ext.posts import read_posts
from _ext.posts.evidence.run_record import FileRun, Record, sha256_of, shown_lines
from testing.sites import Build, as_if_tested, texts, write_post
from tests.hostile.corpus import lay_base

FOLDER = "posts/2024/pools"
POOL = "import sqlite3\n\n\ndef connect():\n    return 1\n\n\nclass Pool:\n    def get(self):\n        return 2\n"
LISTING = "```{literalinclude} pool.py\n:language: python\n```"


def lay(root: Path, text: str, *, tested: bool = True) -> None:
    """Write a post of *text* with the file pool.py into the site at *root*."""
    write_post(root, "pools", "2024-01-02", text)
    (root / FOLDER / "pool.py").write_text(POOL)
    if tested:
        as_if_tested(root / FOLDER)


def faults(root: Path) -> list[str]:
    return [fault.message for fault in read_posts(root).faults]


def test_a_listing_that_changed_by_one_character_must_be_run_again(tmp_path: Path) -> None:
    lay(tmp_path, LISTING)
    (tmp_path / FOLDER / "pool.py").write_text(POOL.replace("2", "3"))
    again = "listing must be run again since it has changed (make record POST=posts/2024/pools): 'pool.py'"
    assert again in faults(tmp_path)


def test_a_block_that_changed_by_one_character_must_be_run_again(tmp_path: Path) -> None:
    lay(tmp_path, "```python\nprint(1)\n```")
    index = tmp_path / FOLDER / "index.md"
    index.write_text(index.read_text().replace("print(1)", "print(2)"))
    must = "block must be run (make record POST=posts/2024/pools), or say why not in its option untested: 'python'"
    assert must in faults(tmp_path)


def test_a_reason_stands_for_a_test(tmp_path: Path) -> None:
    lay(tmp_path, LISTING.replace("python\n", "python\n:untested: it needs eight machines\n"), tested=False)
    assert not [message for message in faults(tmp_path) if "untested" in message]


@pytest.mark.parametrize(
    ("options", "first", "last"),
    [
        ({}, 1, 10),
        ({"pyobject": "Pool.get"}, 9, 10),
        ({"lines": "4-5"}, 4, 5),
        ({"start-at": "class", "end-at": "return"}, 8, 10),
        ({"start-after": "class"}, 9, 10),
        ({"end-before": "class"}, 1, 7),
    ],
)
def test_the_lines_that_are_shown(options: dict[str, str], first: int, last: int) -> None:
    shown = shown_lines(POOL, options)
    assert (shown[0], shown[-1]) == (first, last)


UNRUN = "```json\n{}\n```"


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (f"{UNRUN}\n\n{LISTING}\n\n{UNRUN}", ["Tested with Python 3.13.0, PostgreSQL 18.1 on May 30, 2025"]),
        ("```sql\nSELECT 1;\n```", ["Tested with PostgreSQL 18.1 on May 30, 2025"]),
        (LISTING.replace("python\n", "python\n:untested: it needs time\n"), ["Not tested: it needs time"]),
    ],
)
def test_a_reader_is_told_what_code_was_tested_with_or_why_not(build: Build, text: str, notes: list[str]) -> None:
    assert texts(build(edit=lambda root: lay(root, text)).page(FOLDER), ".tested") == notes


def test_a_note_stands_below_a_listing_with_a_caption(build: Build) -> None:
    site = build(edit=lambda root: lay(root, LISTING.replace("python\n", "python\n:caption: A pool\n")))
    (note,) = site.page(FOLDER).cssselect(".tested")
    assert "literal-block-wrapper" in note.getprevious().get("class")


def test_a_post_whose_listing_changed_is_still_shown_to_its_author(tmp_path: Path) -> None:
    lay_base(tmp_path)
    lay(tmp_path, LISTING, tested=False)
    assert [post.slug for post in read_posts(tmp_path).posts] == ["neighbour", "pools"]


def test_a_release_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "pool.py").write_text(POOL)
    run = FileRun(sha256_of(POOL.encode()), frozenset(), ("dramatiq 2.2.1",))
    record = Record(tested_with=("Python 3.13.0", "dramatiq 2.2.1"), files={"pool.py": run})
    block = nodes.literal_block(source=str(tmp_path / "pool.py"))
    assert releases_told(record, block, tmp_path) == ["Python 3.13.0", "dramatiq 2.2.1"]
