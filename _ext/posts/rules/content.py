"""Rules of what a post is made of: syntax that is allowed, links that lead somewhere, pictures that speak."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from functools import cache
from urllib.parse import urlsplit

from docutils.nodes import make_id
from pygments.lexers import get_all_lexers

from _ext.posts.drawings.mathml import mathml
from _ext.posts.drawings.mermaid import diagram
from _ext.posts.rules.metadata import POST_PATH, options
from _ext.posts.source import limits
from _ext.posts.source.addresses import broken, is_local
from _ext.posts.source.characters import visible
from _ext.posts.source.faults import Findings, Located, must, must_have, nearest, rule
from _ext.posts.source.grammar import (
    DIRECTIVES,
    LABEL,
    LANGUAGES,
    PAGES,
    ROLES,
    SLOW_LANGUAGES,
    TEXT_OPTIONS,
    VALUES,
    Argument,
    Body,
)
from _ext.posts.source.outline import Code, Directive, Heading, Link, Outline, Picture, Role

TEXTS_THAT_SAY_NOTHING = frozenset(
    (
        "article",
        "click",
        "click here",
        "details",
        "here",
        "hier",
        "learn more",
        "link",
        "more",
        "page",
        "post",
        "read more",
        "see",
        "see here",
        "see more",
        "see this",
        "site",
        "source",
        "that",
        "the link",
        "there",
        "this",
        "this article",
        "this link",
        "this page",
        "this post",
        "this site",
        "url",
        "website",
    )
)
ALTS_THAT_SAY_NOTHING = frozenset(
    (
        "alt",
        "alt text",
        "chart",
        "diagram",
        "figure",
        "graph",
        "graphic",
        "icon",
        "illustration",
        "image",
        "img",
        "logo",
        "photo",
        "pic",
        "picture",
        "plot",
        "screen shot",
        "screenshot",
        "tbd",
        "todo",
        "untitled",
    )
)
BLANK_LINES = re.compile(rf"(?:[^\S\n]*\n){{{limits.BLANK_LINES + 2}}}")
NEEDING_BODY = ("admonition", "list-table", "mermaid", "tab", "table", "update")
ADDRESS = re.compile(r"(https?://(?P<a>[^/\s?#]+)|(?P<b>(www\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.(com|net|org)))(/|$)")
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
"""A language with or without script and region, the tags that are used (BCP 47, RFC 5646 §2.1)."""
NUMBERED = re.compile(r"[0-9]{1,5}(#[\w.-]+)?")
"""What {pep} and {rfc} refer to: the number, and perhaps a section."""
PAGES_OF_SPHINX = re.compile(r"genindex|modindex|py-modindex|search")
"""The labels of pages that Sphinx has, and this site has not or not to refer to."""
RESERVED_LABELS = re.compile(rf"{PAGES_OF_SPHINX.pattern}|(archive|author|blog|category|language|location|tag)-.*")
RESERVED_IDS = re.compile(
    r"codecell[0-9]+|furo-main-content|navigation|search-progress|search-results|searchbox|sidebar-(archive|newest)"
    r"|svg-.*|tab-set--.*|toc|toc-drawer|__(navigation|toc)"
)
"""The ids by which Furo, Sphinx's search and the copy buttons find their own parts of a page."""
LANGUAGES_OF_SPHINX = ("default", "none")


@rule
def html(found: Sequence[Located]) -> Findings:
    """A post has no HTML: no tag, comment or declaration. What only looks like it goes in backticks."""
    for at in found:
        yield must("HTML must be left out, or put in backticks where it is meant as text", at)


@rule
def template(found: Sequence[Located]) -> Findings:
    """A post has no template syntax and no substitutions in its text; in code it may show them."""
    for at in found:
        yield must("template syntax must be in backticks", at)


@rule
def markup(unread: Sequence[tuple[str, Located]]) -> Findings:
    """A post is in CommonMark and MyST: what other dialects read would be shown with its signs."""
    for instead, at in unread:
        yield must(instead, at)


@rule
def fence(declared: Outline) -> Findings:
    """A fence is closed, and a directive written in the way that MyST reads: a space, no tab, no backslash at the end."""
    for at in declared.misspelt:
        yield must("directive must be written ```{name} argument", at)
    for at in [] if declared.misspelt else declared.unclosed[:1]:  # what follows is in it, or is what seems to close it
        yield must("fence must be closed by a line of as many signs; one around it must be of more", at)
    unreadable = {line.line for directive in declared.directives for line in directive.unreadable}
    options = [line for directive in declared.directives for line in directive.lines]
    written = [line for line in options if line.line not in unreadable]
    for at in [*declared.fences, *written]:
        if "\t" in at.text:
            yield must("line must have no tab", at)
    for at in declared.fences:
        if at.text.endswith("\\"):
            yield must("line must not end in a backslash", at)


