"""Reads posts: a folder of Markdown files in, posts as plain data and all their faults out."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from posixpath import basename, dirname
from threading import Thread
from types import MappingProxyType
from typing import TypeVar

from _ext.posts.drawings import safe_svg
from _ext.posts.drawings.picture_size import dark_variant
from _ext.posts.evidence.measurements import RESULTS
from _ext.posts.evidence.run_record import RECORD, blocks_to_run, listings_of, record_in
from _ext.posts.rules import code, code_was_run, files, links, markup, metadata, numbers_were_measured, text
from _ext.posts.source import limits
from _ext.posts.source.amount_of_text import PostText, text_of
from _ext.posts.source.faults import Fault, Finding, Located, faults, nearest
from _ext.posts.source.folder import IGNORED, Folder, read_folder
from _ext.posts.source.grammar import DIRECTIVES, FILE_PATH
from _ext.posts.source.outline import Directive, Option, Outline
from _ext.posts.source.parse import outline
from _ext.posts.source.vocabulary import AUTHORS, SERIES, TAGS, Author, Series, Tag, Vocabulary, read_vocabulary

INDEX = "index.md"
BESIDE_POSTS = (AUTHORS, SERIES, TAGS, "posts/template")
OF_WHAT_WAS_RUN = ("measured", "test-record", "tested")
"""The rules that say nothing of what a post is, but of what was done with it."""
AT_ONCE = 50
"""The posts that a process reads before it is given others."""
Result = TypeVar("Result")
YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, repr=False)
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
    series: Series | None
    """The whole that the post is a part of."""
    image: str | None
    """The path of the picture that stands for the post in cards and feeds, relative to the site's root."""
    image_alt: str
    """What that picture shows; empty where there is none."""
    evergreen: bool
    """Whether the post is kept true, whatever its age."""
    redirects: tuple[str, ...]
    """The old addresses of the post, relative to the site's own: ``posts/2023/old-slug/``."""
    pictures: tuple[str, ...]
    """The paths of what the post shows, relative to the site's root, each once."""
    labels: tuple[Located, ...]
    """What other posts can refer to."""
    links: tuple[str, ...]
    """The URLs outside of the site that the post links to, each once."""
    text: PostText
    """How much there is to read."""

    @property
    def docname(self) -> str:
        """Sphinx's name of the document."""
        return self.path.removesuffix(".md")

    @property
    def slug(self) -> str:
        """The post's own part of its permalink."""
        return self.path.split("/")[-2]

    def __repr__(self) -> str:
        return f"<{self.path}>"

    def is_published(self, today: dt.date) -> bool:
        """Tell whether readers may see the post on the day *today* (UTC)."""
        return self.date is not None and self.date <= today


@dataclass(frozen=True)
class Reading:
    """A post without a fault, as it was read, and which other posts had to be there, or not, for that."""

    post: Post
    asked: Mapping[str, bool]

    def holds(self, pages: Container[str]) -> bool:
        """Tell whether reading the same files would give the same, now that *pages* are the files of all posts."""
        return all((page in pages) == there for page, there in self.asked.items())


class _Asked:
    """The files of all posts, and for which of them a rule has asked."""

    def __init__(self, pages: Container[str]) -> None:
        self.pages = pages
        self.answers: dict[str, bool] = {}

    def __contains__(self, page: object) -> bool:
        there = page in self.pages
        self.answers[str(page)] = there
        return there


@dataclass(frozen=True, repr=False)
class Posts:
    """Every sound post of a site, published or not, by path; the vocabulary; and all that is wrong with the rest.

    A post whose listings have not been run is sound: while it is written it can be looked at. It is not built for readers.
    """

    posts: tuple[Post, ...]
    vocabulary: Vocabulary
    faults: tuple[Fault, ...]
    readings: Mapping[str, Reading]
    """By path, what need not be read again as long as neither the files of the post nor the vocabulary change."""


