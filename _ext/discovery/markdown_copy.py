"""A copy of each published post as plain Markdown beside its page, ``index.md``, for readers that are programs.

It is made from the text of the page, so that it says what a visitor reads: listings are there, directives are not, and each
address is absolute. https://llmstxt.org asks for such copies, https://spec.commonmark.org and GitHub's tables and
footnotes are the Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import lxml.html
from bs4 import Tag
from docutils import nodes
from lxml.etree import SubElement
from markdownify import ATX, MarkdownConverter
from sphinx.application import Sphinx

from _ext.base.output import site_of
from _ext.blog.blog import blog_of
from _ext.blog.permalinks import permalink
from _ext.discovery.structured_data import LICENCE
from _ext.feeds.feed import standalone
from _ext.posts import Post

FILE = "index.md"
SIGNS = re.compile(r"[\\`*\[\]<~]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)|(?<=!)(?=\[)")
"""What begins something in a line of Markdown."""
LINE_SIGNS = re.compile(r"^(\s*)([#>+=-]|\d{1,9}(?=[.)](?:\s|$)))", re.MULTILINE)
"""What begins something at the beginning of a line."""
LANGUAGE = re.compile(r"highlight-(\S+)")
IN_BOLD = ".//p[@class='admonition-title'] | .//p[@class='rubric'] | .//label"


def escaped(text: str) -> str:
    """Return plain *text* as Markdown in which no sign has a meaning."""
    return LINE_SIGNS.sub(_escape_line, SIGNS.sub(r"\\\g<0>", text))


def _escape_line(match: re.Match[str]) -> str:
    before, sign = match.groups()
    return f"{before}{sign}\\" if sign.isdigit() else f"{before}\\{sign}"


def fence_around(text: str) -> str:
    """Return backticks that *text* does not end: one more than it has in a row, three at least."""
    return "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))


class Converter(MarkdownConverter):
    """Converts what `prepare` leaves of a post's HTML."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        return escaped(text)

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        fence = fence_around(text)
        return f"\n\n{fence}{el.get('data-language', '')}\n{text.rstrip()}\n{fence}\n\n"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"![{escaped(str(el.get('alt', '')))}]({el['src']})"

    def convert_abbr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"{text} ({escaped(str(el['title']))})" if el.get("title") else text

    def convert_math(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n$$\n{el['data-source']}\n$$\n\n" if el.get("display") == "block" else f"${el['data-source']}$"

    def convert_footnote_reference(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"[^{el['data-label']}]"

    def convert_footnote(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n[^{el['data-label']}]: " + text.strip().replace("\n", "\n    ") + "\n\n"

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        cell: str = super().convert_td(el, text.replace("|", r"\|"), parent_tags)  # type: ignore[misc]  # its stubs have no td
        return cell

    def convert_th(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        cell: str = super().convert_th(el, text.replace("|", r"\|"), parent_tags)  # type: ignore[misc]
        return cell


def markdown(html: str, formulas: Iterable[str]) -> str:
    """Return the text of a post, *html* with absolute addresses, as Markdown; *formulas* are its LaTeX, in order."""
    text = lxml.html.fragment_fromstring(html, create_parent="div")
    prepare(text, iter(formulas))
    # lxml reads it again in a third of the time of Python's own parser.
    parser = {"features": "lxml"}
    converter = Converter(heading_style=ATX, bullets="-", sub_symbol="<sub>", sup_symbol="<sup>", bs4_options=parser)  # type: ignore[arg-type]  # its stubs say text
    converted: str = converter.convert(lxml.html.tostring(text, encoding="unicode"))
    return re.sub(r"\n{3,}", "\n\n", converted).strip() + "\n"


def prepare(text: lxml.html.HtmlElement, formulas: Iterator[str]) -> None:
    """Turn what Sphinx makes of directives into HTML that Markdown has a word for."""
    for numbers in text.xpath(".//span[@class='linenos']"):
        numbers.drop_tree()
    for code in text.iter("pre"):
        language = LANGUAGE.search(" ".join(code.xpath("ancestor::div/@class")))
        content = code.text_content()
        code.clear(keep_tail=True)
        code.text = content
        code.set("data-language", language[1] if language and language[1] not in {"default", "none"} else "")
    for formula in list(text.iter("math")):
        formula.set("data-source", next(formulas, formula.text_content()))
    for reference in text.xpath(".//a[@role='doc-noteref']"):
        reference.set("data-label", reference.text_content().strip("[]"))
        reference.tag = "footnote-reference"
    for note in text.xpath(".//aside[@role='doc-footnote']"):
        (label,) = note.xpath("./span[@class='label']")
        note.set("data-label", label.text_content().split("]")[0].strip("["))
        label.drop_tree()
        note.tag = "footnote"
    for box in text.xpath(".//div[contains(concat(' ', @class, ' '), ' admonition ')]"):
        box.tag = "blockquote"
    for title in text.xpath(IN_BOLD):
        inner = title.text_content()
        title.clear(keep_tail=True)
        title.tag = "p"
        SubElement(title, "strong").text = inner
    for element, attribute, url, _ in text.iterlinks():
        element.set(attribute, quote(url, safe="/:?#@!$&'*+,;=%~"))
        element.attrib.pop("title", None)


def head(post: Post, url: str) -> str:
    """Return how the copy of *post*, a published one at *url*, begins: its title and what there is to know of it."""
    lines = [f"- URL: <{url}>", f"- Published: {post.date}"]
    if post.updated != post.date:
        lines.append(f"- Updated: {post.updated}")
    lines += [
        f"- By: {', '.join(escaped(author.name) for author in post.authors)}",
        f"- Tags: {', '.join(escaped(tag.label) for tag in post.tags)}",
        f"- Licence: text [CC BY 4.0]({LICENCE}), code MIT",
    ]
    return f"# {escaped(post.title)}\n\n> {escaped(post.description)}\n\n" + "\n".join(lines) + "\n"


def copy_url(url: str) -> str:
    """Return the URL of the copy of the post at *url*."""
    return f"{url}{FILE}"


def write_copy(app: Sphinx, pagename: str, context: dict[str, Any], doctree: object) -> None:
    """Write the copy of a published post with its page, and set ``markdown_copy``, where it stands, for the template."""
    post = blog_of(app).published.get(pagename)
    if not post or not isinstance(doctree, nodes.document):
        return
    url = permalink(app, pagename)
    html = standalone(f"<div data-post-text>{context['body']}</div>".encode(), url)
    formulas = [node.astext() for node in doctree.findall() if isinstance(node, nodes.math | nodes.math_block)]
    path = f"{app.builder.get_target_uri(pagename)}{FILE}"
    site_of(app.builder).write_file(path, f"{head(post, url)}\n{markdown(html, formulas)}".encode())
    context["markdown_copy"] = FILE
