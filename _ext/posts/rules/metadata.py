"""Rules of what a post declares: its place, title, {post} directive and {update} blocks."""

import datetime as dt
import re
from collections.abc import Sequence
from contextlib import suppress
from posixpath import basename, splitext

from _ext.posts.rules.post_source import PostSource
from _ext.posts.source import limits
from _ext.posts.source.characters import REFUSED, visible
from _ext.posts.source.faults import Findings, Located, Of, all_must, must, must_have, nearest, rule
from _ext.posts.source.folder import Folder
from _ext.posts.source.grammar import DIRECTIVES, IMAGE_TYPES, RESERVED_NAMES, VALUES
from _ext.posts.source.outline import Directive
from _ext.posts.source.vocabulary import AUTHORS, SERIES, SLUG, TAGS

YEARS = range(1990, 2099 + 1)
DRAFT = "draft"

POST_PATH = re.compile(r"posts/[0-9]{4}/([^/]+)/index\.md")
_PART = r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}"
REDIRECT = re.compile(rf"posts/[0-9]{{4}}/{_PART}/|(?!posts/)({_PART}/){{1,6}}")
RANGES = ("emphasize-lines", "lines")
RESERVED = ("404", "about", "blog", "en", "genindex", "index", "latest", "projects", "py-modindex", "search", "stable")
"""The first parts of addresses that belong to the frame, or to Read the Docs."""
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
UNAMBIGUOUS_DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%d.%m.%Y",
)  # fmt: skip

EXAMPLE = "```{post} 2024-10-20"


@rule(Of.SITE)
def place(path: str, folder: Folder | None = None) -> Findings:
    """A post is the plain file ``posts/<year>/<slug>/index.md``, in a plain *folder*."""
    if not POST_PATH.fullmatch(path):
        yield must("post must be at posts/<year>/<slug>/index.md, in a plain folder", Located(path))
    elif folder and not folder.get(name := basename(path)):
        names = [file.path for file in folder.files]
        if any(entry.split("/")[0] == name for entry in names):
            yield must("post must be a plain file", Located(path))
        else:
            yield must(f"folder must have the post, {name}", Located(nearest(name, names) or path))


@rule(Of.SITE)
def unique(what: str, found: Located, owner: str) -> Findings:
    """A slug, a first-published date and slug, a redirect and a label belong to one post of the whole blog.

    A slug is a label as well.
    """
    yield must(f"{what} must be unique in the blog, {owner} has it too", found)


@rule(Of.BYTES)
def slug(post: PostSource) -> Findings:
    """A slug, the folder's name, is made of lower-case ASCII letters and digits, in words joined by hyphens."""
    found = post.slug
    if not SLUG.fullmatch(found):
        near = re.sub(r"[^a-z0-9]+", "-", found.lower()).strip("-")
        yield must("folder must be named in lower-case letters, digits and single hyphens", Located(found), near=near)
    elif RESERVED_NAMES.fullmatch(found):
        yield must("folder must not have a name that Windows reserves", Located(found))


@rule(Of.POST)
def front_matter(post: PostSource) -> Findings:
    """A post declares itself in one way, the {post} directive, and configures nothing: it has no front matter."""
    if found := post.outline.front_matter:
        yield must(f"post must have no front matter, but the directive {EXAMPLE} after its title", found)


@rule(Of.POST)
def title(post: PostSource) -> Findings:
    """A post has one level-1 heading, its title: plain text, and the first thing on the page."""
    titles, first = post.outline.titles, post.outline.first
    if not titles:
        yield must_have("post must have a title, a line such as '# Pooling connections'", Located(""))
        return
    at, *others = (heading.title for heading in titles)
    yield from all_must("title must be the only level-1 heading; this one must be '## …'", others)
    if not visible(at.text):
        yield must("title must have text", at)
    if len(at.text) > limits.TITLE:
        yield must(f"title must have at most {limits.TITLE} characters", at)
    if first and first.line < at.line:
        yield must("title must come first, before anything else", first)
    odd = [heading.title for heading in titles if not heading.plain]
    yield from all_must("title must be text, without roles and pictures", odd)


