"""The rules of a post, one function a rule: its docstring is the rule, what it yields are the findings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime

from .faults import Findings, Located, must, must_have, nearest
from .outline import Directive, Heading, Option
from .vocabulary import AUTHORS, SLUG, TAGS, Vocabulary

DESCRIPTION_LENGTH = range(50, 160 + 1)  # characters
TAG_COUNT = range(1, 6 + 1)
OPTIONS = ("author", "description", "first-published", "redirect", "tags")
DRAFT = "draft"

# What a post may be made of. What is not here runs, loads or shows what a stranger must not decide.
ADMONITIONS = (
    *("admonition", "attention", "caution", "danger", "error", "hint"),
    *("important", "note", "seealso", "tip", "warning"),
)
SHOWING_FILES = ("figure", "image", "literalinclude")
DIRECTIVES = ("code-block", "epigraph", "list-table", "post", "rubric", "table", "update", *SHOWING_FILES, *ADMONITIONS)
ROLES = ("abbr", "doc", "file", "kbd", "pep", "ref", "rfc", "samp", "sub", "sup")

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CONTROL = re.compile(r"[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
UNAMBIGUOUS_DATES = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d.%m.%Y",
)

EXAMPLE = "```{post} 2024-10-20"


def front_matter(found: Located | None) -> Findings:
    """A post declares itself in one way, the {post} directive, and configures nothing: it has no front matter."""
    if found:
        yield must(f"post must have no front matter, but the directive {EXAMPLE} after its title", found)


def characters(text: str) -> Findings:
    """A post has no control characters but the line feed and the tab: XML, and so a feed, cannot hold them."""
    for row, line in enumerate(text.split("\n"), 1):
        if found := CONTROL.search(line):
            at = Located(f"U+{ord(found[0]):04X}", row, found.start() + 1)
            yield must("file must have no control characters", at)


def title(titles: Sequence[Heading], first: Located | None) -> Findings:
    """A post has one level-1 heading, its title: plain text, and the first thing on the page."""
    if not titles:
        yield must_have("post must have a title, a line such as '# Pooling connections'", Located(""))
    for extra in titles[1:]:
        yield must("title must be the only level-1 heading; this one must be '## …'", extra.title)
    if titles and not titles[0].title.text.strip():
        yield must("title must have text", titles[0].title)
    if titles and first and first.line < titles[0].title.line:
        yield must("title must come first, before anything else", first)
    for heading in titles:
        if not heading.plain:
            yield must("title must be text, without roles and pictures", heading.title)


def directive(posts: Sequence[Directive], titles: Sequence[Heading], misspelt: Sequence[Located]) -> Findings:
    """A post has one {post} directive without a body."""
    if not posts and any("{post}" in at.text for at in misspelt):
        return  # that is the fault
    if not posts:
        yield must_have(
            f"post must have the directive {EXAMPLE} after its title", titles[0].title if titles else Located("")
        )
        return
    for extra in posts[1:]:
        yield must("{post} directive must be the only one", extra.name)
    if body := posts[0].body:
        yield must("{post} directive must have its options on the next lines, then ```, and no body", body)


def blocks(directives: Sequence[Directive], misspelt: Sequence[Located], roles: Sequence[Located]) -> Findings:
    """A post is made of the directives and roles that are listed; {post} and {update} stand by themselves."""
    for at in misspelt:
        yield must("directive must be written ```{name} argument", at)
    for found in directives:
        name = found.name
        if name.text not in DIRECTIVES:
            yield must(
                f"directive must be one of {', '.join(sorted(DIRECTIVES))}", name, near=nearest(name.text, DIRECTIVES)
            )
        elif found.inside and name.text in {"post", "update"}:
            yield must(f"{{{name.text}}} must stand by itself, inside no other block", name)
    for role in roles:
        if role.text not in ROLES:
            yield must(f"role must be one of {', '.join(ROLES)}", role, near=nearest(role.text, ROLES))


def files(directives: Sequence[Directive], pictures: Sequence[Located]) -> Findings:
    """What a post shows of files, it has in its own folder."""
    shown = [found.argument for found in directives if found.name.text in SHOWING_FILES]
    for path in [*shown, *pictures]:
        if ":" in path.text or path.text.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", path.text):
            yield must("file must be in the post's folder", path)


def option_names(given: Directive) -> Findings:
    """The options are of the form ``:name: value``, known, and given once each."""
    for line in given.unreadable:
        yield must("option must be written ':name: value', in double quotes if the value has ' #'", line)
    seen = set()
    for option in given.options:
        name = option.name
        if name.text not in OPTIONS:
            yield must(f"option must be one of {', '.join(OPTIONS)}", name, near=nearest(name.text, OPTIONS))
        elif name.text in seen:
            yield must("option must be given once", name)
        if CONTROL.search(option.value.text):  # written as an escape such as "\\x1b", so not seen in the file
            yield must("value must have no control characters", option.value)
        seen.add(name.text)


def iso_date(what: str, found: Located, *, or_draft: bool = False) -> Findings:
    """A date is a day of the calendar in the form YYYY-MM-DD (ISO 8601), in UTC."""
    if parse_date(found.text) or (or_draft and found.text == DRAFT):
        return
    draft = f", or the word {DRAFT}" if or_draft else ""
    near = _meant_date(found.text) or (nearest(found.text, [DRAFT]) if or_draft else None)
    yield must(f"{what} must be a date such as 2024-10-20{draft}", found, near=near)


def parse_date(text: str) -> date | None:
    """Return the day that *text* names in the form YYYY-MM-DD, or None."""
    if ISO_DATE.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    return None


def _meant_date(text: str) -> str | None:
    """Return the ISO form of a date written in another form that has one meaning only."""
    for form in UNAMBIGUOUS_DATES:
        with suppress(ValueError):
            return datetime.strptime(text, form).date().isoformat()
    return None


def updates(given: Sequence[Directive], published: date | None) -> Findings:
    """An {update} block names the day of the change, which is not before the post's own."""
    for update in given:
        yield from iso_date("{update} date", update.argument)
        changed = parse_date(update.argument.text)
        if changed and published and changed < published:
            yield must(f"{{update}} date must not be before the post's, {published}", update.argument)


