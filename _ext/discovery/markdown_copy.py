"""A copy of each published post as plain Markdown beside its page, ``index.md``, for readers that are programs.

It is made from the text of the page, so that it says what a visitor reads: listings are there, directives are not, and each
address is absolute. https://llmstxt.org asks for such copies, https://spec.commonmark.org and GitHub's tables and
footnotes are the Markdown.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from lxml.etree import XPath
from lxml.html import HtmlElement
from sphinx.application import Sphinx

from _ext.base.output import site_of
from _ext.blog.blog import blog_of
from _ext.discovery.structured_data import LICENCE
from _ext.pages.built_page import BuiltPage
from _ext.posts import Post

FILE = "index.md"
SIGNS = re.compile(r"[\\`*\[\]<~]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)|(?<=!)(?=\[)")
"""What begins something in a line of Markdown."""
LINE_SIGNS = re.compile(r"^(\s*)(?:([#>+=-])|(\d{1,9})(?=[.)](?:\s|$)))", re.MULTILINE)
"""What begins something at the beginning of a line."""
LINE_ENDS, SPACES = re.compile(r"[\t \r\n]*[\r\n][\t \r\n]*"), re.compile(r"[\t ]{2,}|\t")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = {
    *HEADINGS,
    *("blockquote", "br", "div", "label", "li", "ol", "p", "pre", "section", "table", "td", "th", "ul"),
}
"""Elements in which and beside which white space means nothing; a label is the title of a tab."""
LANGUAGE = XPath("substring-before(substring-after(ancestor::div[starts-with(@class, 'highlight-')]/@class, '-'), ' ')")
CODE = XPath(".//text()[not(parent::span[@class = 'linenos'])]", smart_strings=False)


def escaped(text: str) -> str:
    """Return plain *text* as Markdown in which no sign has a meaning."""
    return LINE_SIGNS.sub(r"\1\3\\\2", SIGNS.sub(r"\\\g<0>", text))


def fence_around(text: str, at_least: int = 3) -> str:
    """Return backticks that *text* does not end: one more than it has in a row, and *at_least* so many."""
    return "`" * max(at_least, 1 + max(map(len, re.findall("`+", text)), default=0))


def markdown(text: HtmlElement) -> str:
    """Return the *text* of a post, as `_ext.pages.built_page.standing_alone` leaves it, as Markdown."""
    return f"{_blocks(text)}\n"


def _blocks(element: HtmlElement) -> str:
    return re.sub(r"\n{3,}", "\n\n", _inside(element)).strip()


def _inside(element: HtmlElement) -> str:
    """Return the texts and elements in *element* as Markdown, one after the other."""
    found, text, before = "", element.text, element
    for after in [*element, element]:
        said = escaped(_folded(text or ""))
        said = said.lstrip() if before.tag in BLOCKS else said
        found += said.rstrip() if after.tag in BLOCKS else said
        found += _element(after) if after is not element else ""
        before, text = after, after.tail
    return found


def _folded(text: str) -> str:
    """Return *text* with each stretch of white space as one sign: a new line where it has one, else a space."""
    return SPACES.sub(" ", LINE_ENDS.sub("\n", text))


def _element(element: HtmlElement) -> str:
    names = (element.get("role"), *(f".{name}" for name in element.get("class", "").split()), element.tag)
    form = next((FORMS[name] for name in names if name in FORMS), _inside)
    return form(element) if callable(form) else _around(form, _inside(element))


def _around(form: str, text: str) -> str:
    """Return *text* in its *form*, the spaces around words outside of that; nothing where there is no text."""
    before, after = ("", "") if form[0] == "\n" else (" " * text.startswith(" "), " " * text.endswith(" "))
    return f"{before}{form.format(text.strip())}{after}" if text.strip() else ""


def _quotation(element: HtmlElement) -> str:
    return "\n" + "\n".join(f"> {line}" if line else ">" for line in _blocks(element).split("\n")) + "\n\n"


def _list(element: HtmlElement) -> str:
    lines = []
    for number, item in enumerate(element, int(element.get("start", 1))):
        sign = f"{number}. " if element.tag == "ol" else "- "
        lines.append((sign + re.sub(r"\n(?=.)", "\n" + " " * len(sign), _blocks(item))).rstrip())
    text = "\n".join(lines)
    return f"\n\n{text}\n\n" if next(element.iterancestors("li"), None) is None else f"\n{text}"


def _table(element: HtmlElement) -> str:
    rows = [[LINE_ENDS.sub(" ", _blocks(cell)).replace("|", r"\|") for cell in row] for row in element.iterfind("*/tr")]
    if element.find("thead") is None:  # which a table in Markdown must have
        rows.insert(0, [""] * len(rows[0]))
    rows.insert(1, ["---"] * len(rows[0]))
    title = "".join(map(_blocks, element.iterfind("caption")))
    return f"\n\n{title}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n\n"


def _listing(element: HtmlElement) -> str:
    code, language = "".join(CODE(element)), LANGUAGE(element)
    fence = fence_around(code)
    return f"\n\n{fence}{'' if language in {'default', 'none'} else language}\n{code.rstrip()}\n{fence}\n\n"


def _code(element: HtmlElement) -> str:
    text = _folded(element.text_content())
    ticks = fence_around(text, 1)
    return _around(f"{ticks} {{}} {ticks}" if "`" in text else f"{ticks}{{}}{ticks}", text)


def _footnote(element: HtmlElement) -> str:
    label, text = element.find("span[@class='label']").text_content(), _blocks(element)
    return f"\n\n[^{label.split(']')[0].strip('[')}]: " + text.replace("\n", "\n    ") + "\n\n"


def _link(element: HtmlElement) -> str:
    text, url = _inside(element), _url(element.get("href"))
    return f"<{url}>" if text.replace(r"\_", "_") == url else _around(f"[{{}}]({url})", text)


def _url(url: str) -> str:
    return quote(url, safe="/:?#@!$&'*+,;=%~")


FORMS: Mapping[str, str | Callable[[HtmlElement], str]] = {
    "doc-noteref": lambda element: f"[^{element.text_content().strip('[]')}]",
    "doc-footnote": _footnote,
    ".label": lambda element: "",  # of a footnote, which has it already
    ".admonition": _quotation,
    ".math": lambda element: f"\n\n$$\n{element[0].get('alttext')}\n$$\n\n",
    "math": lambda element: f"${element.get('alttext')}$",
    "a": _link,
    "abbr": lambda element: _inside(element) + (f" ({escaped(title)})" if (title := element.get("title")) else ""),
    "blockquote": _quotation,
    "br": lambda element: "  \n",
    "em": "*{}*",
    "hr": lambda element: "\n\n---\n\n",
    "img": lambda element: f"![{escaped(element.get('alt'))}]({_url(element.get('src'))})",
    "pre": _listing,
    "s": "~~{}~~",
    "strong": "**{}**",
    "sub": "<sub>{}</sub>",
    "sup": "<sup>{}</sup>",
    "table": _table,
    **dict.fromkeys(
        (".admonition-title", ".rubric", "label"), lambda element: f"\n\n**{escaped(element.text_content())}**\n\n"
    ),
    **dict.fromkeys(("code", "kbd", "samp"), _code),
    **dict.fromkeys(("div", "figcaption", "p", "section"), "\n\n{}\n\n"),
    **dict.fromkeys(("ol", "ul"), _list),
    **{name: f"\n\n{'#' * level} {{}}\n\n" for level, name in enumerate(HEADINGS, 1)},
}
"""What an element is in Markdown, by its role, a class or its name, the first that is here; any other is what is in it."""


def head(post: Post, url: str) -> str:
    """Return how the copy of *post*, a published one at *url*, begins: its title and what there is to know of it."""
    lines = [
        f"- URL: <{url}>",
        f"- Published: {post.date}",
        *([f"- Updated: {post.updated}"] if post.updated != post.date else []),
        f"- By: {', '.join(escaped(author.name) for author in post.authors)}",
        f"- Tags: {', '.join(escaped(tag.label) for tag in post.tags)}",
        f"- Licence: text [CC BY 4.0]({LICENCE}), code MIT",
    ]
    return f"# {escaped(post.title)}\n\n> {escaped(post.description)}\n\n" + "\n".join(lines) + "\n"


def copy_url(url: str) -> str:
    """Return the URL of the copy of the post at *url*."""
    return f"{url}{FILE}"


def write_copy(app: Sphinx, page: BuiltPage) -> None:
    """Write the copy of a published post, whose *page* it is."""
    post = blog_of(app).published.get(f"{page.path}index")
    if post and page.text is not None:
        copy = f"{head(post, page.url)}\n{markdown(page.text)}"
        site_of(app.builder).write_file(f"{page.path}{FILE}", copy.encode())
