"""The outline of a Markdown document: what it declares, and where, without a word of what it says.

The parser is MyST's own with the settings of the site, so that the outline sees just what Sphinx will see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile, zip_longest

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import is_option_line
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.options import TokenizeError, options_to_tokens

from .faults import Located

DISABLED_SYNTAX = ["html_block", "html_inline"]
"""The value of ``myst_disable_syntax``: a post comes from a stranger, so its tags are text."""

# https://myst-parser.readthedocs.io/en/latest/syntax/roles-and-directives.html
DIRECTIVE = re.compile(r"\{([^\s}]+)\}(?:\s+(.*))?")
VERBATIM = {"code", "code-block", "literalinclude", "parsed-literal", "sourcecode"}
"""The directives whose body is not Markdown."""
UNSEEN = {"front_matter", "myst_line_comment", "myst_target"}
"""Tokens that leave nothing on the page."""


@dataclass(frozen=True)
class Heading:
    """A heading outside of any other block."""

    level: int
    title: Located
    """Its text without markup."""
    plain: bool
    """Whether it is free of roles and pictures, which have no one text."""


@dataclass(frozen=True)
class Option:
    """A line ``:name: value`` of a directive."""

    name: Located
    value: Located


@dataclass(frozen=True)
class Directive:
    """A fenced block such as ```` ```{post} 2024-10-20 ````."""

    name: Located
    argument: Located
    options: tuple[Option, ...]
    body: Located | None
    """The first line of the body that is not blank."""
    unreadable: tuple[Located, ...]
    """Option lines that are not of the form ``:name: value``."""
    inside: bool
    """Whether it stands inside another block: a list, a quotation, another directive."""


@dataclass(frozen=True)
class Outline:
    """What a Markdown document declares, in the document's order."""

    front_matter: Located | None
    first: Located | None
    """The first line that shows on the page."""
    headings: tuple[Heading, ...]
    directives: tuple[Directive, ...]
    misspelt: tuple[Located, ...]
    """Lines that mean to be a directive and are none: ```` ```{name}argument ```` and ``:::{name}``."""
    roles: tuple[Located, ...]
    pictures: tuple[Located, ...]
    """Where the pictures of ``![…](…)`` come from."""

    @property
    def titles(self) -> tuple[Heading, ...]:
        """The level-1 headings."""
        return tuple(heading for heading in self.headings if heading.level == 1)


@cache
def _parser() -> MarkdownIt:
    return create_md_parser(MdParserConfig(disable_syntax=DISABLED_SYNTAX), RendererHTML)


def outline(text: str) -> Outline:
    """Return the outline of *text*, a MyST Markdown document with lines that end in a line feed."""
    lines = text.split("\n")
    tokens = _parser().parse(text)
    shown = next((token for token in tokens if token.type not in UNSEEN), None)
    found = list(_walk(tokens, lines, 0, inside=False))
    return Outline(
        front_matter=Located(lines[0]) if tokens and tokens[0].type == "front_matter" else None,
        first=_line(lines, shown.map[0]) if shown and shown.map else None,
        headings=tuple(item for item in found if isinstance(item, Heading)),
        directives=tuple(item for item in found if isinstance(item, Directive)),
        misspelt=tuple(item.at for item in found if isinstance(item, _Misspelt)),
        roles=tuple(item.at for item in found if isinstance(item, _Role)),
        pictures=tuple(item.at for item in found if isinstance(item, _Picture)),
    )


@dataclass(frozen=True)
class _Misspelt:
    at: Located


@dataclass(frozen=True)
class _Role:
    at: Located


@dataclass(frozen=True)
class _Picture:
    at: Located


def _walk(
    tokens: list[Token], lines: list[str], offset: int, *, inside: bool
) -> Iterator[Heading | Directive | _Misspelt | _Role | _Picture]:
    """Yield what *tokens* declare; the first of their lines is line *offset* + 1 of the file's *lines*."""
    for token, following in zip_longest(tokens, tokens[1:]):
        row = offset + (token.map[0] if token.map else 0)
        nested = inside or token.level > 0
        if token.type == "heading_open" and not nested:
            yield _heading(token, following, lines, row)
        elif token.type == "fence" and (match := DIRECTIVE.fullmatch(token.info.strip())):
            yield _directive(token, match, lines, row, inside=nested)
            if match[1] not in VERBATIM:
                yield from _walk(_parser().parse(token.content), lines, row + 1, inside=True)
        elif token.type == "fence" and token.info.strip().startswith("{"):
            yield _Misspelt(_line(lines, row))
        elif token.type == "inline":
            if token.content.startswith(":::"):
                yield _Misspelt(_line(lines, row))
            last = offset + (token.map[1] if token.map else 0)
            for child in token.children or ():
                if child.type == "myst_role":
                    name = str(child.meta["name"])
                    yield _Role(_find(name, f"{{{name}}}`", 1, lines, row, last))
                elif child.type == "image":
                    source = str(child.attrs.get("src", ""))
                    yield _Picture(_find(source, source, 0, lines, row, last))