@rule
def directive(found: Sequence[Directive], tab_titles: Sequence[Located] = ()) -> Findings:
    """A post is made of the directives that are listed."""
    for at in tab_titles:
        yield must("title of a tab must be text, without links, roles and pictures", at)
    for given in found:
        name = given.name
        known = DIRECTIVES.get(name.text)
        if not known:
            names = ", ".join(sorted(DIRECTIVES))
            yield must(f"directive must be one of {names}", name, near=nearest(name.text, DIRECTIVES))
        elif known.argument is Argument.NONE and given.argument.text and given.body:
            yield must(f"{{{name.text}}} must have its text below it; a title takes ```{{admonition}}", given.argument)
        elif known.body is Body.NONE and given.body and name.text != "post" and not given.unreadable:
            yield must(f"{{{name.text}}} must have no body", given.body)
        elif (known.body is Body.MARKDOWN and name.text != "figure" and not (given.body or given.argument.text)) or (
            name.text in NEEDING_BODY and not given.body and not given.unreadable
        ):
            yield must_have(f"{{{name.text}}} must have a body, between its line and the closing fence", name)
        elif (
            known.argument is Argument.TEXT and name.text in {"admonition", "rubric", "tab"} and not given.argument.text
        ):
            yield must_have(f"{{{name.text}}} must have a title after its name", name)


@rule
def directive_option(found: Sequence[Directive], captions: Sequence[Located]) -> Findings:
    """A directive has only the options that are listed for it, with values of their form."""
    for at in captions:
        yield must("caption must be the text of a paragraph", at)
    for given in found:
        if given.name.text in DIRECTIVES and given.name.text != "post":
            yield from options(given, DIRECTIVES[given.name.text].options)
            for option in given.options:
                if option.name.text in TEXT_OPTIONS and not option.value.text.strip():
                    yield must_have(f"{option.name.text} must have a value", option.name)
            spec = given.option("emphasize-lines")
            if given.name.text == "code-block" and spec and VALUES["emphasize-lines"].pattern.fullmatch(spec.text):
                lines = given.content.strip("\n").count("\n") + 1
                if max(map(int, re.findall(r"[0-9]+", spec.text))) > lines:
                    yield must(f"emphasize-lines must be among the {lines} lines of the code", spec)


@rule
def role(found: Sequence[Role]) -> Findings:
    """A post is made of the roles that are listed, each of a few words; {pep} and {rfc} take a number, {lang} a language."""
    for given in found:
        name, content = given.name, given.content
        if name.text not in ROLES:
            yield must(f"role must be one of {', '.join(ROLES)}", name, near=nearest(name.text, ROLES))
        elif len(content.text) > limits.ROLE:
            yield must(f"role must have at most {limits.ROLE} characters", content)
        elif name.text == "ref" and PAGES_OF_SPHINX.fullmatch(given.target.rstrip(">")):
            yield must("ref must be a label of a post", content)
        elif name.text in {"pep", "rfc"} and not NUMBERED.fullmatch(given.target):
            yield must(f"{name.text} must be a number, such as 8", content)
        elif name.text == "lang" and (given.target == content.text or not LANGUAGE_TAG.fullmatch(given.target)):
            yield must("lang must be a passage and the tag of its language, such as 'Schadenfreude <de>'", content)


@rule
def math(formulas: Sequence[Located], blocks: Sequence[Located]) -> Findings:
    """A formula is LaTeX that can be shown as MathML, in a line or in *blocks* of its own."""
    for at, block in [*((at, False) for at in formulas), *((at, True) for at in blocks)]:
        try:
            mathml(at.text, block=block)
        except ValueError as error:
            yield must(str(error), at)


@rule
def mermaid(found: Sequence[Picture]) -> Findings:
    """A diagram is in Mermaid's language, of a kind that can be drawn as boxes, lines and text, and has no links."""
    for given in found[limits.DIAGRAMS :]:
        yield must(f"post must have at most {limits.DIAGRAMS} diagrams; the first too many", given.source)
        return
    for given in found:
        try:
            diagram(given.source.text)
        except ValueError as error:
            yield must(str(error), given.source)


@rule
def nesting(found: Sequence[Located]) -> Findings:
    """Lists, quotations and directives are nested at most 20 levels deep: the parser leaves out what is deeper."""
    for at in found:
        yield must(f"text must be nested at most {limits.NESTING} levels deep, a list counting two", at)


