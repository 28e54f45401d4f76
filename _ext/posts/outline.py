"""The outline of a Markdown document: what it declares, and where, without a word of what it says.

The parser is MyST's own, so that the outline sees just the directives that Sphinx will see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import is_option_line
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.options import TokenizeError, options_to_tokens

from .faults import Located

# https://myst-parser.readthedocs.io/en/latest/syntax/roles-and-directives.html
DIRECTIVE = re.compile(r"\{([^\s}]+)\}\s*(.*)")


@dataclass(frozen=True)
class Heading:
    """A heading outside of any directive."""

    level: int
    title: Located


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


@dataclass(frozen=True)
class Outline:
    """What a Markdown document declares, in the document's order."""

    front_matter: Located | None
    headings: tuple[Heading, ...]
    directives: tuple[Directive, ...]


@cache
def _parser() -> MarkdownIt:
    return create_md_parser(MdParserConfig(), RendererHTML)


def outline(text: str) -> Outline:
    """Return the outline of *text*, a MyST Markdown document with lines that end in a line feed."""
    lines = text.split("\n")
    front_matter = None
    headings = []
    directives = []
    tokens = _parser().parse(text)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "front_matter":
            front_matter = Located(lines[0])
        elif token.type == "heading_open" and token.level == 0:
            assert following is not None and token.map is not None
            headings.append(Heading(int(token.tag[1:]), _title(following, lines, token.map[0])))
        elif token.type == "fence" and (match := DIRECTIVE.match(token.info.strip())):
            directives.append(_directive(token, match, lines))
    return Outline(front_matter, tuple(headings), tuple(directives))


def _title(inline: Token, lines: list[str], row: int) -> Located:
    """Return a heading's text without its markup, and where it begins."""
    text = "".join(child.content for child in inline.children or ())
    column = lines[row].find(inline.content) + 1 if inline.content else 1
    return Located(text, row + 1, max(column, 1))


def _directive(fence: Token, match: re.Match[str], lines: list[str]) -> Directive:
    assert fence.map is not None
    row = fence.map[0]
    opening = lines[row]
    brace = opening.index("{")
    argument = match[2]
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