def _line(lines: list[str], row: int) -> Located:
    """Return the line at *row*, stripped, and where it begins."""
    line = lines[row]
    return Located(line.strip(), row + 1, len(line) - len(line.lstrip()) + 1)


def _find(text: str, needle: str, shift: int, lines: list[str], first: int, last: int) -> Located:
    """Return *text* at the first place of *needle*, plus *shift*, in the rows from *first* to before *last*."""
    for row in range(first, min(last, len(lines))):
        if needle in lines[row]:
            return Located(text, row + 1, lines[row].index(needle) + shift + 1)
    return Located(text, first + 1)


def _heading(opening: Token, inline: Token | None, lines: list[str], row: int) -> Heading:
    """Return the heading that *opening* opens, whose text is in *inline*, the token after it."""
    children = inline.children if inline and inline.children else []
    plain = not any(child.type in {"myst_role", "image"} for child in children)
    text = "".join(" " if child.type in {"softbreak", "hardbreak"} else child.content for child in children)
    start = inline.content.split("\n")[0] if inline else ""
    column = max(lines[row].find(start) + 1 if start else 1, 1)
    return Heading(int(opening.tag[1:]), Located(text, row + 1, column), plain)


def _directive(fence: Token, match: re.Match[str], lines: list[str], row: int, *, inside: bool) -> Directive:
    opening = lines[row]
    brace = opening.index("{")
    argument = (match[2] or "").strip()
    argument_at = opening.find(argument, brace + len(match[1]) + 2) if argument else len(opening.rstrip())
    content = fence.content.removesuffix("\n").split("\n")
    # Inside a list or a quotation the container's marks stand before each line of the file, not of the content.
    indent = max(len(lines[row + 1]) - len(content[0]), 0) if row + 1 < len(lines) else 0
    option_lines = list(takewhile(is_option_line, content))
    options: list[Option] = []
    unreadable: list[Located] = []
    for at, line in enumerate(option_lines, row + 2):
        if option := _option(line, at, indent):
            options.append(option)
        else:
            unreadable.append(Located(line.strip(), at, indent + 1))
    body = next(
        (
            Located(line.strip(), at, indent + len(line) - len(line.lstrip()) + 1)
            for at, line in enumerate(content[len(option_lines) :], row + 2 + len(option_lines))
            if line.strip()
        ),
        None,
    )
    return Directive(
        name=Located(match[1], row + 1, brace + 1),
        argument=Located(argument, row + 1, argument_at + 1),
        options=tuple(options),
        body=body,
        unreadable=tuple(unreadable),
        inside=inside,
    )


def _option(line: str, at: int, indent: int) -> Option | None:
    """Return the option that *line* gives, read by MyST's own tokenizer, or None where it gives none."""
    after_colon = line.index(":") + 1
    try:
        (pair,), state = options_to_tokens(line[after_colon:])
    except (TokenizeError, ValueError):
        return None
    key, value = pair
    if state.has_comments:
        return None
    start = indent + after_colon + 1
    name = Located(key.value, at, start + key.start.column)
    if value is None:
        return Option(name, Located("", at, indent + len(line.rstrip()) + 1))
    return Option(name, Located(value.value, at, start + value.start.column + (value.style is not None)))
