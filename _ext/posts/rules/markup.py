"""Rules of what a post is made of: CommonMark and the directives and roles that are listed, and pictures that speak."""

import posixpath
import re
from functools import partial
from itertools import starmap

from docutils.nodes import make_id

from _ext.posts.drawings.mathml import mathml
from _ext.posts.drawings.mermaid import diagram
from _ext.posts.rules.links import PAGES_OF_SPHINX, RESERVED_IDS, plain
from _ext.posts.rules.metadata import options
from _ext.posts.rules.post_source import PostSource
from _ext.posts.source import limits
from _ext.posts.source.characters import visible
from _ext.posts.source.faults import Findings, Of, all_must, must, must_have, nearest, refused, rule
from _ext.posts.source.grammar import DIRECTIVES, ROLES, TEXT_OPTIONS, VALUES, Argument, Body

ALTS_THAT_SAY_NOTHING = frozenset([
    "alt", "alt text", "chart", "diagram", "figure", "graph", "graphic", "icon", "illustration", "image", "img",
    "logo", "photo", "pic", "picture", "plot", "screen shot", "screenshot", "tbd", "todo", "untitled",
])  # fmt: skip
NEEDING_TITLE = ("admonition", "rubric", "tab")
NEEDING_BODY = ("admonition", "list-table", "mermaid", "tab", "table", "update")
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
"""A language with or without script and region, the tags that are used (BCP 47, RFC 5646 §2.1)."""
NUMBERED = re.compile(r"[0-9]{1,5}(#[\w.-]+)?")
"""What {pep} and {rfc} refer to: the number, and perhaps a section."""


@rule(Of.POST)
def html(post: PostSource) -> Findings:
    """A post has no HTML: no tag, comment or declaration. What only looks like it goes in backticks."""
    return all_must("HTML must be left out, or put in backticks where it is meant as text", post.outline.html)


@rule(Of.POST)
def template(post: PostSource) -> Findings:
    """A post has no template syntax and no substitutions in its text; in code it may show them."""
    return all_must("template syntax must be in backticks", post.outline.templates)


@rule(Of.POST)
def markup(post: PostSource) -> Findings:
    """A post is in CommonMark and MyST: what other dialects read would be shown with its signs."""
    return starmap(must, post.outline.unread)


@rule(Of.POST)
def fence(post: PostSource) -> Findings:
    """A fence is closed, and a directive written in the way that MyST reads: a space, no tab, no backslash at the end."""
    declared = post.outline
    yield from all_must("directive must be written ```{name} argument", declared.misspelt)
    unclosed = [] if declared.misspelt else declared.unclosed[:1]  # what follows is in it, or is what seems to close it
    yield from all_must("fence must be closed by a line of as many signs; one around it must be of more", unclosed)
    unreadable = {line.line for directive in declared.directives for line in directive.unreadable}
    options = [line for directive in declared.directives for line in directive.lines if line.line not in unreadable]
    yield from all_must("line must have no tab", [at for at in (*declared.fences, *options) if "\t" in at.text])
    yield from all_must("line must not end in a backslash", [at for at in declared.fences if at.text.endswith("\\")])


@rule(Of.POST)
def directive(post: PostSource) -> Findings:
    """A post is made of the directives that are listed."""
    yield from all_must("title of a tab must be text, without links, roles and pictures", post.outline.tab_titles)
    for given in post.outline.directives:
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
        elif name.text in NEEDING_TITLE and not given.argument.text:
            yield must_have(f"{{{name.text}}} must have a title after its name", name)


@rule(Of.POST)
def directive_option(post: PostSource) -> Findings:
    """A directive has only the options that are listed for it, with values of their form."""
    yield from all_must("caption must be the text of a paragraph", post.outline.captions)
    for given in post.outline.directives:
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


@rule(Of.POST)
def role(post: PostSource) -> Findings:
    """A post is made of the roles that are listed, each of a few words; {pep} and {rfc} take a number, {lang} a language."""
    for given in post.outline.roles:
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


@rule(Of.POST)
def math(post: PostSource) -> Findings:
    """A formula is LaTeX that can be shown as MathML, in a line or in blocks of its own."""
    for at in post.outline.formulas:
        yield from refused(mathml, at)
    for at in post.outline.formula_blocks:
        yield from refused(partial(mathml, block=True), at)


@rule(Of.POST)
def mermaid(post: PostSource) -> Findings:
    """A diagram is in Mermaid's language, of a kind that can be drawn as boxes, lines and text, and has no links."""
    found = post.outline.diagrams
    if len(found) > limits.DIAGRAMS:
        first = found[limits.DIAGRAMS].source
        yield must(f"post must have at most {limits.DIAGRAMS} diagrams; the first too many", first)
        return
    for given in found:
        yield from refused(diagram, given.source)


@rule(Of.POST)
def nesting(post: PostSource) -> Findings:
    """Lists, quotations and directives are nested at most 20 levels deep: the parser leaves out what is deeper."""
    most = f"text must be nested at most {limits.NESTING} levels deep, a list counting two"
    return all_must(most, post.outline.too_deep)


@rule(Of.POST)
def amount(post: PostSource) -> Findings:
    """A post is no more than a long post: what has thousands of links or cells costs the build and its readers too much."""
    for kind, at in post.outline.too_many:
        yield must(f"post must have at most {limits.AMOUNTS[kind][0]:,} {kind}; the first too many", at)


@rule(Of.POST)
def heading(post: PostSource) -> Findings:
    """A heading has a text of its own and is at most one level below the one before it, so that the page has an outline."""
    inner = post.outline.inner_headings
    yield from all_must("heading must stand by itself, in no list, quotation or directive", inner)
    before = 1
    for given in post.outline.headings:
        if given.level > 1 and not visible(given.title.text):
            yield must_have("heading must have text", given.title)
        elif RESERVED_IDS.fullmatch(make_id(given.title.text)):
            yield must("heading must not have the id of a part of the page's frame", given.title)
        elif given.level > before + 1:
            yield must(f"heading must be of level {before + 1} at most, '{'#' * (before + 1)} …'", given.title)
        before = given.level


@rule(Of.POST)
def thematic_break(post: PostSource) -> Findings:
    """A thematic break such as ``---`` stands between two blocks of the text, in no other block."""
    place = "thematic break must stand between two paragraphs, neither after a heading nor at the end"
    return all_must(place, post.outline.stray_breaks)


@rule(Of.POST)
def comment(post: PostSource) -> Findings:
    """A comment, a line that begins with %, stands after an empty line: within a paragraph it would be lost text."""
    place = "line that begins with % must stand after an empty line, or have its % within the line"
    return all_must(place, post.outline.inner_comments)


@rule(Of.POST)
def picture_alt(post: PostSource) -> Findings:
    """A picture has a text for those who do not see it; neither its file name nor "image" is one."""
    for given in (*post.outline.pictures, *post.outline.diagrams, *post.outline.charts):
        words = plain(given.alt.text)
        name = posixpath.basename(given.source.text)
        stem = posixpath.splitext(name)[0]
        if not words:
            yield must_have("picture must have a text that says what it shows", given.alt)
        elif words.isdigit() or words in {*ALTS_THAT_SAY_NOTHING, plain(stem), plain(name)}:
            yield must("picture's text must say what it shows", given.alt)
