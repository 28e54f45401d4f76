"""What a text of a paragraph, heading or cell has in it: roles, links, pictures, and what only looks like markup."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile

from markdown_it.token import Token

from _ext.posts.source import limits
from _ext.posts.source.faults import Located
from _ext.posts.source.markdown import References, Span, parser
from _ext.posts.source.outline import Link, Outline, Picture, Role

MAY_BE_HTML = re.compile(r"<[A-Za-z/!?]")
LIKE_HTML = re.compile(r"(?<!\\)<[A-Za-z][A-Za-z0-9-]*(/[^<>]*>|\s+[A-Za-z-]+\s*=)")
"""What is a tag to browsers and none to CommonMark: ``<svg/onload=…>``, or one that a quotation's sign cuts off."""
CHARACTER = re.compile(r"&#([0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});")
TEMPLATE = re.compile(r"\{\{(?:(?!\{\{|\}\}).)*\}\}|\{%(?!-?\s*end)(?:(?!\{%|%\}).)*%\}", re.DOTALL)
URL = re.compile(r"\bhttps?://[^\s<>`]+|\bwww\.[^\s<>`]+\.[^\s<>`]+", re.IGNORECASE)
FORMULA = r"\$\$.+?\$\$|(?<![\\$\w])\$(?=[^$\n]*[\\^_{])[^$\s](?:[^$\n]*[^$\s])?\$(?![\w$])"
ROW_BELOW_HEAD = r"^\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?$"
LINK_BY_LABEL = r"(?<![\\!\]\w])\[[^\[\]\n^]+\]\[[^\[\]\n]*\]"
OTHER_DIALECTS = {
    "formula must be written {math}`…`": FORMULA,
    "heading must have a space after its #": r"^#{2,6}[^#\s].*",
    "box must be a directive such as ```{note}": r"^\[!\w+\]",
    "directive must be written ```{name} argument": r"^\.\. [a-z-]+::",
    "role must be written {name}`…`": r":[a-z]+:(?=  )",
    "row below a table's head must have as many cells as the head": ROW_BELOW_HEAD,
    "link must have its label defined in a line such as [label]: https://…": LINK_BY_LABEL,
}
"""What must be in place of markup that means something to others; code is spaces in the text in which it is looked for."""
SIGNS_AFTER_URL = ".,;:!?)]}'\"*_"
Place = Callable[[int], tuple[int, int]]
"""Gives the line and column of an offset in some text."""