@rule
def amount(too_many: Sequence[tuple[str, Located]]) -> Findings:
    """A post is no more than a long post: what has thousands of links or cells costs the build and its readers too much."""
    for kind, at in too_many:
        yield must(f"post must have at most {limits.AMOUNTS[kind][0]:,} {kind}; the first too many", at)


@rule
def heading(found: Sequence[Heading], inner: Sequence[Located]) -> Findings:
    """A heading has a text of its own and is at most one level below the one before it, so that the page has an outline."""
    for at in inner:
        yield must("heading must stand by itself, in no list, quotation or directive", at)
    before = 1
    for given in found:
        if given.level > 1 and not visible(given.title.text):
            yield must_have("heading must have text", given.title)
        elif RESERVED_IDS.fullmatch(make_id(given.title.text)):
            yield must("heading must not have the id of a part of the page's frame", given.title)
        elif given.level > before + 1:
            yield must(f"heading must be of level {before + 1} at most, '{'#' * (before + 1)} …'", given.title)
        before = given.level


@cache
def _languages(names: frozenset[str]) -> frozenset[str]:
    """Return all names of the languages that are named *names*."""
    known = (aliases for _, aliases, _, _ in get_all_lexers() if names.intersection(aliases))
    return frozenset(alias for aliases in known for alias in aliases)


@rule
def code_language(blocks: Sequence[Code], directives: Sequence[Directive]) -> Findings:
    """A block of code is fenced and names its language and nothing else: one that Pygments highlights fast, or none."""
    languages = _languages(LANGUAGES | SLOW_LANGUAGES) | {*LANGUAGES_OF_SPHINX}
    for block in blocks:
        if block.indented:
            yield must(
                "code must be fenced, with its language: ```python; other text must not be indented", block.language
            )
    fenced = [block.language for block in blocks if not block.indented]
    shown = [found.argument for found in directives if found.name.text == "code-block"]
    listings = [found for found in directives if found.name.text == "literalinclude"]
    shown += [language for found in listings if (language := found.option("language"))]
    for language in [*fenced, *shown]:
        if not language.text.strip("`~"):
            yield must_have("code block must name its language, such as ```python or ```none", language)
        elif language.text not in languages:
            near = nearest(language.text, languages)
            yield must("language must be one that Pygments knows and highlights fast, or none", language, near=near)
    for block in blocks:
        if block.more:
            yield must("code block must have its language after the fence and nothing else", block.more)


@rule
def code_size(shown: Iterable[tuple[Located, str, str]]) -> Findings:
    """Code that is shown, each given with its language, has the size of a listing that a reader follows.

    The more so as Pygments takes quadratic time for some texts in some languages.
    """
    slow = _languages(SLOW_LANGUAGES)
    total = total_slow = 0
    for at, language, text in shown:
        lines = text.removesuffix("\n").split("\n")
        most = limits.SLOW_CODE_BLOCK if language in slow else limits.CODE_BLOCK
        total += len(text)
        total_slow += len(text) if language in slow else 0
        here = Located(text, at.line, at.column)
        if len(text) > most or len(lines) > limits.CODE_LINES:
            yield must(f"code block must have at most {most:,} characters and {limits.CODE_LINES} lines", here)
        elif max(map(len, lines)) > limits.CODE_LINE:
            yield must(f"line of code must have at most {limits.CODE_LINE} characters", here)
        elif BLANK_LINES.search(text):
            yield must(f"code must have at most {limits.BLANK_LINES} blank lines in a row", here)
        elif total > limits.CODE >= total - len(text) or total_slow > limits.SLOW_CODE >= total_slow - len(text):
            most = limits.CODE if total > limits.CODE else limits.SLOW_CODE
            yield must(
                f"code blocks of a post must have at most {most:,} characters together; the first too many", here
            )
            return


@rule
def link(
    found: Sequence[Link], post: str, pages: Container[str] | None = None, repeated: Sequence[Located] = ()
) -> Findings:
    """A link leads to https, http or mail, or from the *post* to a page of the site, by the path of its file.

    *pages* are the files of the pages that there are, where that is known; *repeated* what is defined a second time.
    """
    for at in repeated:
        yield must("label of a link must be defined once", at)
    for given in found:
        address = given.at.text
        if not given.address or address.startswith("#"):
            continue
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\]{2}", address):
            if problem := broken(address):
                yield must(problem, given.at)
        elif page := _page(post, address):
            if pages is not None and page not in PAGES and page not in pages:
                yield must("link must lead to a page that is there", given.at)
        else:
            near = posixpath.join(_path(address), "index.md")
            form = "link in the site must be the path of a page's file, such as ../slug/index.md"
            yield must(form, given.at, near=near if _page(post, near) else None)