@rule(Of.POST)
def post(post: PostSource) -> Findings:
    """A post has one {post} directive, by itself and without a body."""
    directives, titles = post.named("post"), post.outline.titles
    meant = any(nearest(directive.name.text, DIRECTIVES) == "post" for directive in post.outline.directives)
    own = [directive for directive in directives if not directive.inside]
    inside = [directive.name for directive in directives if directive.inside]
    yield from all_must("{post} must stand by itself, inside no other block", inside)
    if not directives and not meant and not any("post" in at.text for at in post.outline.misspelt):
        after = titles[0].title if titles else Located("")
        yield must_have(f"post must have the directive {EXAMPLE} after its title", after)
    yield from all_must("{post} directive must be the only one", [extra.name for extra in own[1:]])
    if own and own[0].closed and (body := own[0].body):
        form = "its options ':name: value' on the next lines, none blank, then ```, and no body"
        yield must(f"{{post}} directive must have {form}", body)


@rule(Of.POST)
def option(post: PostSource) -> Findings:
    """The options of {post} are of the form ``:name: value``, known, and given once each."""
    if given := post.declaration:
        yield from options(given, DIRECTIVES["post"].options)


def options(given: Directive, names: Sequence[str]) -> Findings:
    """The options of a directive are of the form ``:name: value``, among *names*, once each, and like their VALUES."""
    form = "':name: value', the whole value in double quotes if it has ' #' or begins with a quote"
    yield from all_must(f"option must be written {form}", given.unreadable)
    if given.lines and not names:
        yield must(f"{{{given.name.text}}} must have no options", given.lines[0])
        return
    seen = set()
    for found in given.options:
        name, value = found.name, found.value
        if name.text not in names:
            yield must(f"option must be one of {', '.join(names)}", name, near=nearest(name.text, names))
        elif name.text in seen:
            yield must("option must be given once", name)
        elif name.text in VALUES and not VALUES[name.text].pattern.fullmatch(value.text):
            yield must(f"{name.text} must be {VALUES[name.text].description}", value)
        elif name.text in RANGES and _goes_down(value.text):
            yield must(f"{name.text} must go from the lower line to the higher", value)
        if REFUSED.search(value.text) or "\t" in value.text:  # written as an escape, so not seen in the file
            yield must("value must have no control characters", value)
        elif len(value.text) > limits.OPTION:
            yield must(f"value must have at most {limits.OPTION:,} characters", value)
        seen.add(name.text)


def _goes_down(ranges: str) -> bool:
    return any(int(first) > int(last) for first, last in re.findall(r"(\d+)-(\d+)", ranges))


@rule(Of.POST)
def date(post: PostSource) -> Findings:
    """A post has the date of its publication, a day in UTC, or the word draft."""
    if given := post.declaration:
        yield from _iso_date("post's date", given.argument, or_draft=True)


def _iso_date(what: str, found: Located, *, or_draft: bool = False) -> Findings:
    """A date is a day of the calendar in the form YYYY-MM-DD (ISO 8601), in the years of the web."""
    if (day := parse_date(found.text)) and day.year not in YEARS:
        yield must(f"{what} must be in the years {YEARS[0]} to {YEARS[-1]}", found)
    if day or (or_draft and found.text == DRAFT):
        return
    draft = f", or the word {DRAFT}" if or_draft else ""
    near = _meant_date(found.text) or (nearest(found.text, [DRAFT]) if or_draft else None)
    yield must(f"{what} must be a date such as 2024-10-20{draft}", found, near=near)


def date_of(post: PostSource) -> dt.date | None:
    """Return the day of publication that a post declares, or None."""
    return parse_date(post.declaration.argument.text) if post.declaration else None


def parse_date(text: str) -> dt.date | None:
    """Return the day that *text* names in the form YYYY-MM-DD, or None."""
    if ISO_DATE.fullmatch(text):
        with suppress(ValueError):
            return dt.date.fromisoformat(text)
    return None


def _meant_date(text: str) -> str | None:
    """Return the ISO form of a date written in another form that has one meaning only."""
    for form in UNAMBIGUOUS_DATES:
        with suppress(ValueError):
            return dt.datetime.strptime(text, form).date().isoformat()
    return None


@rule(Of.POST)
def update(post: PostSource) -> Findings:
    """An {update} block stands by itself and names the day of the change, neither before the post's own nor to come."""
    published, today = date_of(post), post.today
    for found in post.named("update"):
        if found.inside:
            yield must("{update} must stand by itself, inside no other block", found.name)
            continue
        yield from _iso_date("{update} date", found.argument)
        changed = parse_date(found.argument.text)
        if changed and published and changed < published:
            yield must(f"{{update}} date must not be before the post's, {published}", found.argument)
        elif changed and today and changed > max(today, published or today):
            yield must(f"{{update}} date must not be after today, {today}", found.argument)


