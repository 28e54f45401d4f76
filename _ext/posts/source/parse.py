"""Parses a Markdown document into its outline.

The parser is MyST's own with the settings of the site, so that the outline sees what Sphinx will see; but links that the
parser would take for text and nesting that it would leave out are seen too, so that they can be refused.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from markdown_it.token import Token

from _ext.posts.source import limits
from _ext.posts.source.faults import Located, nearest
from _ext.posts.source.grammar import DIRECTIVES, Argument, Body, Form
from _ext.posts.source.inline import InlineWalk, Place, visible_text
from _ext.posts.source.markdown import parse, parser, read_directive, stripped
from _ext.posts.source.outline import Code, Directive, Heading, Link, Outline, Picture

# https://myst-parser.readthedocs.io/en/latest/syntax/roles-and-directives.html
DIRECTIVE = re.compile(r"\{([^\s}]+)\}(?:\s+(.*))?")
MISSPELT = re.compile(r":{3}|(`{3,}|~{3,})\{")
KINDS = {token_type: kind for kind, (_, types) in limits.AMOUNTS.items() for token_type in types}
UNSEEN = {"front_matter", "myst_line_comment", "myst_target"}
"""Tokens that leave nothing on the page."""
TEXTUAL = {"text", "code_inline", "em_open", "em_close", "strong_open", "strong_close", "text_special"}
CONTAINERS = {"blockquote", "list_item", "footnote_reference"}
"""The blocks that hold blocks, by the beginning of their tokens' names."""

STRAY = "stray"
"""Marks a thematic break that is not between two blocks, in the meta data of its token."""


def outline(text: str) -> Outline:
    """Return the outline of *text*, a MyST Markdown document with lines that end in a line feed."""
    lines = text.split("\n")
    tokens, references = parse(text)
    seen = next((token for token in tokens if token.type not in UNSEEN), None)
    found = Outline(
        front_matter=Located(lines[0]) if tokens and tokens[0].type == "front_matter" else None,
        first=_line(lines, seen.map[0]) if seen and seen.map else None,
    )
    walk = _Walk(found, references, lines=lines)
    walk.blocks(tokens)
    walk.close()
    return found


def _line(lines: Sequence[str], row: int) -> Located:
    """Return the line at *row*, stripped, and where it begins."""
    return stripped(lines[row], row)


class _Block(NamedTuple):
    """A token and where it stands."""

    token: Token
    following: Token | None
    first: int
    """The row of the file in which it begins."""
    last: int
    """The row before which it ends."""
    nested: bool
    """Whether it is inside another block."""
    depth: int
    """How many containers are around it."""
    at: Located | None
    """The place of the text, where that is one line within another, such as the value of an option."""