def _path(address: str) -> str:
    return address.partition("#")[0]


def _page(post: str, address: str) -> str | None:
    """Return the document, relative to the site's root, that a relative *address* in *post* leads to, if it is one."""
    path = _path(address)
    found = posixpath.normpath(path[1:] if path.startswith("/") else f"{posixpath.dirname(post)}/{path}")
    return found if found in PAGES or POST_PATH.fullmatch(found) else None


@rule
def thematic_break(stray: Sequence[Located]) -> Findings:
    """A thematic break such as ``---`` stands between two blocks of the text, in no other block."""
    for at in stray:
        yield must("thematic break must stand between two paragraphs, neither after a heading nor at the end", at)


@rule
def comment(inner: Sequence[Located]) -> Findings:
    """A comment, a line that begins with %, stands after an empty line: within a paragraph it would be lost text."""
    for at in inner:
        yield must("line that begins with % must stand after an empty line, or have its % within the line", at)


@rule
def local_link(found: Sequence[Link]) -> Findings:
    """A link leads to a host that every reader can reach, not to the author's machine, network or preview."""
    for given in found:
        if (
            given.address
            and re.match(r"https?://", given.at.text)
            and not broken(given.at.text)
            and is_local(given.at.text)
        ):
            yield must("link must lead to a host that every reader can reach", given.at)


@rule
def link_text(found: Sequence[Link]) -> Findings:
    """The text of a link says where it leads: some readers hear the links of a page without the text around them."""
    for given in found:
        at = Located(given.text or "", given.at.line, given.at.column)
        if given.text is not None and _plain(given.text) in {"", *TEXTS_THAT_SAY_NOTHING}:
            yield must("link text must say where the link leads", at)
        elif given.text and (named := ADDRESS.match(given.text.strip())) and _has_host(given.at.text):
            host = urlsplit(given.at.text).netloc
            if _bare(host) != _bare(named["a"] or named["b"]):
                yield must("link text that is an address must be that of the link", at)


def _has_host(address: str) -> bool:
    return bool(re.match("https?://", address)) and not broken(address)


def _bare(host: str) -> str:
    return host.casefold().partition(":")[0].removeprefix("www.")


@rule
def bare_url(found: Sequence[Located]) -> Findings:
    """A URL in the text is a link with a text of its own: by itself it is not even one."""
    for at in found:
        yield must("URL must be a link such as [what it is](URL), or in backticks", at)


@rule
def label(targets: Sequence[Located], names: Sequence[Located]) -> Findings:
    """A label to refer to is in lower-case words joined by hyphens, given once, and none of the site's own."""
    seen = set()
    for at in targets:
        if not LABEL.pattern.fullmatch(at.text):
            yield must(f"label must be {LABEL.description}", at)
    for at in [*targets, *names]:
        if RESERVED_LABELS.fullmatch(at.text) or RESERVED_IDS.fullmatch(at.text):
            yield must("label must not be one of the site's own", at)
        elif at.text in seen:
            yield must("label must be given once", at)
        seen.add(at.text)


@rule
def footnote(defined: Sequence[Located], references: Sequence[Located]) -> Findings:
    """A footnote has one text, and is referred to."""
    labels = [at.text for at in defined]
    for at in references:
        if at.text not in labels:
            yield must(
                "footnote must have a text, a paragraph that begins [^label]:", at, near=nearest(at.text, labels)
            )
    used = {at.text for at in references}
    for at in defined:
        if RESERVED_IDS.fullmatch(make_id(at.text)):
            yield must("footnote must not have the id of a part of the page's frame", at)
    for index, at in enumerate(defined):
        if at.text in labels[:index]:
            yield must("footnote must have one text", at)
        elif at.text not in used:
            yield must(f"footnote must be referred to, by [^{at.text}]", at)


@rule
def picture_alt(found: Sequence[Picture]) -> Findings:
    """A picture has a text for those who do not see it; neither its file name nor "image" is one."""
    for given in found:
        words = _plain(given.alt.text)
        stem, _ = posixpath.splitext(posixpath.basename(given.source.text))
        name = posixpath.basename(given.source.text)
        if not words:
            yield must_have("picture must have a text that says what it shows", given.alt)
        elif words in ALTS_THAT_SAY_NOTHING or words in {_plain(stem), _plain(name)} or words.isdigit():
            yield must("picture's text must say what it shows", given.alt)


def _plain(text: str) -> str:
    """Return the words of *text* in lower case, without the signs around and between them."""
    seen = "".join(sign for sign in text.casefold() if unicodedata.category(sign) != "Cf")
    return " ".join(re.findall(r"[^\W_]+", seen))