@rule(Of.POST)
def tags(post: PostSource) -> Findings:
    """A post has 1 to 6 tags of the vocabulary, each once, separated by commas."""
    given = post.value("tags")
    labels = split(given)
    if not labels:
        yield from _none(post, "tags", f"post must have 1 to 6 tags of {TAGS}")
    elif len(labels) not in limits.TAGS:
        yield must(f"tags must be 1 to 6, not {len(labels)}", given)
    yield from _listed("tag", labels, {label: label for label in post.vocabulary.tags}, TAGS)


@rule(Of.POST)
def author(post: PostSource) -> Findings:
    """A post is signed by one author or more, each a key of the vocabulary, each once, separated by commas."""
    keys = split(post.value("author"))
    if not keys:
        yield from _none(post, "author", f"post must have an author of {AUTHORS}")
    known = post.vocabulary.authors
    names = {author.name: key for key, author in known.items()}
    yield from _listed("author", keys, names | {key: key for key in known}, AUTHORS)


@rule(Of.POST)
def description(post: PostSource) -> Findings:
    """A post has a description of 50 to 160 characters: what search results, cards and listings show."""
    given = post.value("description")
    bounds = f"{limits.DESCRIPTION[0]} to {limits.DESCRIPTION[-1]} characters"
    if not given.text.strip():
        yield from _none(post, "description", f"post must have a description of {bounds}")
    elif (length := visible(given.text.strip())) not in limits.DESCRIPTION:
        yield must(f"description must have {bounds}, not {length}", given)


def _none(post: PostSource, name: str, what_must_be: str) -> Findings:
    """Yield that the option *name* has no value.

    Where a line could not be read, what seems to be missing may stand there: that is one fault and not two.
    """
    if name in post.options:
        yield must_have(what_must_be, post.options[name].name)
    elif (given := post.declaration) and not given.unreadable and not given.body:
        yield must_have(what_must_be, given.name)


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


@rule(Of.POST)
def first_published(post: PostSource) -> Findings:
    """A post that was renamed or given a later date says under which date and slug it first appeared."""
    if "first-published" not in post.options:
        return
    given, published = post.value("first-published"), date_of(post)
    day, _, slug_ = given.text.partition(" ")
    first = parse_date(day)
    if not first or not SLUG.fullmatch(slug_):
        yield must("first-published must be the first date and slug, such as '2024-10-20 old-slug'", given)
    elif published and first > published:
        yield must(f"first-published must not be after the post's date, {published}", given)


@rule(Of.POST)
def series(post: PostSource) -> Findings:
    """A series that a post belongs to is in the vocabulary."""
    given, known = post.value("series"), post.vocabulary.series
    if "series" in post.options and given.text not in known:
        yield must(f"series must be in {SERIES}", given, near=nearest(given.text, known))


@rule(Of.POST)
def image(post: PostSource) -> Findings:
    """The picture that stands for a post where it is named is of a kind that cards show, and says what it shows."""
    given, alt = post.options.get("image"), post.options.get("image-alt")
    if given and splitext(given.value.text)[1].lower() not in IMAGE_TYPES:
        yield must("image must be a PNG, JPEG or WebP picture in the post's folder, which cards show", given.value)
    if given and not (alt and alt.value.text.strip()):
        yield must_have("image must have an image-alt, a line that says what it shows", (alt or given).name)
    elif alt and not given:
        yield must("image-alt must be that of an image", alt.value)


@rule(Of.POST)
def redirect(post: PostSource) -> Findings:
    """An old address of a post is a path inside the site, such as ``posts/2023/old-slug/``, and no page's."""
    seen = set()
    form = "redirect must be an old path in the site, such as posts/2023/old-slug/"
    if (given := post.options.get("redirect")) and not given.value.text:
        yield must_have(form, given.name)
    for found in split(post.value("redirect")):
        inside = found.text.lstrip("/")
        near = inside if inside.endswith("/") else f"{inside}/"
        address = found.text.casefold()
        if not REDIRECT.fullmatch(found.text):
            yield must(form, found, near=near if REDIRECT.fullmatch(near) else None)
        elif address.split("/")[0] in RESERVED or f"{address}index.md" in (post.pages or ()):
            yield must("redirect must be free, the address of no other page", found)
        elif address in seen:
            yield must("redirect must be given once", found)
        seen.add(address)
