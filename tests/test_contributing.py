"""What authors are told is true: the tables are those of the code, and each rule's example breaks and keeps the rule."""

import re
from importlib import import_module
from pkgutil import walk_packages

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

import _ext
from _ext.posts import RULES, Fault, Series, Vocabulary, read_post
from _ext.posts.report import tell
from _ext.posts.rules.metadata import split
from _ext.posts.source.faults import Located, Of, rules_of
from _ext.posts.source.grammar import DIRECTIVES, ROLES
from testing.sites import ROOT
from tests.posts.test_read_posts import PATH, POST, VOCABULARY

CODES = "docs/codes.md"


def tokens(page: str) -> list[Token]:
    return MarkdownIt().enable("table").parse((ROOT / page).read_text(encoding="utf-8"))


TOKENS = tokens(CODES)
SECTIONS = {
    heading.content: example.content
    for opening, heading, example in (
        (TOKENS[at], TOKENS[at + 1], next(token for token in TOKENS[at:] if token.type == "fence"))
        for at in range(len(TOKENS))
        if TOKENS[at].type == "heading_open" and TOKENS[at].tag == "h3"
    )
}
NOT_TO_BE_SHOWN = {"normal-form", "amount", "code-size"}
"""The rules of a post's text whose examples could not be seen, or would be too long."""
KNOWN = Vocabulary(VOCABULARY.tags, VOCABULARY.authors, {"scalable-apis": Series("scalable-apis", "S", "")})


def test_each_rule_has_a_section_and_each_section_a_rule() -> None:
    for module in walk_packages(_ext.__path__, "_ext."):
        import_module(module.name)  # a rule is known from where it is written
    assert sorted(SECTIONS) == sorted(RULES)


def test_the_check_leads_to_the_sections(capsys: pytest.CaptureFixture[str]) -> None:
    tell([Fault("posts/2024/pools/index.md", 4, 8, "tag must be known", "tags")])
    assert capsys.readouterr().err == f"1 to mend; {CODES} says more on each [code]\n"


def side(example: str, sign: str) -> str:
    """Return the lines of a diff that are there before (``-``) or after (``+``)."""
    return "\n".join(line[1:] for line in example.splitlines() if line[:1] in {" ", sign})


def in_a_post(text: str) -> str:
    """Return a post with *text* in the place to which it belongs: as its head, among its options, or in its body."""
    if "{post} draft" not in text and ("{post}" in text or not text.strip()):
        title = "" if "# A title" in text else "# A title\n\n"
        return f"{title}{text}\n\nText.\n"
    if name := re.match(r":([a-z-]+):", text):
        kept = [line for line in POST.split("\n") if not line.startswith(f":{name[1]}:")]
        row = next(row for row, line in enumerate(kept) if "{post}" in line)
        return "\n".join([*kept[: row + 1], text, *kept[row + 1 :]])
    return POST.replace("Text.", text)


@pytest.mark.parametrize("code", sorted({rule.code for rule in rules_of(Of.POST)} - NOT_TO_BE_SHOWN))
def test_the_example_of_a_rule_breaks_it_and_mends_it(code: str) -> None:
    before, after = (in_a_post(side(SECTIONS[code], sign)) for sign in "-+")
    assert code in {fault.code for fault in read_post(PATH, before.encode(), KNOWN)[1]}
    assert [str(fault) for fault in read_post(PATH, after.encode(), KNOWN)[1]] == []


def table(page: str, heading: str) -> list[list[str]]:
    """Return the rows of the table below *heading* in *page*, as the text of their cells."""
    rows: list[list[str]] = []
    found = tokens(page)
    at = next(at for at, token in enumerate(found) if token.type == "inline" and token.content == heading)
    for token in found[at:]:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(token.content)
        elif token.type == "table_close":
            break
    return rows[1:]


def words(cell: str) -> list[str]:
    return [part.text.strip("`") for part in split(Located(cell))]


def test_the_table_of_directives_is_that_of_the_code() -> None:
    told = {
        name: (argument, tuple(words(options)))
        for names, argument, options in table("docs/syntax.md", "Directives")
        for name in words(names)
    }
    assert told == {name: (known.argument.value, known.options) for name, known in DIRECTIVES.items()}


def test_the_list_of_roles_is_that_of_the_code() -> None:
    (roles,) = [token.content for token in tokens("docs/syntax.md") if token.content.startswith("Roles: ")]
    assert words(roles.removeprefix("Roles: ").rstrip(".")) == list(ROLES)


def test_the_table_of_options_is_that_of_the_code() -> None:
    told = [words(name)[0] for name, _ in table("docs/syntax.md", "What it declares")]
    assert sorted(told) == sorted(["the date", *DIRECTIVES["post"].options])


def test_every_command_of_make_is_told_with_what_it_runs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    told = table("docs/maintaining.md", "Commands")
    for name, recipe in re.findall(r"^([a-z-]+):.*## .*\n((?:\t.*\n)*)", makefile, re.MULTILINE):
        rows = [cells for cells in told if re.match(rf"`make {name}[` ]", cells[0])]
        assert rows or name == "help", name
        assert set(re.findall(r" (-m [\w.]+)", recipe)) <= set(re.findall(r" (-m [\w.]+)", str(rows))), name
