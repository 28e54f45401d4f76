"""Every entry of a table of the room does its work, and a loop goes on after what it passes over."""

import json
import re
from pathlib import Path

import pytest
from pygments.lexers import get_all_lexers

from _ext.posts import Fault, read_post
from _ext.posts.drawings.mathml import mathml
from _ext.posts.drawings.picture_size import PIXELS_PER_UNIT, picture_size
from _ext.posts.evidence.sessions import PROMPTS
from _ext.posts.report import FORMATS
from _ext.posts.rules.metadata import UNAMBIGUOUS_DATES
from _ext.posts.source.folder import File, Folder, read_folder
from _ext.posts.source.grammar import LANGUAGES, PICTURE_TYPES, SLOW_LANGUAGES, VALUES
from tests.posts.test_limits import png
from tests.posts.test_read_posts import PATH, POST, VOCABULARY, faults

INCH = {"": "96", "px": "96", "in": "1", "cm": "2.54", "mm": "25.4", "q": "101.6", "pt": "72", "pc": "6"}


def svg(width: str, height: str = "96") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"/>'.encode()


@pytest.mark.parametrize("unit", sorted({*PIXELS_PER_UNIT, *INCH}))
def test_an_inch_is_as_wide_in_each_unit(unit: str) -> None:
    assert picture_size(svg(INCH[unit] + unit), ".svg") == (96, 96)
    assert picture_size(svg(INCH[unit] + unit.upper()), ".svg") == (96, 96)


DATES = {
    "%Y-%m-%d": "2024-1-2",
    "%Y/%m/%d": "2024/01/02",
    "%Y.%m.%d": "2024.01.02",
    "%Y%m%d": "20240102",
    "%d %B %Y": "2 January 2024",
    "%d %b %Y": "2 Jan 2024",
    "%B %d, %Y": "January 2, 2024",
    "%b %d, %Y": "Jan 2, 2024",
    "%d.%m.%Y": "2.1.2024",
}


@pytest.mark.parametrize("form", sorted({*UNAMBIGUOUS_DATES, *DATES}))
def test_a_date_of_one_meaning_is_understood(form: str) -> None:
    (fault,) = faults(POST.replace("2024-01-02", DATES[form]))
    assert "did you mean '2024-01-02'?" in fault


RIGHT_AND_WRONG = {
    "align": ("left", "top"),
    "dedent": ("", "a"),
    "emphasize-lines": ("1-2,3", "1,"),
    "evergreen": ("", "yes"),
    "header-rows": ("9", "10"),
    "kind": ("lines", "pie"),
    "lineno-match": ("", "1"),
    "lineno-start": ("9999", "10000"),
    "linenos": ("", "1"),
    "lines": ("2-", "-2"),
    "name": ("a-name", "A name"),
    "new-set": ("", "1"),
    "pyobject": ("Pool.connect", "Pool.connect()"),
    "scale": ("log", "linear"),
    "stub-columns": ("0", "x"),
}


@pytest.mark.parametrize("option", sorted({*VALUES, *RIGHT_AND_WRONG}))
def test_the_value_of_an_option_has_its_form(option: str) -> None:
    right, wrong = RIGHT_AND_WRONG[option]
    pattern = VALUES[option].pattern
    assert (bool(pattern.fullmatch(right)), bool(pattern.fullmatch(wrong))) == (True, False)


def test_a_language_is_one_that_pygments_knows() -> None:
    assert {alias for _, aliases, _, _ in get_all_lexers() for alias in aliases} >= LANGUAGES | SLOW_LANGUAGES


BEGINNINGS = {
    ".avif": b"\0\0\0\x1cftypavif",
    ".jpeg": b"\xff\xd8\xff",
    ".jpg": b"\xff\xd8\xff",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".svg": b"<svg",
    ".webp": b"RIFF\0\0\0\0WEBP",
}


@pytest.mark.parametrize("suffix", sorted({*PICTURE_TYPES, *BEGINNINGS}))
def test_a_picture_begins_as_its_kind_does(suffix: str) -> None:
    assert PICTURE_TYPES[suffix].match(BEGINNINGS[suffix])
    assert not PICTURE_TYPES[suffix].match(b"GIF89a")


@pytest.mark.parametrize(
    ("language", "line"), {"console": "$ ls", "psql": "shop=> select 1;", "pycon": ">>> 1"}.items()
)
def test_a_session_begins_with_its_prompt(language: str, line: str) -> None:
    assert set(PROMPTS) == {"console", "psql", "pycon"}
    assert faults(POST.replace("Text.", f"```{language}\n{line}\n```")) == []
    assert [fault[-9:] for fault in faults(POST.replace("Text.", f"```{language}\nls\n```"))] == [" [prompt]"]


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("{x", "one } for each {"),
        (r"\left(x", r"one \right for each \left"),
        (r"\begin{matrix}x", r"one \end for each \begin"),
    ],
)
def test_a_formula_closes_what_it_opens(formula: str, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"formula must have {told}")):
        mathml(formula)


