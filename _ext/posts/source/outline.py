"""The outline of a Markdown document: what it declares, links to and is made of, and where."""

import re
from dataclasses import dataclass, field

from _ext.posts.source.faults import Located

EXPLICIT_TITLE = re.compile(r".+?\s*<([^<]*)>", re.DOTALL)
"""The content of a role that has a text of its own (sphinx.util.nodes.explicit_title_re)."""


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
    lines: tuple[Located, ...]
    """All option lines as they are written."""
    closed: bool
    inside: bool
    """Whether it stands inside another block: a list, a quotation, another directive."""
    body_row: int
    """How many lines of the file are before the body, which begins after the options."""
    content: str
    """The whole body."""

    def option(self, name: str) -> Located | None:
        """Return the value of the first option of that name."""
        return next((option.value for option in self.options if option.name.text == name), None)

    @property
    def values(self) -> dict[str, str]:
        """The options' values by their names."""
        return {option.name.text: option.value.text for option in self.options}


@dataclass(frozen=True)
class Code:
    """A block of code that is not a directive."""

    language: Located
    """The first word after the fence; empty for an indented block."""
    indented: bool
    content: str
    more: Located | None = None
    """What stands after the language."""


@dataclass(frozen=True)
class Link:
    """A link, or the definition of one."""

    at: Located
    """Its address as it will stand in the page, or its text where another line defines the address."""
    address: bool
    text: str | None
    """What the reader sees of it; None where that is the address, or the title of what it leads to."""


@dataclass(frozen=True)
class Role:
    """A piece of text such as ``{kbd}`Ctrl```."""

    name: Located
    content: Located

    @property
    def target(self) -> str:
        """What it refers to: all of its content, or what stands in angle brackets after a text of its own."""
        titled = EXPLICIT_TITLE.fullmatch(self.content.text)
        return titled[1] if titled else self.content.text


@dataclass(frozen=True)
class Picture:
    """A picture of ``![…](…)`` or of a directive."""

    source: Located
    alt: Located


@dataclass(frozen=True)
class Outline:
    """What a Markdown document is made of, each kind in the document's order."""

    front_matter: Located | None
    first: Located | None
    """The first line that shows on the page."""
    prose: list[str] = field(default_factory=list)
    """The text of each paragraph, heading and cell but the title, without markup."""
    headings: list[Heading] = field(default_factory=list)
    inner_headings: list[Located] = field(default_factory=list)
    """The headings inside of other blocks."""
    directives: list[Directive] = field(default_factory=list)
    misspelt: list[Located] = field(default_factory=list)
    """Lines that mean to be a directive and are none: ```` ```{name}argument ````, ``:::{name}``, a backtick in the argument."""
    fences: list[Located] = field(default_factory=list)
    """The lines that open a fence."""
    captions: list[Located] = field(default_factory=list)
    """The captions that are not the text of one paragraph."""
    unclosed: list[Located] = field(default_factory=list)
    """The lines that open a fence which no line closes."""
    code: list[Code] = field(default_factory=list)
    code_lines: set[int] = field(default_factory=set)
    """The lines whose text is not Markdown."""
    stray_breaks: list[Located] = field(default_factory=list)
    """The thematic breaks, such as ``---``, that part nothing."""
    inner_comments: list[Located] = field(default_factory=list)
    """The comments that come right after a line of text, and so perhaps are meant as text."""
    repeated: list[Located] = field(default_factory=list)
    """The definitions of links that are defined already."""
    tab_titles: list[Located] = field(default_factory=list)
    """The titles of tabs that hold more than text."""
    footnotes: list[Located] = field(default_factory=list)
    """The labels of the footnotes that are defined."""
    footnote_references: list[Located] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    formulas: list[Located] = field(default_factory=list)
    formula_blocks: list[Located] = field(default_factory=list)
    diagrams: list[Picture] = field(default_factory=list)
    """Those in Mermaid's language, which stands as their source."""
    charts: list[Picture] = field(default_factory=list)
    """Those of measured results, whose name stands as their source."""
    pictures: list[Picture] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    bare_urls: list[Located] = field(default_factory=list)
    labels: list[Located] = field(default_factory=list)
    references: list[Located] = field(default_factory=list)
    """Characters that are written as ``&#x202e;``, outside of code."""
    html: list[Located] = field(default_factory=list)
    unread: list[tuple[str, Located]] = field(default_factory=list)
    """Markup of other dialects, which MyST shows as it is written: what must be written instead, and where."""
    templates: list[Located] = field(default_factory=list)
    too_deep: list[Located] = field(default_factory=list)
    """Where the document is nested deeper than the parser of the site reads."""

    too_many: list[tuple[str, Located]] = field(default_factory=list)
    """The kinds of which the document has more than it may, and the first that is too many."""

    def named(self, *names: str) -> list[Directive]:
        """Return the directives that have one of these *names*."""
        return [directive for directive in self.directives if directive.name.text in names]

    @property
    def names(self) -> list[Located]:
        """The labels that directives give to what they show."""
        return [name for directive in self.directives if (name := directive.option("name")) and name.text]

    @property
    def titles(self) -> list[Heading]:
        """The level-1 headings."""
        return [heading for heading in self.headings if heading.level == 1]
