"""Text of strangers in GitHub's Markdown."""

import pytest
from markdown_it import MarkdownIt

from _ext.commands.github_markdown import bullets, code, codes

HOSTILE = [
    "plain",
    "@octocat fixes #1 and GH-2",
    "<img src=x onerror=alert(1)>",
    "![a](https://example.org/x.png) [b](https://example.org)",
    "a | b",
    "`",
    "``` ``",
    "`ends`",
    "back\\slash`",
    "::error::x",
    "&lt;b&gt; &#64;",
    "*a* _b_ ~c~ $d$ https://example.org",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_one_code_span_that_gives_it_back(text: str) -> None:
    (inline,) = [token for token in MarkdownIt().parse(f"- {code(text)}") if token.type == "inline"]
    assert [(child.type, child.content) for child in inline.children or ()] == [("code_inline", text)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\n\n# lines\r\n", "`two # lines`"),
        ("", "(empty)"),
        ("a\u202eb\u200bc\x1b[31m", r"`a\u202eb\u200bc\x1b[31m`"),
        ("\udcff", r"`\udcff`"),
        ("x ##[error]y", "`x ## [error]y`"),
        ("x" * 300, f"`{'x' * 300}`"),
        ("x" * 301, f"`{'x' * 299}…`"),
    ],
)
def test_what_would_break_the_line_or_mislead_is_shown_otherwise(text: str, shown: str) -> None:
    assert code(text) == shown


def test_a_row_and_a_list_are_cut_behind_twenty() -> None:
    assert codes(["a"] * 20) == ", ".join(["`a`"] * 20)
    assert codes(["a"] * 21) == ", ".join(["`a`"] * 20) + " and 1 more"
    assert bullets(["a"] * 20) == ["- a"] * 20
    assert bullets(["a"] * 21) == ["- a"] * 20 + ["- and 1 more"]
