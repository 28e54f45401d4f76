"""Parses a Markdown document into its outline.

The parser is MyST's own with the settings of the site, so that the outline sees what Sphinx will see; but links that the
parser would take for text and nesting that it would leave out are seen too, so that they can be refused.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile, zip_longest
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
from _ext.posts.source.faults import Located, nearest
from _ext.posts.source.grammar import DIRECTIVES, Argument, Body
from _ext.posts.source.outline import Code, Directive, Heading, Link, Option, Outline, Picture, Role

# https://myst-parser.readthedocs.io/en/latest/syntax/roles-and-directives.html
DIRECTIVE = re.compile(r"\{([^\s}]+)\}(?:\s+(.*))?")
MISSPELT = re.compile(r":{3}|(`{3,}|~{3,})\{")
MAY_BE_HTML = re.compile(r"<[A-Za-z/!?]")
LIKE_HTML = re.compile(r"(?<!\\)<[A-Za-z][A-Za-z0-9-]*(/[^<>]*>|\s+[A-Za-z-]+\s*=)")
"""What is a tag to browsers and none to CommonMark: ``<svg/onload=…>``, or one that a quotation's sign cuts off."""
CHARACTER = re.compile(r"&#([0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});")
TEMPLATE = re.compile(r"\{\{(?:(?!\{\{|\}\}).)*\}\}|\{%(?!-?\s*end)(?:(?!\{%|%\}).)*%\}", re.DOTALL)
URL = re.compile(r"\bhttps?://[^\s<>`]+|\bwww\.[^\s<>`]+\.[^\s<>`]+", re.IGNORECASE)
OTHER_DIALECTS = [
    (
        re.compile(r"\$\$.+?\$\$|(?<![\\$\w])\$(?=[^$\n]*[\\^_{])[^$\s](?:[^$\n]*[^$\s])?\$(?![\w$])"),
        "formula must be written {math}`…`",
    ),
    (re.compile(r"^#{2,6}[^#\s].*", re.MULTILINE), "heading must have a space after its #"),
    (re.compile(r"^\[!\w+\]", re.MULTILINE), "box must be a directive such as ```{note}"),
    (re.compile(r"^\.\. [a-z-]+::", re.MULTILINE), "directive must be written ```{name} argument"),
    (re.compile(r":[a-z]+:(?=  )"), "role must be written {name}`…`"),
    (
        re.compile(r"^\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?$", re.MULTILINE),
        "row below a table's head must have as many cells as the head",
    ),
    (
        re.compile(r"(?<![\\!\]\w])\[[^\[\]\n^]+\]\[[^\[\]\n]*\]"),
        "link must have its label defined in a line such as [label]: https://…",
    ),
]
"""Markup that means something to others, by a pattern; code is spaces in the text in which it is looked for."""
SIGNS_AFTER_URL = ".,;:!?)]}'\"*_"
KINDS = {token_type: kind for kind, (_, types) in limits.AMOUNTS.items() for token_type in types}
UNSEEN = {"front_matter", "myst_line_comment", "myst_target"}
"""Tokens that leave nothing on the page."""
TEXTUAL = {"text", "code_inline", "em_open", "em_close", "strong_open", "strong_close", "text_special"}
CONTAINERS = {"blockquote", "list_item", "footnote_reference"}
"""The blocks that hold blocks, by the beginning of their tokens' names."""

Span = tuple[int, int]
"""The first offset of a piece of text and that after it."""
Place = Callable[[int], tuple[int, int]]
"""Gives the line and column of an offset in some text."""


def outline(text: str) -> Outline:
    """Return the outline of *text*, a MyST Markdown document with lines that end in a line feed."""
    lines = text.split("\n")
    tokens, references = _parse(text)
    shown = next((token for token in tokens if token.type not in UNSEEN), None)
    found = Outline(
        front_matter=Located(lines[0]) if tokens and tokens[0].type == "front_matter" else None,
        first=_line(lines, shown.map[0]) if shown and shown.map else None,
    )
    walk = _Walk(lines, found, references)
    walk.blocks(tokens)
    walk.close()
    return found