@dataclass
class InlineWalk:
    """Walks through the tokens of texts and notes what it finds."""

    found: Outline
    references: References
    definitions: dict[str, Located] = field(default_factory=dict)
    """The addresses of the definitions ``[label]: address``, by label."""
    link_labels: set[str] = field(default_factory=set)
    picture_labels: set[str] = field(default_factory=set)

    def inline(self, content: str, children: list[Token], place: Place, *, title: bool = False) -> None:
        """Note what a text of paragraphs, headings and cells, *content*, has in it."""
        code: list[Span] = []
        links: list[Span] = []
        for index, child in enumerate(children):
            span: Span = child.meta.get("span", (0, 0))
            if child.level >= limits.NESTING:
                self.too_deep(Located(content.split("\n")[0], *place(0)))
            if child.type in {"code_inline", "myst_role"}:
                code.append(span)
            elif child.type in {"image", "link_open"}:
                links.append(span)
            if child.type == "myst_role":
                self._role(child, place(span[0]))
            elif child.type == "image":
                self._picture(child, place(_address_at(content, child, span)), place(span[0] + 2))
            elif child.type == "footnote_ref":
                self.found.footnote_references.append(Located(str(child.meta["label"]), *place(span[0])))
            elif child.type == "link_open":
                self._link(child, visible_text(_inside(children, index)), place(_address_at(content, child, span)))
        masked = _mask(content, code)
        if MAY_BE_HTML.search(masked):
            links += self._html(content, masked, place)
        self._signs(masked, _mask(masked, links), place, title=title)

    def _signs(self, masked: str, unlinked: str, place: Place, *, title: bool) -> None:
        """Note what no token tells of in a text, *masked* being the text without code, *unlinked* without links, too."""
        for instead, pattern in OTHER_DIALECTS.items():
            for match in re.finditer(pattern, unlinked, re.MULTILINE):
                self.found.unread.append((instead, Located(match[0].strip(), *place(match.start()))))
        for match in CHARACTER.finditer(masked):
            self.found.references.append(Located(_character(match[1]), *place(match.start())))
        for match in TEMPLATE.finditer(masked) if not title else ():
            self.found.templates.append(Located(match[0], *place(match.start())))
        for match in URL.finditer(unlinked):
            self.found.bare_urls.append(Located(match[0].rstrip(SIGNS_AFTER_URL), *place(match.start())))

    def _role(self, token: Token, place: tuple[int, int]) -> None:
        """Note a role and, where it has one, its formula."""
        line, column = place
        name = str(token.meta["name"])
        role = Role(Located(name, line, column + 1), Located(token.content, line, column + len(name) + 3))
        self.found.roles.append(role)
        if name == "math":
            self.found.formulas.append(role.content)
        if name == "doc":
            self.found.links.append(Link(Located(f"{role.target}.md", line, role.content.column), True, None))

    def _picture(self, token: Token, place: tuple[int, int], alt_place: tuple[int, int]) -> None:
        """Note a picture, whose address may be defined elsewhere."""
        source = Located(str(token.attrs.get("src", "")), *place)
        if label := token.meta.get("label"):
            self.picture_labels.add(label)
            source = self.definitions.get(label, source)
        self.found.pictures.append(Picture(source, Located(visible_text(token.children or []), *alt_place)))

    def _link(self, token: Token, text: str, place: tuple[int, int]) -> None:
        """Note a link; one without text shows its address, or the title of the page in the site that it leads to."""
        address = str(token.attrs.get("href", ""))
        own = "label" not in token.meta
        self.link_labels.add(str(token.meta.get("label")))
        titled = token.info == "auto" or (not text and not URL.match(address))
        self.found.links.append(Link(Located(address if own else text, *place), own, None if titled else text))

    def _html(self, content: str, masked: str, place: Place) -> list[Span]:
        """Note the HTML in the text of a paragraph, heading or cell, which the parser of the site takes for text.

        *masked* is *content* without code. Returns where the tags are.
        """
        spans: list[Span] = []
        starts = [0, *(match.end() for match in re.finditer("\n", content))]
        for token in parser(html=True).parse(content, {"references": dict(self.references)}):
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

    def too_deep(self, at: Located) -> None:
        """Note the first place that is nested too deep; all that stands within it is, too."""
        if not self.found.too_deep:
            self.found.too_deep.append(at)


def _address_at(content: str, token: Token, span: Span) -> int:
    """Return where the address of a link or picture begins in *content*, or all of it where that has none."""
    if token.info == "auto":
        return span[0] + 1
    found = content.rfind("](", *span)
    return span[0] if found < 0 or "label" in token.meta else found + 2


def _character(number: str) -> str:
    """Return the character of a *number* such as ``x202e`` in a reference, U+FFFD where there is none."""
    code_point = int(number[1:], 16) if number[0] in "xX" else int(number)
    return chr(code_point) if code_point <= sys.maxunicode else "\ufffd"


def _inside(children: Sequence[Token], index: int) -> Iterator[Token]:
    """Return those of the *children* that are inside of the one at *index*, which opens."""
    return takewhile(lambda inner: inner.level > children[index].level, islice(children, index + 1, None))


def visible_text(children: Iterable[Token]) -> str:
    """Return the text that inline tokens show, that of pictures being their alternative text."""
    return "".join(map(_text, children))


def _text(token: Token) -> str:
    if token.type == "image":
        return visible_text(token.children or [])
    return " " if token.type in {"softbreak", "hardbreak"} else token.content


def _mask(content: str, spans: list[Span]) -> str:
    """Return *content* with spaces in place of *spans*."""
    signs = list(content)
    for start, end in spans:
        signs[start:end] = " " * (end - start)
    return "".join(signs)