def tags(given: Option | None, at: Located, vocabulary: Vocabulary) -> Findings:
    """A post has 1 to 6 tags of the vocabulary, each once, separated by commas."""
    labels = [] if given is None else split(given.value)
    if not labels:
        yield must_have(f"post must have 1 to 6 tags of {TAGS}", given.name if given else at)
        return
    if len(labels) not in TAG_COUNT:
        assert given is not None
        yield must(f"tags must be 1 to 6, not {len(labels)}", given.value)
    yield from _listed("tag", labels, {label: label for label in vocabulary.tags}, TAGS)


def authors(given: Option | None, at: Located, vocabulary: Vocabulary) -> Findings:
    """A post is signed by one author or more, each a key of the vocabulary, each once, separated by commas."""
    keys = [] if given is None else split(given.value)
    if not keys:
        yield must_have(f"post must have an author of {AUTHORS}", given.name if given else at)
        return
    names = {author.name: key for key, author in vocabulary.authors.items()}
    yield from _listed("author", keys, names | {key: key for key in vocabulary.authors}, AUTHORS)


def _listed(what: str, given: Sequence[Located], valid: dict[str, str], path: str) -> Findings:
    """Each value given is one of those that *valid* maps to itself; its other keys are names that people try."""
    seen = set()
    for value in given:
        if not value.text:
            yield must(f"{what} must not be empty", value)
        elif valid.get(value.text) != value.text:
            near = nearest(value.text, valid)
            yield must(f"{what} must be in {path}", value, near=near and valid[near])
        elif value.text in seen:
            yield must(f"{what} must be given once", value)
        seen.add(value.text)


def split(value: Located) -> list[Located]:
    """Return the parts of a comma-separated *value*, stripped, each with its own column; none of an empty one."""
    if not value.text.strip():
        return []
    parts = []
    offset = 0
    for part in value.text.split(","):
        indent = len(part) - len(part.lstrip())
        parts.append(Located(part.strip(), value.line, value.column + offset + indent))
        offset += len(part) + 1
    return parts


def description(given: Option | None, at: Located) -> Findings:
    """A post has a description of 50 to 160 characters: what search results, cards and listings show."""
    bounds = f"{DESCRIPTION_LENGTH[0]} to {DESCRIPTION_LENGTH[-1]} characters"
    if given is None or not given.value.text.strip():
        yield must_have(f"post must have a description of {bounds}", given.name if given else at)
    elif (length := len(given.value.text.strip())) not in DESCRIPTION_LENGTH:
        yield must(f"description must have {bounds}, not {length}", given.value)


def first_published(given: Option | None, published: date | None) -> Findings:
    """A post that was renamed or given a later date says under which date and slug it first appeared."""
    if given is None:
        return
    day, _, slug_ = given.value.text.partition(" ")
    first = parse_date(day)
    if not first or not SLUG.fullmatch(slug_) or (published and first > published):
        yield must("first-published must be the first date and slug, such as '2024-10-20 old-slug'", given.value)


def slug(found: str) -> Findings:
    """A slug, the folder's name, is made of lower-case ASCII letters and digits, in words joined by hyphens."""
    if not SLUG.fullmatch(found):
        near = re.sub(r"[^a-z0-9]+", "-", found.lower()).strip("-")
        yield must("folder must be named in lower-case letters, digits and single hyphens", Located(found), near=near)