@cache
def _parser(*, html: bool = False) -> MarkdownIt:
    parser = create_md_parser(
        MdParserConfig(
            disable_syntax=[] if html else grammar.DISABLED_SYNTAX, enable_extensions=set(grammar.EXTENSIONS)
        ),
        RendererHTML,
    )
    parser.options["store_labels"] = True
    parser.options["maxNesting"] = limits.NESTING + 2
    parser.disable("wordcount")
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    for name, token_type in NOTED.items():
        _note_span(parser, name, token_type)
    return parser


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
    (rule,) = [rule.fn for rule in parser.inline.ruler.__rules__ if rule.name == name]

    def noting(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        done: bool = rule(state, silent)
        if done and not silent:
            for token in state.tokens[before:]:
                if token.type == token_type:
                    token.meta["span"] = (start, state.pos)
                    break
        return done

    parser.inline.ruler.at(name, noting)


References = MutableMapping[str, Any]


def _parse(text: str, references: References | None = None) -> tuple[list[Token], References]:
    """Return the tokens of *text*, and the links that it and the text around it define.

    A link that is defined again is among them under a label that none can have, a tuple.
    """
    env: dict[str, Any] = {"references": {} if references is None else references}
    tokens = _parser().parse(text, env)
    for again in env.get("duplicate_refs", ()):
        env["references"][again["label"], *again["map"]] = again
    return tokens, env["references"]


def _line(lines: Sequence[str], row: int) -> Located:
    """Return the line at *row*, stripped, and where it begins."""
    line = lines[row]
    return Located(line.strip(), row + 1, len(line) - len(line.lstrip()) + 1)


@dataclass
class _Walk:
    """Walks through the tokens of a document and of what its directives hold, and notes what it finds."""

    lines: Sequence[str]
    """The lines of the file."""
    found: Outline
    references: References
    definitions: dict[str, Located] = field(default_factory=dict)
    """The addresses of the definitions ``[label]: address``, by label."""
    link_labels: set[str] = field(default_factory=set)
    picture_labels: set[str] = field(default_factory=set)
    amounts: Counter[str] = field(default_factory=Counter)
    nested_lines: int = 0

    def blocks(self, tokens: list[Token], *, row: int = 0, depth: int = 0, at: Located | None = None) -> None:
        """Note what the *tokens* of a text declare.

        The text begins at *row* of the file's lines and is inside of *depth* containers; a text in one line, such as the
        value of an option, stands *at* its own place.
        """
        self.define(row, at)
        stray = _part_nothing(tokens)
        within = 0
        first = last = row
        for token, following in zip_longest(tokens, tokens[1:]):
            if token.map:  # the cells of a table have none, but their row has
                first, last = row + token.map[0], row + token.map[1]
            if token.type.rpartition("_")[0] in CONTAINERS:
                within += token.nesting
            if token.level >= limits.NESTING and token.type != "inline":
                self.too_deep(_line(self.lines, min(first, len(self.lines) - 1)))
            self.count(token, first)
            nested = depth > 0 or token.level > 0
            if token.type == "heading_open" and not nested:
                self.heading(token, following, first)
            elif token.type == "heading_open":
                self.found.inner_headings.append(at or _line(self.lines, first))
            elif token.type == "fence" and at:
                self.found.unclosed.append(at)
            elif token.type == "fence":
                self.fence(token, first, last, nested=nested, depth=depth + within)
            elif token.type == "code_block":
                self.found.code_lines.update(range(first + 1, last + 1))
                self.found.code.append(Code(_line(self.lines, first), True, token.content))
            elif token.type == "footnote_reference_open":
                label = str(token.meta["label"])
                self.found.footnotes.append(
                    _find(label, self.lines, first) if label in self.lines[first] else Located(label, first + 1)
                )
            elif token.type == "hr" and not at and (nested or id(token) in stray):
                self.found.stray_breaks.append(_line(self.lines, first))
            elif token.type == "myst_line_comment" and first > 0 and self.lines[first - 1].strip(" >"):
                self.found.inner_comments.append(_line(self.lines, first))
            elif token.type == "myst_target":
                self.found.labels.append(at or Located(token.content, first + 1, self.lines[first].find("(") + 2))
            elif token.type == "inline":
                if MISSPELT.match(token.content):
                    self.found.misspelt.append(_line(self.lines, first))
                place = _place_in(at) if at else _place(token.content, self.lines, first)
                title = following is not None and following.tag == "h1"
                self.inline(token.content, token.children or [], place, title=title)
                if not title:
                    self.found.prose.append(_shown(child for child in token.children or [] if child.type != "image"))

    def inline(self, content: str, children: list[Token], place: Place, *, title: bool = False) -> None:
        """Note what a text of paragraphs, headings and cells, *content*, has in it."""
        code: list[Span] = []
        links: list[Span] = []
        for index, child in enumerate(children):
            span: Span = child.meta.get("span", (0, 0))
            if child.level >= limits.NESTING:
                self.too_deep(Located(content.split("\n")[0], *place(0)))
            if child.type == "code_inline":
                code.append(span)
            elif child.type == "myst_role":
                code.append(span)
                self.role(child, place(span[0]))
            elif child.type == "image":
                links.append(span)
                source = Located(str(child.attrs.get("src", "")), *place(_address_at(content, child, span)))
                if label := child.meta.get("label"):
                    self.picture_labels.add(label)
                    source = self.definitions.get(label, source)
                alt = Located(_shown(child.children or []), *place(span[0] + 2))
                self.found.pictures.append(Picture(source, alt))
            elif child.type == "footnote_ref":
                self.found.footnote_references.append(Located(str(child.meta["label"]), *place(span[0])))
            elif child.type == "link_open":
                links.append(span)
                text = _shown(takewhile(lambda inner: inner.level > child.level, children[index + 1 :]))  # noqa: B023
                self.link(child, text, place(_address_at(content, child, span)))
        masked = _mask(content, code)
        if MAY_BE_HTML.search(masked):
            links += self.html(content, masked, place)
        unlinked = _mask(masked, links)
        for pattern, instead in OTHER_DIALECTS:
            for match in pattern.finditer(unlinked):
                self.found.unread.append((instead, Located(match[0].strip(), *place(match.start()))))
        for match in CHARACTER.finditer(masked):
            number = match[1]
            code_point = int(number[1:], 16) if number[0] in "xX" else int(number)
            character = chr(code_point) if code_point <= sys.maxunicode else "\ufffd"
            self.found.references.append(Located(character, *place(match.start())))
        if not title:
            for match in TEMPLATE.finditer(masked):
                self.found.templates.append(Located(match[0], *place(match.start())))
        for match in URL.finditer(unlinked):
            self.found.bare_urls.append(Located(match[0].rstrip(SIGNS_AFTER_URL), *place(match.start())))

    def role(self, token: Token, place: tuple[int, int]) -> None:
        """Note a role and, where it has one, its formula."""
        line, column = place
        name = str(token.meta["name"])
        role = Role(Located(name, line, column + 1), Located(token.content, line, column + len(name) + 3))
        self.found.roles.append(role)
        if name == "math":
            self.found.formulas.append(role.content)
        if name == "doc":
            self.found.links.append(Link(Located(f"{role.target}.md", line, role.content.column), True, None))

    def link(self, token: Token, text: str, place: tuple[int, int]) -> None:
        """Note a link; one without text shows its address, or the title of the page in the site that it leads to."""
        address = str(token.attrs.get("href", ""))
        own = "label" not in token.meta
        self.link_labels.add(str(token.meta.get("label")))
        titled = token.info == "auto" or (not text and not URL.match(address))
        self.found.links.append(Link(Located(address if own else text, *place), own, None if titled else text))

    def define(self, row: int, at: Located | None) -> None:
        """Note where the links ``[label]: address`` that were just parsed are defined."""
        for label, reference in self.references.items():
            if "map" in reference:
                first, last = reference.pop("map")
                address = str(reference["href"])
                rows = range(row + first, min(row + last, len(self.lines)))
                found = next((candidate for candidate in rows if address in self.lines[candidate]), None)
                place = Located(address, row + first + 1) if found is None else _find(address, self.lines, found)
                if isinstance(label, str):
                    self.definitions[label] = at or place
                else:
                    self.found.repeated.append(at or place)

    def close(self) -> None:
        """Note as links the definitions that are not those of pictures only."""
        for label, at in self.definitions.items():
            if label in self.link_labels or label not in self.picture_labels:
                self.found.links.append(Link(at, True, None))

    def count(self, token: Token, row: int) -> None:
        """Count the token at *row* and what is in it, and note the first of a kind that is too many."""
        for inner in (token, *(token.children or ())):
            if kind := KINDS.get(inner.type):
                self.amounts[kind] += 1
                if self.amounts[kind] == limits.AMOUNTS[kind][0] + 1:
                    self.found.too_many.append((kind, _line(self.lines, min(row, len(self.lines) - 1))))

    def too_deep(self, at: Located) -> None:
        """Note the first place that is nested too deep; all that stands within it is, too."""
        if not self.found.too_deep:
            self.found.too_deep.append(at)

    def html(self, content: str, masked: str, place: Place) -> list[Span]:
        """Note the HTML in the text of a paragraph, heading or cell, which the parser of the site takes for text.

        *masked* is *content* without code. Returns where the tags are.
        """
        spans: list[Span] = []
        starts = [0, *(match.end() for match in re.finditer("\n", content))]
        for token in _parser(html=True).parse(content, {"references": dict(self.references)}):
            start = starts[token.map[0]] if token.map else 0
            if token.type == "html_block":
                self.found.html.append(Located(content[start:].split("\n")[0].strip(), *place(start)))
                spans.append((start, len(content)))
            elif token.type == "inline":
                start = max(content.find(token.content.split("\n")[0], start), 0)
                tags: list[tuple[str, int]] = []
                for child in token.children or []:
                    inner = [child, *(child.children or [])]
                    at = start + child.meta.get("span", (0, 0))[0]
                    tags += [(tag.content, at) for tag in inner if tag.type == "html_inline"]
                for tag, at in tags:
                    spans.append((at, at + len(tag)))
                    if tag == tags[0][0] or not tag.startswith("</"):  # what a tag opens is one fault with it
                        self.found.html.append(Located(tag, *place(at)))
        for match in LIKE_HTML.finditer(_mask(masked, spans)):
            self.found.html.append(Located(match[0], *place(match.start())))
        return spans

    def heading(self, opening: Token, inline: Token | None, row: int) -> None:
        """Note the heading that *opening* opens, whose text is in *inline*, the token after it."""
        children = inline.children if inline and inline.children else []
        plain = not any(child.type in {"myst_role", "image", "link_open", "footnote_ref"} for child in children)
        line, column = _place(inline.content, self.lines, row)(0) if inline else (row + 1, 1)
        self.found.headings.append(Heading(int(opening.tag[1:]), Located(_shown(children), line, column), plain))

    def fence(self, token: Token, first: int, last: int, *, nested: bool, depth: int) -> None:
        """Note a fenced block; it ends before the row *last*."""
        opening = _line(self.lines, first)
        self.found.fences.append(opening)
        closing = self.lines[last - 1].strip(" \t>") if last - 1 > first else ""
        closed = len(closing) >= len(token.markup) and set(closing) == {token.markup[0]}
        if not closed:
            self.found.unclosed.append(opening)
        info = token.info.strip()
        if match := DIRECTIVE.fullmatch(info):
            directive = read_directive(token, match, self.lines, first, closed=closed, inside=nested)
            self.directive(directive, token.content, depth)
            return
        self.found.code_lines.update(range(first + 2, last + 1))
        if info.startswith("{") or info.split(maxsplit=1)[:1] == ["post"]:
            self.found.misspelt.append(opening)
        elif info or closed:  # else it is what was to close a fence
            language = info.split(maxsplit=1)[0] if info else ""
            after = self.lines[first].find(token.markup) + len(token.markup)
            at = Located(language, first + 1, self.lines[first].find(language, after) + 1) if language else opening
            rest = info[len(language) :].strip()
            more = Located(rest, first + 1, self.lines[first].rfind(rest) + 1) if rest else None
            self.found.code.append(Code(Located(language, at.line, at.column), False, token.content, more))

    def directive(self, directive: Directive, content: str, depth: int) -> None:
        """Note a directive and what is in its *content*, all between the fences."""
        self.found.directives.append(directive)
        end = directive.name.line + 1 + content.count("\n")
        name = directive.name.text
        known = DIRECTIVES.get(name) or DIRECTIVES.get(nearest(name, DIRECTIVES) or "")
        if not known or known.body is Body.VERBATIM:
            self.found.code_lines.update(range(directive.body_row + 1, end))
        if not known:
            return
        if known.argument is Argument.TEXT:
            inline = self.text(directive.argument, block=False)
            if name == "tab" and not {child.type for token in inline for child in token.children or ()} <= TEXTUAL:
                self.found.tab_titles.append(directive.argument)
        for option in directive.options:
            if option.name.text == "caption":
                self.text(option.value, block=True)
        if name in {"figure", "image"} and not directive.unreadable:
            alt = directive.option("alt")
            nothing = Located("", directive.argument.line, directive.argument.column)
            self.found.pictures.append(Picture(directive.argument, alt or nothing))
        if name == "chart" and not directive.unreadable:
            alt = directive.option("alt") or Located("", directive.name.line, directive.name.column)
            self.found.charts.append(Picture(directive.argument, alt))
        if name == "math":
            at = directive.argument if directive.argument.text else directive.body or directive.name
            formula = "\n".join(filter(None, [directive.argument.text, directive.content]))
            self.found.formula_blocks.append(Located(formula, at.line, at.column))
        if name == "mermaid" and not directive.unreadable:
            at = directive.argument if directive.argument.text else directive.body or directive.name
            source = "\n".join(filter(None, [directive.argument.text, directive.content]))
            alt = directive.option("alt") or Located("", directive.name.line, directive.name.column)
            if source.strip():
                self.found.diagrams.append(Picture(Located(source, at.line, at.column), alt))
        if known.body is Body.MARKDOWN and not any(line.text.startswith("---") for line in directive.unreadable):
            self.nested_lines += content.count("\n")
            if depth >= limits.NESTING or self.nested_lines > limits.NESTED_LINES:
                self.too_deep(directive.name)
                return
            # The options are left blank, so that each line of the body stays at its row; without an argument MyST takes
            # what stands after the name for the first line of the body.
            first = directive.argument.text if known.argument is Argument.NONE else ""
            text = f"{first}\n" + "\n" * (directive.body_row - directive.name.line) + directive.content
            tokens, _ = _parse(text, self.references)
            if name == "figure" and directive.body and not directive.unreadable and not _begins_with_text(tokens):
                self.found.captions.append(directive.body)
            self.blocks(tokens, row=directive.name.line - 1, depth=depth + 1)

    def text(self, value: Located, *, block: bool) -> list[Token]:
        """Note what is in a text of one line that Sphinx reads as Markdown, a *block* of it or inline; return its tokens."""
        if block:
            tokens, _ = _parse(value.text, self.references)
            if value.text.strip() and not _begins_with_text(tokens):
                self.found.captions.append(value)
        else:
            tokens = _parser().parseInline(value.text, {"references": self.references})
        self.blocks(tokens, row=value.line - 1, depth=1, at=value)
        return tokens


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
    options: list[Option] = []
    unreadable: list[Located] = []
    if content[0].startswith("---"):  # options in MyST's other form, as YAML between two such lines
        unreadable.append(Located(content[0], row + 2, indent + 1))
    for at, line in enumerate(option_lines, row + 2):
        if option := _option(line, at, indent):
            options.append(option)
        else:
            unreadable.append(Located(line.strip(), at, indent + 1))
    body = content[len(option_lines) :]
    return Directive(
        name=Located(match[1], row + 1, brace + 1),
        argument=Located(argument, row + 1, argument_at + 1),
        options=tuple(options),
        body=next(
            (
                Located(line.strip(), at, indent + len(line) - len(line.lstrip()) + 1)
                for at, line in enumerate(body, row + 2 + len(option_lines))
                if line.strip()
            ),
            None,
        ),
        unreadable=tuple(unreadable),
        lines=tuple(Located(line.rstrip(), at, indent + 1) for at, line in enumerate(option_lines, row + 2)),
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


def _place(content: str, lines: Sequence[str], row: int) -> Place:
    """Return the places of an inline token's *content*, which begins at *row* of the file's *lines*.

    The parser has stripped the marks of the containers and the indentation from each of its lines.
    """
    parts = content.split("\n")
    starts = [0, *(match.end() for match in re.finditer("\n", content))]

    @cache
    def column(above: int) -> int:
        line = lines[row + above] if row + above < len(lines) else ""
        return max(line.find(parts[above]), 0) + 1

    def place(offset: int) -> tuple[int, int]:
        above = bisect_right(starts, offset) - 1
        return row + above + 1, column(above) + offset - starts[above]

    return place


def _place_in(at: Located) -> Place:
    """Return the places of a text in one line."""
    return lambda offset: (at.line, at.column + offset)


def _part_nothing(tokens: list[Token]) -> set[int]:
    """Return which of *tokens*, by identity, are thematic breaks not between two blocks: docutils refuses them there.

    One that comes first is not among them, as what is told of then is that the title does not.
    """
    top = [token for token in tokens if token.level == 0 and token.type not in UNSEEN and "footnote" not in token.type]
    return {
        id(token)
        for before, token, after in zip_longest(top, top[1:], top[2:])
        if token and token.type == "hr" and (not after or before.type in {"hr", "heading_close"} or after.type == "hr")
    }


def _begins_with_text(tokens: list[Token]) -> bool:
    """Tell whether a paragraph comes first; what is wrong with a fence is told of the fence."""
    return bool(tokens) and (tokens[0].type == "paragraph_open" or tokens[0].info.startswith("{"))


def _find(text: str, lines: Sequence[str], row: int) -> Located:
    """Return *text* where it stands in the line at *row*."""
    return Located(text, row + 1, lines[row].index(text) + 1)


def _address_at(content: str, token: Token, span: Span) -> int:
    """Return where the address of a link or picture begins in *content*, or all of it where that has none."""
    if token.info == "auto":
        return span[0] + 1
    found = content.rfind("](", *span)
    return span[0] if found < 0 or "label" in token.meta else found + 2


def _shown(children: Iterable[Token]) -> str:
    """Return the text that inline tokens show, that of pictures being their alternative text."""
    return "".join(_texts(children))


def _texts(children: Iterable[Token]) -> Iterator[str]:
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            yield " "
        elif child.type == "image":
            yield _shown(child.children or [])
        else:
            yield child.content


def _mask(content: str, spans: list[Span]) -> str:
    """Return *content* with spaces in place of *spans*."""
    pieces = []
    position = 0
    for start, end in sorted(spans):
        pieces += [content[position:start], " " * (end - max(start, position))]
        position = max(position, end)
    return "".join([*pieces, content[position:]])
