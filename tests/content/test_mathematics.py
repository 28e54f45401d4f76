"""Formulas are MathML in pages and feeds, and a bad one is told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from docutils.utils.math import latex2mathml
from lxml import etree

from _ext.feeds.feed import entry_text
from _ext.pages.built_page import read_page
from _ext.posts.drawings.mathml import mathml
from _ext.posts.source import limits
from testing.sites import Build

MATHML = "{http://www.w3.org/1998/Math/MathML}"
COMMANDS = sorted(
    {name for table in vars(latex2mathml).values() if isinstance(table, dict) for name in table if str(name).isalpha()}
)


def shown(latex: str) -> etree._Element:
    return etree.fromstring(mathml(latex))


def test_a_formula_is_mathml() -> None:
    (fraction,) = shown(r"\frac{1}{2}")
    assert (fraction.tag, [part.text for part in fraction]) == (f"{MATHML}mfrac", ["1", "2"])


def test_a_block_is_displayed_as_one() -> None:
    assert etree.fromstring(mathml("x", block=True)).get("display") == "block"


def test_lines_of_a_block_are_aligned() -> None:
    rows = etree.fromstring(mathml(r"a &= b \\ c &= d", block=True)).findall(f".//{MATHML}mtr")
    assert [[len(cell) for cell in row] for row in rows] == [[1, 2], [1, 2]]


def test_text_is_text() -> None:
    (text,) = shown(r"\text{<script>alert(1)</script> & \"}")
    assert text.text == r"<script>alert(1)</script> & \""


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        ("", "formula must not be empty"),
        ("x" * 1001, "formula must have at most 1000 characters, not 1001"),
        (r"\frac{1}{2", "formula must have one } for each {"),
        (r"\left( x", r"formula must have one \right for each \left"),
        (r"\begin{cases} x", r"formula must have one \end for each \begin"),
        (r"\hspace{-100em} x", r"formula must do without \hspace"),
        (
            r"\href{javascript:alert(1)}{x}",
            r'formula must be LaTeX that docutils knows (Unknown LaTeX command "\href")',
        ),
        (r"\input{/etc/passwd}", r'formula must be LaTeX that docutils knows (Unknown LaTeX command "\input")'),
        (r"\def\a{\a}\a", r'formula must be LaTeX that docutils knows (Unknown LaTeX command "\def")'),
        ("x → y", 'formula must be LaTeX that docutils knows (Unsupported character: "→")'),
        (
            "a & b",
            r"formula must be complete LaTeX: a base before each ^ and _, & and \\ only in an environment such as aligned",
        ),
    ],
)
def test_a_formula_that_cannot_be_shown_breaks_a_rule(latex: str, reason: str) -> None:
    with pytest.raises(ValueError) as error:
        mathml(latex)
    assert str(error.value) == reason


@pytest.mark.parametrize("piece", [r"\sqrt ", "x_{", "{", r"\bar ", r"\mathrm{", r"\not ", "x^", r"\left(", "'", "&"])
def test_a_nested_formula_is_shown_or_refused(piece: str) -> None:
    count = limits.FORMULA // (len(piece) + len(closing := {"{": "}", "(": r"\right)"}.get(piece[-1], "")))
    try:
        assert len(mathml(piece * (count - 1) + "x" + closing * (count - 1))) < 100 * limits.FORMULA
    except ValueError as error:
        assert str(error).startswith("formula must ")


def test_no_command_gives_an_attribute_that_the_policy_refuses_or_that_leads_elsewhere() -> None:
    found = set()
    for name in COMMANDS:
        for latex in (
            rf"\{name}",
            rf"\{name}{{x}}{{y}}",
            rf"\{name}[l]{{x}}{{y}}",
            rf"\begin{{{name}}} x \end{{{name}}}",
        ):
            try:
                found |= {attribute for element in shown(latex).iter() for attribute in element.attrib}
            except ValueError:
                continue
    assert len(found) > 10
    assert not found & {"style", "href", "src", "id", "actiontype", "xlink:href"}


def write(text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "about.md").write_text(f"# About\n\n{text}\n")


def test_a_page_shows_formulas_without_a_script(build: Build) -> None:
    page = build("order", edit=write("Inline {math}`x^2`.\n\n```{math}\ny\n```")).page("about")
    assert [element.get("display") for element in page.cssselect("article math")] == [None, "block"]
    assert [script.get("src") for script in page.cssselect("script[src*=math]")] == []


def test_the_keyboard_can_scroll_a_formula(build: Build) -> None:
    (wrapper,) = build("order", edit=write("```{math}\ny\n```")).page("about").cssselect(".math-wrapper")
    assert wrapper.get("tabindex") == "0"
    assert wrapper.cssselect("div.math > math")


def test_sphinx_warns_of_a_formula_that_cannot_be_shown(build: Build) -> None:
    site = build("order", edit=write(r"Inline {math}`\foo<b>`."))
    must = r'formula must be LaTeX that docutils knows (Unknown LaTeX command "\foo")'
    assert f"about.md:3: WARNING: {must}" in site.warnings
    assert [code.text for code in site.page("about").cssselect("article code")] == [r"\foo<b>"]


def test_a_feed_carries_the_formula() -> None:
    formula = mathml(r"\sin \sqrt{x}")
    page = f"<html><body><div data-post-text><p>{formula}</p></div>"
    assert entry_text(read_page(page.encode(), "", "https://example.org/")) == f"<p>{formula}</p>"
