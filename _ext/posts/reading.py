"""Reads posts: a folder of Markdown files in, posts as plain data and all their faults out."""

from __future__ import annotations

import datetime as dt
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from . import rules
from .faults import Fault, Finding, Located, must, nearest
from .outline import Directive, Option, Outline, outline
from .vocabulary import Author, Tag, Vocabulary, read_vocabulary

POST_PATH = re.compile(r"posts/[0-9]{4}/([^/]+)/index\.md")
TEMPLATE = "posts/template/index.md"


@dataclass(frozen=True)
class Post:
    """A post's metadata, as its file declares it."""

    path: str
    """Relative to the site's root, with forward slashes: ``posts/2024/<slug>/index.md``."""
    title: str
    """Plain text."""
    date: dt.date | None
    """The day of publication in UTC; None for a draft."""
    updated: dt.date | None
    """The day of the latest change that readers are told of, else that of publication; None for a draft."""
    tags: tuple[Tag, ...]
    """In the author's order."""
    authors: tuple[Author, ...]
    """In the author's order."""
    description: str
    """50 to 160 characters of plain text."""
    first_published: tuple[dt.date | None, str]
    """The date and slug under which the post first appeared: its identity, whatever became of both since."""
    redirects: tuple[str, ...]
    """Old paths inside the site that lead to the post, such as ``posts/2023/old-slug/``."""

    @property
    def docname(self) -> str:
        """Sphinx's name of the document."""
        return self.path.removesuffix(".md")

    @property
    def slug(self) -> str:
        """The post's own part of its permalink."""
        return self.path.split("/")[-2]

    def is_published(self, today: dt.date) -> bool:
        """Tell whether readers may see the post on the day *today* (UTC)."""
        return self.date is not None and self.date <= today


@dataclass(frozen=True)
class Posts:
    """Every sound post of a site, published or not, by path; the vocabulary; and all that is wrong with the rest."""

    posts: tuple[Post, ...]
    vocabulary: Vocabulary
    faults: tuple[Fault, ...]


def read_posts(root: Path) -> Posts:
    """Read the folder ``posts/`` of the site at *root*; the faults come sorted by place."""
    vocabulary, faults = read_vocabulary(root)
    faults += _folders_without_post(root)
    posts = []
    for path in post_paths(root):
        if (root / path).is_symlink() or not (root / path).is_file():
            faults += _faults(path, [must("post must be a plain file", Located(path))])
            continue
        post, found = read_post(path, (root / path).read_bytes(), vocabulary)
        posts += [post] if post else []
        faults += found
    faults += _shared(posts)
    faulty = {fault.path for fault in faults}
    return Posts(
        tuple(post for post in posts if post.path not in faulty),
        vocabulary,
        tuple(sorted(faults)),
    )


def post_paths(root: Path) -> list[str]:
    """Return the path of each Markdown file in ``posts/``, relative to *root* and sorted.

    The template is not one, nor is a hidden file, which is an editor's.
    """
    found = (path.relative_to(root).as_posix() for path in (root / "posts").rglob("[!.]*.md"))
    return sorted(path for path in found if path != TEMPLATE)


def _folders_without_post(root: Path) -> Iterator[Fault]:
    """A folder ``posts/<year>/<slug>/`` has a post in it, and is no link to another place."""
    for folder in sorted((root / "posts").glob("[0-9][0-9][0-9][0-9]/*/")):
        path = f"{folder.relative_to(root).as_posix()}/index.md"
        if folder.is_symlink():
            yield from _faults(path, [must("post must be in a plain folder", Located(path))])
            continue
        named = [entry for entry in folder.iterdir() if not entry.name.startswith((".", "_"))]
        if named and not (root / path).exists():
            nearest_name = nearest("index.md", [entry.name for entry in named])
            yield from _faults(path, [must("file must exist", Located(path), near=nearest_name)])


def read_post(path: str, content: bytes, vocabulary: Vocabulary) -> tuple[Post | None, list[Fault]]:
    """Return the post in *content*, the bytes of the file at *path*, and its faults.

    The post is None where its file is too broken to have metadata.
    """
    place = POST_PATH.fullmatch(path)
    if not place:
        return None, _faults(path, [must("post must be at posts/<year>/<slug>/index.md", Located(path))])
    findings = list(rules.slug(place[1]))
    if content.startswith(BOM_UTF8):
        findings.append(must("file must not begin with a byte order mark", Located("U+FEFF")))
    try:
        text = content.removeprefix(BOM_UTF8).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return None, _faults(path, [*findings, _not_utf8(content, error.start)])
    declared = outline(text)
    findings += rules.characters(text)
    findings += _findings(declared, vocabulary)
    return _post(path, place[1], declared, vocabulary), _faults(path, findings)


