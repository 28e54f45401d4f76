"""Each limit is where it is said: exactly so much passes, and one more is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from _ext.posts import read_post, read_vocabulary
from _ext.posts.drawings.chart import chart_of
from _ext.posts.drawings.mathml import mathml
from _ext.posts.drawings.mermaid import diagram
from _ext.posts.drawings.safe_svg import SVG, unsafe_parts
from _ext.posts.evidence.measurements import rows_at
from _ext.posts.evidence.python_code import definitions
from _ext.posts.source import limits
from _ext.posts.source.folder import File, Folder
from testing.sites import ROOTS
from tests.posts.test_read_posts import LABELS, PATH, POST, VOCABULARY, faults

Refuses = Callable[[int], object]
"""Tells whether so much is refused."""


def text(of: Callable[[int], str]) -> Refuses:
    """Tell it of a post with a text *of* so much."""
    return lambda number: faults(POST.replace("Text.", of(number)))


def signs(sign: str) -> Refuses:
    """Tell it of a post with so many of a *sign* that is text."""
    return text(lambda number: f"\\{sign} " * (number % 999) + ("\n" + f"\\{sign} " * 999) * (number // 999))


def head(old: str, of: Callable[[int], str]) -> Refuses:
    return lambda number: faults(POST.replace(old, of(number)))


def beside(text: str, name: str, content: bytes) -> object:
    """Return what is wrong with a post of that *text* that has a file in its folder."""
    folder = Folder((File(name, True, False, len(content)),), lambda _: content)
    return read_post(PATH, f"{POST}\n{text}".encode(), VOCABULARY, folder)[1]


def tags(of: Callable[[int], str]) -> Refuses:
    """Tell it of a file of tags with so much in it."""

    def refuses(number: int) -> object:
        with TemporaryDirectory() as root:
            (Path(root) / "posts").mkdir()
            (Path(root) / "posts/authors.toml").write_bytes((ROOTS / "base/posts/authors.toml").read_bytes())
            (Path(root) / "posts/tags.toml").write_text(of(number), encoding="utf-8")
            return read_vocabulary(Path(root))[1]

    return refuses


def raises(draw: Callable[[int], object]) -> Refuses:
    def refuses(number: int) -> bool:
        try:
            draw(number)
        except ValueError:
            return True
        return False

    return refuses


def words(length: int) -> str:
    return ("a " * length)[: length - 1] + "b"


def code(language: str, length: int, most: int) -> str:
    """Return blocks of at most *most* characters in short lines, together of that *length*."""
    sizes = [most] * (length // most) + [length % most] * (length % most > 0)
    return "".join(f"```{language}\n{(('a' * 99 + chr(10)) * 202)[-size:]}```\n\n" for size in sizes)


def png(pixels: tuple[int, int]) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"".join(side.to_bytes(4, "big") for side in pixels) + bytes(9)


def svg(drawn: int) -> bytes:
    """Return an SVG that draws so many elements again, a hundred at a time and the rest one by one."""
    uses = '<use href="#a"/>' * (drawn // 100) + '<use href="#b"/>' * (drawn % 100)
    return f'<svg xmlns="{SVG}"><g id="a">{"<rect/>" * 99}</g><rect id="b"/>{uses}</svg>'.encode()


def chart(**options: str) -> object:
    return chart_of(RESULTS, "rows", {"x": "x", "y": "y"} | options)


def rows(rows: list[dict[str, Any]]) -> object:
    return rows_at({"rows": rows}, "rows", ["x"], numbers=["x"])


RESULTS = {"rows": [{"x": 1, "y": 2}]}
CHART = "```{chart} rows\n:x: x\n:y: y\n:alt: What grows with x\n```\n\n"
DIAGRAM = "```{mermaid}\n:alt: Two boxes and an arrow\n\nflowchart LR\n  a --> b\n```\n\n"
FILE = "```{literalinclude} a.txt\n:language: text\n:untested: words\n```\n\n"
PICTURE = "![Dots on a line](a.png)\n"
CASES: dict[str, tuple[int, Refuses]] = {
    "TEXT": (200_000, lambda number: faults((POST + ("word " * 19 + "word\n") * 2100)[: number - 1] + "\n")),
    "LINES": (10_000, lambda number: faults(POST + "\n" * (number - POST.count("\n") - 1))),
    "LINE": (20_000, text(words)),
    "WORD": (1_000, text(lambda number: "x" * number)),
    "SIGNS <": (8_000, signs("<")),
    "SIGNS [": (10_000, signs("[")),
    "SIGNS |": (20_000, signs("|")),
    "SIGNS *": (15_000, signs("*")),
    "SIGNS _": (15_000, signs("_")),
    "NESTING": (20, text(lambda number: "> " * (number - 1) + "x")),
    "NESTED_LINES": (5_000, text(lambda number: "```{note}\n" + "a\n" * number + "```")),
    "AMOUNTS headings": (200, text(lambda number: "## A\n\n" * (number - 1))),
    "AMOUNTS links": (500, text(lambda number: "[a site](https://a.org)\n" * number)),
    "AMOUNTS pictures": (100, text(lambda number: "![Dots](a.png)\n" * number)),
    "AMOUNTS footnotes and references to them": (
        200,
        text(lambda number: "a[^1]\n" * (number - 1) + "\n[^1]: A note."),
    ),
    "AMOUNTS roles": (500, text(lambda number: "{kbd}`A`\n" * number)),
    "AMOUNTS labels": (200, text(lambda number: "".join(f"(a-{label})=\n\na\n\n" for label in range(number)))),
    "AMOUNTS directives and code blocks": (400, text(lambda number: "```text\na\n```\n\n" * (number - 1))),
    "AMOUNTS cells in tables": (2_000, text(lambda number: "| a |\n| - |\n" + "| b |\n" * (number - 1))),
    "AMOUNTS lists, items and quotations": (1_500, text(lambda number: "- a\n" * (number - 1))),
    "AMOUNTS paragraphs": (2_500, text(lambda number: "a\n\n" * number)),
    "AMOUNTS breaks and comments": (1_000, text(lambda number: "a\\\n" * number + "b")),
    "AMOUNTS emphases and words in code": (4_000, text(lambda number: "*a*\n" * number)),
    "CODE_BLOCK": (20_000, text(lambda number: code("text", number, number))),
    "SLOW_CODE_BLOCK": (10_000, text(lambda number: code("go", number, number))),
    "SLOW_CODE": (40_000, text(lambda number: code("go", number, 10_000))),
    "CODE": (
        200_000,
        lambda number: beside(FILE * 10 + "```text\n\n```\n" * (number - 200_000), "a.txt", (b"a" * 99 + b"\n") * 200),
    ),
    "CODE_LINES": (600, text(lambda number: "```text\n" + "a\n" * number + "```")),
    "CODE_LINE": (500, text(lambda number: "```text\n" + "a" * number + "\n```")),
    "BLANK_LINES": (10, text(lambda number: "```text\na\n" + "\n" * number + "b\n```")),
    "TITLE": (200, head("A title", lambda number: "x" * number)),
    "DESCRIPTION": (160, head("A description that is long enough to be one, and says nothing at all.", words)),
    "TAGS": (6, head("Python, API", lambda number: ", ".join(LABELS[:number]))),
    "OPTION": (1_000, text(lambda number: f"```{{code-block}} text\n:caption: {words(number)}\n\na\n```")),
    "ROLE": (200, text(lambda number: "{kbd}`" + "a" * number + "`")),
    "VOCABULARY_FILE": (200_000, tags(lambda number: "#" * number)),
    "VOCABULARY_FIELD": (200, tags(lambda number: f"[a]\nlabel = 'A'\ndescription = '{'x' * number}'")),
    "FILE": (500_000, lambda number: beside("", "a.txt", bytes(number))),
    "PARSED": (80_000, lambda number: not definitions("def f(): pass".ljust(number))),
    "PIXELS": (
        20_000_000,
        lambda number: beside(PICTURE, "a.png", png((5_000, 4_000) if number == 20_000_000 else (4_999, 4_001))),
    ),
    "SIDE": (10_000, lambda number: beside(PICTURE, "a.png", png((number, 1)))),
    "DRAWN": (50_000, lambda number: list(unsafe_parts(svg(number)))),
    "FORMULA": (1_000, raises(lambda number: mathml("x" * number))),
    "DIAGRAM": (5_000, raises(lambda number: diagram("flowchart LR\n  a --> b".ljust(number)))),
    "DIAGRAMS": (20, text(lambda number: DIAGRAM * number)),
    "CHARTS": (20, lambda number: beside(CHART * number, "results.json", json.dumps(RESULTS).encode())),
    "CHART_LABEL": (40, raises(lambda number: chart(labels="a" * number))),
    "ROWS": (100, raises(lambda number: rows([{"x": 1}] * number))),
    "NUMBER": (10**15, raises(lambda number: rows([{"x": number}]))),
}


def stated() -> dict[str, int]:
    """Return every limit by its name; of a range its end."""
    found: dict[str, int] = {}
    for name, value in vars(limits).items():
        if name.isupper() and isinstance(value, dict):
            found |= {f"{name} {key}": most[0] if isinstance(most, tuple) else most for key, most in value.items()}
        elif name.isupper():
            found[name] = value[-1] if isinstance(value, range) else value
    return found


def test_every_limit_is_here() -> None:
    assert stated() == {name: number for name, (number, _) in CASES.items()}


@pytest.mark.parametrize("name", CASES)
def test_a_limit_is_where_it_is_said(name: str) -> None:
    number, refuses = CASES[name]
    assert not refuses(number)
    assert refuses(number + 1)


@pytest.mark.parametrize(
    ("old", "least", "less"),
    [
        ("Python, API", "API", ""),
        ("A description that is long enough to be one, and says nothing at all.", words(50), words(49)),
    ],
)
def test_a_post_says_enough_of_itself(old: str, least: str, less: str) -> None:
    assert not faults(POST.replace(old, least))
    assert faults(POST.replace(old, less))