def in_folder(text: str, **contents: bytes) -> list[Fault]:
    """Return the faults of a post of that *text* with files beside it, in whose names an underscore is a dot."""
    files = {name.replace("_", "."): content for name, content in contents.items()}
    folder = Folder(tuple(File(name, True, False, len(files[name])) for name in sorted(files)), files.__getitem__)
    return read_post(PATH, (POST + text).encode(), VOCABULARY, folder)[1]


@pytest.mark.parametrize(
    ("first", "second"),
    [("start-at", "start-after"), ("end-at", "end-before"), ("pyobject", "lines"), ("lineno-start", "lineno-match")],
)
def test_of_two_options_that_say_the_same_one_is_too_many(first: str, second: str) -> None:
    value = {"lines": "1", "pyobject": "f", "lineno-start": "1", "lineno-match": ""}
    options = "".join(f":{name}: {value.get(name, 'def')}\n" for name in (first, second))
    shown = f"\n```{{literalinclude}} a.py\n:untested: short\n{options}```\n"
    assert [(fault.line, fault.code) for fault in in_folder(shown, a_py=b"def f(): pass\n")] == [(14, "excerpt")]


LISTED = "```{{literalinclude}} a.py\n:untested: short\n:lines: {}\n```\n"


@pytest.mark.parametrize(
    ("old", "within", "beyond"),
    [
        ("Text.", "```{update} 2024-01-02\nMore.\n```", "```{update} 2024-01-01\nMore.\n```"),
        (":author:", ":first-published: 2024-01-02 old\n:author:", ":first-published: 2024-01-03 old\n:author:"),
        ("2024-01-02", "1990-01-02", "1989-12-31"),
        ("2024-01-02", "2099-12-31", "2100-01-01"),
        (
            "Text.",
            "```{code-block} text\n:emphasize-lines: 1-1\na\n```",
            "```{code-block} text\n:emphasize-lines: 2\na\n```",
        ),
        ("Text.", "```{code-block} text\n:dedent: 2\n\n  a\n```", "```{code-block} text\n:dedent: 3\n\n  a\n```"),
        ("Text.", LISTED.format("2-2"), LISTED.format("3")),
        ("Text.", "## A\n\n### B", "## A\n\n#### B"),
    ],
)
def test_what_is_just_right_passes(old: str, within: str, beyond: str) -> None:
    beside = Folder((File("a.py", True, False, 12),), lambda _: b"a = 1\nb = 2\n")
    right, wrong = (read_post(PATH, POST.replace(old, new).encode(), VOCABULARY, beside)[1] for new in (within, beyond))
    assert (len(right), len(wrong)) == (0, 1)


@pytest.mark.parametrize(("height", "told"), [(9, 0), (11, 0), (8, 1), (12, 1)])
def test_a_dark_picture_is_a_pixel_higher_at_most(height: int, told: int) -> None:
    found = in_folder("\n![Dots on a plane](a.png)\n", a_png=png((20, 10)), a_dark_png=png((20, height)))
    assert len(found) == told


# ---- what comes after what is passed over ---------------------------------------------------------------------------


def test_a_dark_picture_is_looked_at_after_one_without() -> None:
    text = "\n![Dots on a line](a.png)\n\n![Dots on a plane](b.png)\n"
    found = in_folder(text, a_png=png((20, 10)), b_png=png((20, 10)), b_dark_png=png((20, 20)))
    assert [(fault.line, fault.code) for fault in found] == [(13, "dark-picture")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[up](#there), [down](javascript:x)", ["9:22: link"]),
        (
            "- a\n\n  ```{update} 2024-02-03\n  b\n  ```\n\n```{update} June\nc\n```",
            ["11:6: {update}", "15:13: {update}"],
        ),
        ("[see <http://localhost/> there](https://example.org/)", ["9:7: link"]),
        ("*a* <http://localhost/> <http://127.0.0.1/>", ["9:6: link", "9:26: link"]),
    ],
)
def test_what_comes_after_is_told_where_it_stands(text: str, told: list[str]) -> None:
    assert [fault[: len(start)] for fault, start in zip(faults(POST.replace("Text.", text)), told, strict=True)] == told


def test_a_file_is_seen_beside_those_that_are_not_looked_at(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f".#{number}").touch()
        (tmp_path / f"{number}.txt").touch()
    assert len(read_folder(tmp_path).files) == 20


# ---- how faults are told --------------------------------------------------------------------------------------------

FAULT = Fault("posts/2024/a,b/index.md", 3, 11, "date must be 100 % right: 'a:b'", "date")


def test_github_shows_a_fault_beside_its_line() -> None:
    assert FORMATS["github"]([FAULT]) == (
        "::error file=posts/2024/a%2Cb/index.md,line=3,col=11,title=date"
        "::posts/2024/a,b/index.md:3:11: date must be 100 %25 right: 'a:b' [date]\n"
    )


def test_a_program_reads_faults_as_json() -> None:
    (told,) = json.loads(FORMATS["json"]([FAULT]))
    assert told == {"path": FAULT.path, "line": 3, "column": 11, "message": FAULT.message, "code": "date"}