def _not_utf8(content: bytes, offset: int) -> Finding:
    before = content[:offset].decode("utf-8")
    at = Located(f"byte 0x{content[offset]:02x}", before.count("\n") + 1, len(before) - before.rfind("\n"))
    return must("file must be UTF-8", at)


def _faults(path: str, findings: Iterable[Finding]) -> list[Fault]:
    return [Fault(path, at.line, at.column, message) for at, message in findings]


def _findings(declared: Outline, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Yield what breaks the rules of one post."""
    posts = _named("post", declared)
    yield from rules.front_matter(declared.front_matter)
    yield from rules.title(declared.titles, declared.first)
    yield from rules.blocks(declared.directives, declared.misspelt, declared.roles)
    yield from rules.files(declared.directives, declared.pictures)
    yield from rules.directive(posts, declared.titles, declared.misspelt)
    published = None
    if posts:
        post = posts[0]
        options = _options(post)
        published = rules.parse_date(post.argument.text)
        yield from rules.iso_date("post's date", post.argument, or_draft=True)
        yield from rules.option_names(post)
        # Where a line could not be read, what seems to be missing may stand there: that is one fault and not two.
        readable = not post.unreadable and not post.body
        if readable or "tags" in options:
            yield from rules.tags(options.get("tags"), post.name, vocabulary)
        if readable or "author" in options:
            yield from rules.authors(options.get("author"), post.name, vocabulary)
        if readable or "description" in options:
            yield from rules.description(options.get("description"), post.name)
        yield from rules.first_published(options.get("first-published"), published)
    yield from rules.updates(_named("update", declared), published)


def _named(name: str, declared: Outline) -> list[Directive]:
    """Return the directives of that name that stand by themselves."""
    return [found for found in declared.directives if found.name.text == name and not found.inside]


def _options(post: Directive) -> dict[str, Option]:
    """Return the first option of each name.

    A misspelt one counts for the name that it is near to, so that it is one fault and not two.
    """
    options: dict[str, Option] = {}
    for option in post.options:
        options.setdefault(option.name.text, option)
    for name, option in list(options.items()):
        if name not in rules.OPTIONS and (near := nearest(name, rules.OPTIONS)):
            options.setdefault(near, option)
    return options


def _post(path: str, slug: str, declared: Outline, vocabulary: Vocabulary) -> Post | None:
    """Return what can be read of the post; only of a file without faults is it whole."""
    posts = _named("post", declared)
    if not posts or not declared.titles:
        return None
    values = {name: option.value for name, option in _options(posts[0]).items()}
    nothing = Located("")
    labels = (part.text for part in rules.split(values.get("tags", nothing)))
    keys = (part.text for part in rules.split(values.get("author", nothing)))
    day = rules.parse_date(posts[0].argument.text)
    changes = (rules.parse_date(update.argument.text) for update in _named("update", declared))
    first_day, _, first_slug = values.get("first-published", nothing).text.partition(" ")
    return Post(
        path=path,
        title=declared.titles[0].title.text,
        date=day,
        updated=max(chain([day], filter(None, changes))) if day else None,
        tags=tuple(vocabulary.tags[label] for label in labels if label in vocabulary.tags),
        authors=tuple(vocabulary.authors[key] for key in keys if key in vocabulary.authors),
        description=values.get("description", nothing).text.strip(),
        first_published=(rules.parse_date(first_day), first_slug) if first_slug else (day, slug),
        redirects=tuple(part.text for part in rules.split(values.get("redirect", nothing))),
    )


def _shared(posts: Iterable[Post]) -> Iterator[Fault]:
    """A slug, and a date and slug of first publication, belong to one post of the whole blog."""
    slugs: dict[str, str] = {}
    identities: dict[tuple[dt.date | None, str], str] = {}
    for post in posts:
        if slugs.setdefault(post.slug, post.path) != post.path:
            message = f"slug must be unique in the blog, {slugs[post.slug]} has it too: {post.slug!r}"
            yield Fault(post.path, 1, 1, message)
        elif identities.setdefault(post.first_published, post.path) != post.path:
            first = identities[post.first_published]
            message = f"first-published must be unique in the blog, {first} has it too: {post.first_published[1]!r}"
            yield Fault(post.path, 1, 1, message)