def read_posts(root: Path, today: dt.date | None = None, kept: Mapping[str, Reading] = MappingProxyType({})) -> Posts:
    """Read the folder ``posts/`` of the site at *root*; the faults come sorted by place.

    What is told of as a change must have happened by the day *today* (UTC), where that is given. *kept* are readings
    of posts of which no file has changed, by path: they are not read again where they still hold.
    """
    vocabulary, found = read_vocabulary(root)
    paths, misplaced = posts_in(root)
    found += misplaced
    pages = frozenset(paths)
    known = {path: kept[path] for path in paths if path in kept and kept[path].holds(pages)}
    read = partial(_read, root, vocabulary=vocabulary, pages=pages, today=today)
    posts = [reading.post for reading in known.values()]
    sound = {path: reading.post for path, reading in known.items()}
    for post, asked, own in _on_all_cores(read, [path for path in paths if path not in known]):
        posts += [post] if post else []
        if post and not own:
            known[post.path] = Reading(post, asked)
        if post and all(fault.code in OF_WHAT_WAS_RUN for fault in own):
            sound[post.path] = post
        found += own
    readings = {path: known[path] for path in paths if path in known}
    shared = list(_shared(sorted(posts, key=lambda post: post.path)))
    found += shared
    sharing = {fault.path for fault in shared}
    # What cannot be found in a file that cannot be read is not the post's fault.
    unread = {
        code for file, code in ((TAGS, "tags"), (AUTHORS, "author"), (SERIES, "series")) if _is_faulty(file, found)
    }
    found = [fault for fault in found if fault.code not in unread]
    readings = {path: reading for path, reading in readings.items() if path not in sharing}
    whole = tuple(sound[path] for path in paths if path in sound and path not in sharing)
    return Posts(whole, vocabulary, tuple(sorted(found)), readings)


def _read(
    root: Path, path: str, vocabulary: Vocabulary, pages: Container[str], today: dt.date | None
) -> tuple[Post | None, Mapping[str, bool], list[Fault]]:
    """Return the post at *path*, for which other posts its rules have asked, and its faults."""
    folder = read_folder((root / path).parent)
    if missing := faults(path, metadata.place(path, folder)):
        return None, {}, missing
    asked = _Asked(pages)
    post, own = read_post(path, folder.read(INDEX), vocabulary, folder, asked, today)
    return post, asked.answers, own


def _on_all_cores(work: Callable[[str], Result], paths: Sequence[str]) -> Iterable[Result]:
    """Return what *work*, which can be pickled, gives for each of *paths*: of many by as many processes as there are cores."""
    if len(paths) < 2 * AT_ONCE:
        return map(work, paths)
    with ProcessPoolExecutor(initializer=_end_with_parent) as pool:
        return list(pool.map(work, paths, chunksize=AT_ONCE))


def _end_with_parent() -> None:
    """See to it that this process ends when the one that began it is killed: by itself it would wait for more work forever.

    Goes when python/cpython#111873 is closed.
    """
    parent = multiprocessing.parent_process()
    assert parent

    def wait() -> None:
        parent.join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()


def posts_in(root: Path) -> tuple[list[str], list[Fault]]:
    """Return the path of each post, relative to *root* and sorted, and a fault for what else is in ``posts/``.

    Each folder ``posts/<year>/<slug>/`` is that of a post, unless there is nothing in it.
    """
    found = []
    misplaced = []
    for entry in sorted((root / "posts").glob("*")):
        path = entry.relative_to(root).as_posix()
        if YEAR.fullmatch(entry.name) and entry.is_dir() and not entry.is_symlink():
            for folder in sorted(entry.iterdir()):
                path = folder.relative_to(root).as_posix()
                if folder.is_symlink() or not folder.is_dir():
                    misplaced += faults(path, metadata.place(path)) if not IGNORED.fullmatch(folder.name) else []
                elif any(not IGNORED.fullmatch(inner.name) for inner in folder.iterdir()):
                    found.append(f"{path}/{INDEX}")
        elif path not in BESIDE_POSTS and not IGNORED.fullmatch(entry.name):
            misplaced += faults(path, metadata.place(path))
    return found, misplaced


