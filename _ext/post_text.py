"""What the text of a post holds, for those who have to judge it: words, code, pictures, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from sphinx.directives.code import LiteralIncludeReader
from sphinx.errors import PycodeError

from _ext.posts import Post
from _ext.posts.outline import DIRECTIVE, DISABLED_SYNTAX, VERBATIM, outline

OPENING = 40  # words
SELECTING = {"end-at", "end-before", "lines", "pyobject", "start-after", "start-at"}


@dataclass(frozen=True)
class PostText:
    """What a post's text holds."""

    words: int
    """Of prose: neither code nor the title."""
    code_lines: int
    """That are not blank, those of files that the post shows included."""
    pictures: tuple[str, ...]
    """Paths relative to the site's root."""
    links: tuple[str, ...]
    """To other sites, in the post's order."""
    opening: str
    """The first words of the prose."""


def read_text(root: Path, post: Post) -> PostText:
    """Return what the text of *post* holds, a sound post of the site at *root*."""
    text = (root / post.path).read_text(encoding="utf-8")
    folder = post.path.removesuffix("index.md")
    tokens = list(_walk(text))
    title = next(row for row, token in enumerate(tokens) if token.type == "heading_open") + 1
    blocks = [token.children or [] for row, token in enumerate(tokens) if token.type == "inline" and row != title]
    inline = [child for block in blocks for child in block]
    prose = " ".join("".join(_prose(child) for child in block) for block in blocks)
    words = [word for word in prose.split() if any(map(str.isalnum, word))]
    shown = [found for found in outline(text).directives if found.name.text in {"figure", "image", "literalinclude"}]
    pictures = [str(child.attrs["src"]) for child in inline if child.type == "image"]
    pictures += [found.argument.text for found in shown if found.name.text != "literalinclude"]
    code = [token.content for token in tokens if token.type == "fence"]
    for found in shown:
        if found.name.text == "literalinclude":
            options = {option.name.text: option.value.text for option in found.options}
            code.append(_included(root / folder / found.argument.text, options))
    links = [str(child.attrs["href"]) for child in inline if child.type == "link_open"]
    return PostText(
        words=len(words),
        code_lines=sum(1 for block in code for line in block.splitlines() if line.strip()),
        pictures=tuple(dict.fromkeys(folder + path for path in pictures)),
        links=tuple(dict.fromkeys(link for link in links if re.match("https?://", link, re.IGNORECASE))),
        opening=" ".join(words[:OPENING]),
    )


def _walk(text: str) -> Iterator[Token]:
    """Yield the tokens of *text*, for a directive with Markdown in it those of its body."""
    parser = create_md_parser(MdParserConfig(disable_syntax=DISABLED_SYNTAX), RendererHTML)
    for token in parser.parse(text):
        directive = DIRECTIVE.fullmatch(token.info.strip()) if token.type == "fence" else None
        if not directive:
            yield token
            continue
        body = re.sub(r"\A(:.*\n)*", "", token.content)
        if directive[1] in VERBATIM:
            token.content = body
            yield token
        else:
            yield from _walk(body)


def _prose(token: Token) -> str:
    """Return what an inline *token* adds to the words of its paragraph."""
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content if token.type in {"text", "code_inline", "myst_role"} else ""


def _included(path: Path, options: dict[str, str]) -> str:
    """Return what ``literalinclude`` shows of the file at *path*, nothing where the build will say that it cannot."""
    selecting = {name: value for name, value in options.items() if name in SELECTING}
    reader = LiteralIncludeReader(path, selecting, SimpleNamespace(source_encoding="utf-8-sig"))  # type: ignore[arg-type]
    try:
        shown: str = reader.read()[0]
    except (OSError, ValueError, PycodeError):
        return ""
    return shown