@dataclass
class _Walk(InlineWalk):
    """Walks through the tokens of a document and of what its directives hold, and notes what it finds."""

    lines: Sequence[str] = ()
    """The lines of the file."""
    amounts: Counter[str] = field(default_factory=Counter)
    nested_lines: int = 0

    def blocks(self, tokens: list[Token], *, row: int = 0, depth: int = 0, at: Located | None = None) -> None:
        """Note what the *tokens* of a text declare.

        The text begins at *row* of the file's lines and is inside of *depth* containers; a text in one line, such as the
        value of an option, stands *at* its own place.
        """
        self.define(row, at)
        _note_breaks_that_part_nothing(tokens)
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
            if note := BLOCKS.get(token.type):
                note(self, _Block(token, following, first, last, depth > 0 or token.level > 0, depth + within, at))

    def heading(self, block: _Block) -> None:
        """Note a heading, whose text is in the token after it."""
        if block.nested:
            self.found.inner_headings.append(block.at or _line(self.lines, block.first))
            return
        inline = block.following
        children = inline.children if inline and inline.children else []
        plain = not any(child.type in {"myst_role", "image", "link_open", "footnote_ref"} for child in children)
        line, column = _place(inline.content, self.lines, block.first)(0) if inline else (block.first + 1, 1)
        level = int(block.token.tag[1:])
        self.found.headings.append(Heading(level, Located(visible_text(children), line, column), plain))

    def indented_code(self, block: _Block) -> None:
        self.found.code_lines.update(range(block.first + 1, block.last + 1))
        self.found.code.append(Code(_line(self.lines, block.first), True, block.token.content))

    def footnote(self, block: _Block) -> None:
        """Note the label of a footnote."""
        label, row = str(block.token.meta["label"]), block.first
        self.found.footnotes.append(Located(label, row + 1, max(self.lines[row].find(label), 0) + 1))

    def thematic_break(self, block: _Block) -> None:
        """Note a break where it has no place."""
        if not block.at and (block.nested or STRAY in block.token.meta):
            self.found.stray_breaks.append(_line(self.lines, block.first))

    def comment(self, block: _Block) -> None:
        """Note a comment that comes right after a line of text."""
        if block.first > 0 and self.lines[block.first - 1].strip(" >"):
            self.found.inner_comments.append(_line(self.lines, block.first))

    def target(self, block: _Block) -> None:
        """Note a label to refer to."""
        column = self.lines[block.first].find("(") + 2
        self.found.labels.append(block.at or Located(block.token.content, block.first + 1, column))

    def paragraph(self, block: _Block) -> None:
        """Note the text of a paragraph, heading or cell, and what is in it."""
        token, at = block.token, block.at
        children = token.children or []
        if MISSPELT.match(token.content):
            self.found.misspelt.append(_line(self.lines, block.first))
        title = block.following is not None and block.following.tag == "h1"
        place = _place_in(at) if at else _place(token.content, self.lines, block.first)
        self.inline(token.content, children, place, title=title)
        if not title:
            self.found.prose.append(visible_text(child for child in children if child.type != "image"))

    def define(self, row: int, at: Located | None) -> None:
        """Note where the links ``[label]: address`` that were just parsed are defined."""
        for label, reference in self.references.items():
            if "map" in reference:
                first, last = reference.pop("map")
                address = str(reference["href"])
                rows = range(row + first, min(row + last, len(self.lines)))
                found = next((candidate for candidate in rows if address in self.lines[candidate]), None)
                column = 0 if found is None else self.lines[found].index(address)
                place = Located(address, (row + first if found is None else found) + 1, column + 1)
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

    def fence(self, block: _Block) -> None:
        """Note a fenced block."""
        if block.at:
            self.found.unclosed.append(block.at)
            return
        token, first, last = block.token, block.first, block.last
        line, opening = self.lines[first], _line(self.lines, first)
        self.found.fences.append(opening)
        closing = self.lines[last - 1].strip(" \t>") if last - 1 > first else ""
        closed = len(closing) >= len(token.markup) and set(closing) == {token.markup[0]}
        if not closed:
            self.found.unclosed.append(opening)
        info = token.info.strip()
        if match := DIRECTIVE.fullmatch(info):
            directive = read_directive(token, match, self.lines, first, closed=closed, inside=block.nested)
            self.directive(directive, token.content, block.depth)
            return
        self.found.code_lines.update(range(first + 2, last + 1))
        if info.startswith("{") or info.split(maxsplit=1)[:1] == ["post"]:
            self.found.misspelt.append(opening)
        elif info or closed:  # else it is what was to close a fence
            language, rest = (*info.split(maxsplit=1), "", "")[:2]
            after = line.find(token.markup) + len(token.markup)
            at = Located(language, first + 1, line.find(language, after) + 1) if language else opening.saying("")
            more = Located(rest, first + 1, line.rfind(rest) + 1) if rest else None
            self.found.code.append(Code(at, False, token.content, more))

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
        self.shown_by(directive)
        if known.body is Body.MARKDOWN and not any(line.text.startswith("---") for line in directive.unreadable):
            self.body(directive, known, content.count("\n"), depth)

    def shown_by(self, directive: Directive) -> None:
        """Note the picture, chart, formula or diagram that a directive shows."""
        name, argument = directive.name, directive.argument
        at = argument if argument.text else directive.body or name
        source = at.saying("\n".join(filter(None, [argument.text, directive.content])))
        if name.text == "math":
            self.found.formula_blocks.append(source)
        if directive.unreadable:
            return
        alt = directive.option("alt")
        if name.text in {"figure", "image"}:
            self.found.pictures.append(Picture(argument, alt or argument.saying("")))
        elif name.text == "chart":
            self.found.charts.append(Picture(argument, alt or name.saying("")))
        elif name.text == "mermaid" and source.text.strip():
            self.found.diagrams.append(Picture(source, alt or name.saying("")))

    def body(self, directive: Directive, known: Form, lines: int, depth: int) -> None:
        """Note what is in the Markdown, of so many *lines*, that a directive holds."""
        self.nested_lines += lines
        if depth >= limits.NESTING or self.nested_lines > limits.NESTED_LINES:
            self.too_deep(directive.name)
            return
        # The options are left blank, so that each line of the body stays at its row; without an argument MyST takes
        # what stands after the name for the first line of the body.
        first = directive.argument.text if known.argument is Argument.NONE else ""
        text = f"{first}\n" + "\n" * (directive.body_row - directive.name.line) + directive.content
        tokens, _ = parse(text, self.references)
        figure = directive.name.text == "figure"
        if figure and directive.body and not directive.unreadable and not _begins_with_text(tokens):
            self.found.captions.append(directive.body)
        self.blocks(tokens, row=directive.name.line - 1, depth=depth + 1)

    def text(self, value: Located, *, block: bool) -> list[Token]:
        """Note what is in a text of one line, which Sphinx reads as a *block* of Markdown or as inline text; return its tokens."""
        if block:
            tokens, _ = parse(value.text, self.references)
            if value.text.strip() and not _begins_with_text(tokens):
                self.found.captions.append(value)
        else:
            tokens = parser().parseInline(value.text, {"references": self.references})
        self.blocks(tokens, row=value.line - 1, depth=1, at=value)
        return tokens


BLOCKS: dict[str, Callable[[_Walk, _Block], None]] = {
    "code_block": _Walk.indented_code,
    "fence": _Walk.fence,
    "footnote_reference_open": _Walk.footnote,
    "heading_open": _Walk.heading,
    "hr": _Walk.thematic_break,
    "inline": _Walk.paragraph,
    "myst_line_comment": _Walk.comment,
    "myst_target": _Walk.target,
}
"""What notes a token, by its type."""


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


def _note_breaks_that_part_nothing(tokens: list[Token]) -> None:
    """Mark as STRAY the thematic breaks that are not between two blocks: docutils refuses them there.

    One that comes first is not among them, as what is told of then is that the title does not.
    """
    top = [token for token in tokens if token.level == 0 and token.type not in UNSEEN and "footnote" not in token.type]
    for before, token, after in zip_longest(top, top[1:], top[2:]):
        if token and token.type == "hr" and (not after or before.type in {"hr", "heading_close"} or after.type == "hr"):
            token.meta[STRAY] = True


def _begins_with_text(tokens: list[Token]) -> bool:
    """Tell whether a paragraph comes first; what is wrong with a fence is told of the fence."""
    return bool(tokens) and (tokens[0].type == "paragraph_open" or tokens[0].info.startswith("{"))