def _is_faulty(file: str, found: Iterable[Fault]) -> bool:
    return any(fault.path == file for fault in found)


def read_post(
    path: str,
    source: bytes,
    vocabulary: Vocabulary,
    folder: Folder | None = None,
    pages: Container[str] | None = None,
    today: dt.date | None = None,
) -> tuple[Post | None, list[Fault]]:
    """Return the post in *source*, the bytes of the file at *path*, and its faults.

    The files beside it are looked at where its *folder* is given, and what it links to where *pages*, the files of all
    posts, are; no change is later than *today*. The post is None where its file is too broken to have metadata.
    """
    if wrong := faults(path, metadata.place(path)):
        return None, wrong
    slug = basename(dirname(path))
    findings = [*metadata.slug(slug), *text.encoding(source)]
    try:
        decoded = source.removeprefix(BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        return None, faults(path, findings)
    findings += text.line_ends(decoded)
    lines = text.lines_of(decoded)
    if too_large := list(text.size(source, lines)):
        return None, faults(path, [*findings, *too_large])
    if "\x00" in decoded:  # no text in any encoding that a post may have
        return None, faults(path, [*findings, *text.characters(lines)])
    declared = outline("\n".join(lines))
    findings += text.characters(lines, declared.references)
    findings += text.normal_form(lines)
    findings += text.tab(lines, declared.code_lines)
    findings += _findings(declared, path, vocabulary, pages, today)
    if declared.too_many:  # what would take long to look at
        folder = None
    findings += code.code_size(_code(declared, folder))
    beside = _beside(declared, path, folder) if folder else []
    return _post(path, slug, declared, vocabulary), [*faults(path, findings), *beside]


def _findings(
    declared: Outline, path: str, vocabulary: Vocabulary, pages: Container[str] | None, today: dt.date | None
) -> Iterator[Finding]:
    """Yield what breaks the rules of one post."""
    yield from metadata.front_matter(declared.front_matter)
    yield from metadata.title(declared.titles, declared.first)
    yield from markup.fence(declared)
    yield from markup.nesting(declared.too_deep)
    yield from markup.amount(declared.too_many)
    yield from markup.html(declared.html)
    yield from markup.template(declared.templates)
    yield from markup.markup(declared.unread)
    yield from markup.directive(declared.directives, declared.tab_titles)
    yield from markup.directive_option(declared.directives, declared.captions)
    yield from markup.role(declared.roles)
    yield from markup.math(declared.formulas, declared.formula_blocks)
    yield from markup.heading(declared.headings, declared.inner_headings)
    yield from code.code_language(declared.code, declared.directives)
    yield from files.dedent((given, at.content.splitlines()) for at, given in _dedented("code-block", declared))
    yield from code_was_run.prompt(blocks_to_run(declared))
    yield from links.link(declared.links, path, pages, declared.repeated)
    yield from markup.thematic_break(declared.stray_breaks)
    yield from markup.comment(declared.inner_comments)
    yield from links.local_link(declared.links)
    yield from links.link_text(declared.links)
    yield from links.bare_url(declared.bare_urls)
    yield from links.label(declared.labels, declared.names)
    yield from links.footnote(declared.footnotes, declared.footnote_references)
    yield from markup.picture_alt([*declared.pictures, *declared.diagrams, *declared.charts])
    yield from markup.mermaid(declared.diagrams)
    yield from metadata.post(declared.directives, declared.titles, declared.misspelt)
    published = None
    if own := [post for post in _named("post", declared) if not post.inside]:
        published = metadata.parse_date(own[0].argument.text)
        yield from _options_findings(own[0], published, vocabulary, pages or ())
    yield from metadata.update(_named("update", declared), published, today)


def _options_findings(
    post: Directive, published: dt.date | None, vocabulary: Vocabulary, pages: Container[str]
) -> Iterator[Finding]:
    """Yield what breaks the rules of the {post} directive's argument and options."""
    options = _options(post)
    yield from metadata.date(post.argument)
    yield from metadata.option(post)
    # Where a line could not be read, what seems to be missing may stand there: that is one fault and not two.
    readable = not post.unreadable and not post.body
    if readable or "tags" in options:
        yield from metadata.tags(options.get("tags"), post.name, vocabulary)
    if readable or "author" in options:
        yield from metadata.author(options.get("author"), post.name, vocabulary)
    if readable or "description" in options:
        yield from metadata.description(options.get("description"), post.name)
    yield from metadata.first_published(options.get("first-published"), published)
    yield from metadata.series(options.get("series"), vocabulary)
    yield from metadata.image(options.get("image"), options.get("image-alt"))
    yield from metadata.redirect(options.get("redirect"), pages)


def _beside(declared: Outline, path: str, folder: Folder) -> Iterator[Fault]:
    """Yield what is wrong with the files that the post at *path* shows, and with the others in its *folder*."""
    pictures = [picture.source for picture in declared.pictures] + _images(declared)
    shown = [found.argument for found in _named("literalinclude", declared)]
    yield from faults(path, files.picture_file(pictures, folder))
    yield from faults(path, files.dark_picture(pictures, folder))
    yield from faults(path, files.file(shown, folder))
    yield from faults(path, files.excerpt(_named("literalinclude", declared), folder))
    included = ((given, files.lines_shown(at, folder)) for at, given in _dedented("literalinclude", declared))
    yield from faults(path, files.dedent(included))
    own = dirname(path)
    yield from faults(
        path, code_was_run.tested(listings_of(declared, folder), record_in(folder), f"make record POST={own}")
    )
    yield from faults(f"{own}/{RECORD}", code_was_run.test_record(folder, f"make record POST={own}"))
    yield from faults(f"{own}/{RESULTS}", numbers_were_measured.measured(folder, f"make refresh POST={own}"))
    yield from faults(
        path,
        numbers_were_measured.result(_named("chart", declared), _named("results", declared), declared.roles, folder),
    )
    used = {picture.text.removeprefix("./") for picture in pictures}
    # A picture that is shown by a wrong name is one fault and not two.
    used |= {near for name in used if not folder.get(name) and (near := files.nearest_picture(name, folder))}
    used |= {dark_variant(name) for name in used if FILE_PATH.fullmatch(name)}
    for listing in dict.fromkeys(filter(None, (folder.get(at.text) for at in shown))):
        if listing.size <= limits.FILE and not list(files.file([Located(listing.path)], folder)):
            yield from faults(f"{own}/{listing.path}", _characters(folder.read(listing.path)))
    twins: set[str] = set()
    for file in folder.files:
        place = f"{own}/{file.path}"
        yield from faults(place, files.stray_file(file, used, twins))
        twins.add(file.path.casefold())
        if file.path in used and file.plain and file.suffix == ".svg" and file.size <= limits.FILE:
            yield from faults(place, safe_svg.svg(folder.read(file.path)))


def _characters(source: bytes) -> Iterator[Finding]:
    """Yield what breaks the rules of characters in a listing, UTF-8 as it is."""
    decoded = source.removeprefix(BOM_UTF8).decode("utf-8")
    lines = text.lines_of(decoded)
    yield from text.encoding(source)
    yield from text.line_ends(decoded)
    yield from text.characters(lines)
    yield from text.normal_form(lines)


def _code(declared: Outline, folder: Folder | None) -> Iterator[tuple[Located, str, str]]:
    """Yield the code that a post shows, with its language; a file counts whole each time, once for each range of lines."""
    for block in declared.code:
        yield block.language, block.language.text, block.content
    for found in declared.directives:
        language = found.option("language")
        if found.name.text == "code-block":
            yield found.argument, found.argument.text, found.content
        elif found.name.text == "literalinclude" and folder:
            file = folder.get(found.argument.text)
            ranges = found.option("lines")
            if file and file.size <= limits.FILE:
                shown = folder.read(file.path).decode("utf-8", "replace")
                for _ in ranges.text.split(",") if ranges else [""]:
                    yield found.argument, language.text if language else "python", shown


def _images(declared: Outline) -> list[Located]:
    """Return the picture that stands for the post, where it has one of a kind that can."""
    given = [_options(post).get("image") for post in _named("post", declared)[:1]]
    return [option.value for option in given if option and not list(metadata.image(option, option))]


def _named(name: str, declared: Outline) -> list[Directive]:
    return [found for found in declared.directives if found.name.text == name]


def _dedented(name: str, declared: Outline) -> Iterator[tuple[Directive, Located]]:
    """Yield the listings that have the option dedent, with its value."""
    for found in _named(name, declared):
        if given := found.option("dedent"):
            yield found, given


def _options(post: Directive) -> dict[str, Option]:
    """Return the first option of each name.

    A misspelt one counts for the name that it is near to, so that it is one fault and not two.
    """
    names = DIRECTIVES["post"].options
    options: dict[str, Option] = {}
    for option in post.options:
        options.setdefault(option.name.text, option)
    for name, option in list(options.items()):
        if name not in names and (near := nearest(name, names)):
            options.setdefault(near, option)
    return options


def _post(path: str, slug: str, declared: Outline, vocabulary: Vocabulary) -> Post | None:
    """Return what can be read of the post; only of a file without faults is it whole."""
    posts = [found for found in _named("post", declared) if not found.inside]
    if not posts or not declared.titles:
        return None
    values = {name: option.value for name, option in _options(posts[0]).items()}
    nothing = Located("")
    labels = (part.text for part in metadata.split(values.get("tags", nothing)))
    keys = (part.text for part in metadata.split(values.get("author", nothing)))
    day = metadata.parse_date(posts[0].argument.text)
    changes = (metadata.parse_date(update.argument.text) for update in _named("update", declared))
    first_day, _, first_slug = values.get("first-published", nothing).text.partition(" ")
    return Post(
        path=path,
        title=declared.titles[0].title.text,
        date=day,
        updated=max(chain([day], filter(None, changes))) if day else None,
        tags=tuple(vocabulary.tags[label] for label in labels if label in vocabulary.tags),
        authors=tuple(vocabulary.authors[key] for key in keys if key in vocabulary.authors),
        description=values.get("description", nothing).text.strip(),
        first_published=(metadata.parse_date(first_day), first_slug) if first_slug else (day, slug),
        series=vocabulary.series.get(values.get("series", nothing).text),
        image=f"{dirname(path)}/{image.text.removeprefix('./')}" if (image := values.get("image")) else None,
        image_alt=values.get("image-alt", nothing).text.strip(),
        evergreen="evergreen" in values,
        redirects=tuple(part.text for part in metadata.split(values.get("redirect", nothing))),
        pictures=tuple(dict.fromkeys(f"{dirname(path)}/{picture.source.text}" for picture in declared.pictures)),
        labels=(*declared.labels, *declared.names),
        links=tuple(dict.fromkeys(link.at.text for link in declared.links if link.address and "//" in link.at.text)),
        text=text_of(declared),
    )


def _shared(posts: Iterable[Post]) -> Iterator[Fault]:
    """Yield what posts share and ought not to, for each of them: which came first no file says. One fault a post."""
    owners: dict[tuple[str, object], list[tuple[str, str, Located]]] = {}
    for post in posts:
        claims: list[tuple[str, str, object, Located]] = [
            ("name", "slug", post.slug, Located(post.slug)),
            ("identity", "first-published", post.first_published, Located(post.first_published[1])),
            *(("address", "redirect", address.casefold(), Located(address)) for address in post.redirects),
            *(("name", "label", at.text, at) for at in post.labels),  # one refers to a post by its slug, too
        ]
        for kind, what, key, at in claims:
            owners.setdefault((kind, key), []).append((post.path, what, at))
    told = set()
    for claimed in owners.values():
        for path, what, at in claimed:
            others = [other for other, _, _ in claimed if other != path]
            if others and path not in told:
                told.add(path)
                yield from faults(path, metadata.unique(what, at, others[0]))
