"""The parser of Markdown and of directives: MyST's own with the settings of the site, but that all knows where it stands."""

import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from itertools import takewhile
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import is_option_line
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.options import TokenizeError, options_to_tokens

from _ext.posts.source import grammar, limits
from _ext.posts.source.faults import Located
from _ext.posts.source.outline import Directive, Option

Span = tuple[int, int]
"""The first offset of a piece of text and that after it."""


@cache
def parser(*, html: bool = False) -> MarkdownIt:
    """Return MyST's parser with the settings of the site, or with *html* one that sees tags.

    It takes any address for that of a link, and reads two levels more than the site's, so that both can be refused.
    """
    disabled = [] if html else grammar.DISABLED_SYNTAX
    config = MdParserConfig(disable_syntax=disabled, enable_extensions=set(grammar.EXTENSIONS))
    made = create_md_parser(config, RendererHTML)
    made.options["store_labels"] = True
    made.options["maxNesting"] = limits.NESTING + 2
    made.disable("wordcount")
    made.validateLink = lambda url: True  # type: ignore[method-assign]
    for name, token_type in NOTED.items():
        _note_span(made, name, token_type)
    return made


NOTED = {
    "link": "link_open",
    "image": "image",
    "autolink": "link_open",
    "myst_role": "myst_role",
    "backticks": "code_inline",
    "footnote_ref": "footnote_ref",
    "html_inline": "html_inline",
}
"""The rules of inline Markdown whose tokens shall know where they stand, and those tokens."""


def _note_span(parser: MarkdownIt, name: str, token_type: str) -> None:
    """Let the tokens of an inline rule tell their first and last offset, which markdown-it-py does not keep."""
    ruler = parser.inline.ruler
    rule = dict(zip(ruler.get_active_rules(), ruler.getRules(), strict=True)).get(name)
    if not rule:  # disabled
        return

    def noting(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        done: bool = rule(state, silent)
        made = () if silent or not done else state.tokens[before:]
        if noted := next((token for token in made if token.type == token_type), None):
            noted.meta["span"] = (start, state.pos)
        return done

    ruler.at(name, noting)


References = MutableMapping[str, Any]


def parse(text: str, references: References | None = None) -> tuple[list[Token], References]:
    """Return the tokens of *text*, and the links that it and the text around it define.

    A link that is defined again is among them under a label that none can have, a tuple.
    """
    env: dict[str, Any] = {"references": {} if references is None else references}
    tokens = parser().parse(text, env)
    for again in env.get("duplicate_refs", ()):
        env["references"][again["label"], *again["map"]] = again
    return tokens, env["references"]


def stripped(line: str, row: int, indent: int = 0) -> Located:
    """Return the text of the *line* at *row*, and where it begins; in the file it stands behind an *indent*."""
    return Located(line.strip(), row + 1, indent + len(line) - len(line.lstrip()) + 1)


def read_directive(
    fence: Token, match: re.Match[str], lines: Sequence[str], row: int, *, closed: bool, inside: bool
) -> Directive:
    """Return the directive of *fence*, which opens at *row*; *match* is that of DIRECTIVE on its info."""
    opening = lines[row]
    brace = opening.index("{")
    argument = (match[2] or "").strip()
    argument_at = opening.find(argument, brace + len(match[1]) + 2) if argument else len(opening.rstrip())
    content = fence.content.removesuffix("\n").split("\n")
    # Inside a list or a quotation the container's marks stand before each line of the file, not of the content.
    indent = max(len(lines[row + 1]) - len(content[0]), 0) if row + 1 < len(lines) else 0
    option_lines = list(takewhile(is_option_line, content))
    written = [Located(line.rstrip(), at, indent + 1) for at, line in enumerate(option_lines, row + 2)]
    options = [_option(line, row + 2 + index, indent) for index, line in enumerate(option_lines)]
    unreadable = [at.saying(at.text.lstrip()) for at, option in zip(written, options, strict=True) if not option]
    if content[0].startswith("---"):  # options in MyST's other form, as YAML between two such lines
        unreadable = [Located(content[0], row + 2, indent + 1)]
    body = content[len(option_lines) :]
    lines_of_body = enumerate(body, row + 1 + len(option_lines))
    return Directive(
        name=Located(match[1], row + 1, brace + 1),
        argument=Located(argument, row + 1, argument_at + 1),
        options=tuple(filter(None, options)),
        body=next((stripped(line, at, indent) for at, line in lines_of_body if line.strip()), None),
        unreadable=tuple(unreadable),
        lines=tuple(written),
        closed=closed,
        inside=inside,
        body_row=row + 1 + len(option_lines),
        content="\n".join(body),
    )


def _option(line: str, at: int, indent: int) -> Option | None:
    """Return the option that *line* gives, read by MyST's own tokenizer, or None where it gives none."""
    after_colon = line.index(":") + 1
    try:
        (pair,), state = options_to_tokens(line[after_colon:])
    except (TokenizeError, ValueError):
        return None
    key, value = pair
    if state.has_comments or (value and (value.style in {"|", ">"} or len(value.value.splitlines()) > 1)):
        return None
    start = indent + after_colon + 1
    name = Located(key.value, at, start + key.start.column)
    if value is None:
        return Option(name, Located("", at, indent + len(line.rstrip()) + 1))
    return Option(name, Located(value.value, at, start + value.start.column + (value.style is not None)))
