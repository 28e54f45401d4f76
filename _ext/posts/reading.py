"""Reads posts: a folder of Markdown files in, posts as plain data and all their faults out."""

import datetime as dt
import multiprocessing
import os
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Thread
from types import MappingProxyType
from typing import TypeVar

from _ext.posts.model import Post, Posts, Reading
from _ext.posts.rules.files import listings
from _ext.posts.rules.metadata import date_of, parse_date, place, split, unique
from _ext.posts.rules.post_source import PostSource, TextFile
from _ext.posts.rules.text import characters, encoding, line_ends, normal_form
from _ext.posts.source.amount_of_text import text_of
from _ext.posts.source.faults import Fault, Located, Of, faults, rules_of
from _ext.posts.source.folder import IGNORED, Folder, read_folder
from _ext.posts.source.vocabulary import AUTHORS, SERIES, TAGS, Vocabulary, read_vocabulary

INDEX = "index.md"
NAMED_IN = {AUTHORS: "author", SERIES: "series", TAGS: "tags"}
"""The rule of a post that asks each file of the vocabulary."""
BESIDE_POSTS = (*NAMED_IN, "posts/template")
OF_WHAT_WAS_RUN = ("measured", "test-record", "tested")
"""The rules that say nothing of what a post is, but of what was done with it."""
AT_ONCE = 50
"""The posts that a process reads before it is given others."""
Result = TypeVar("Result")
YEAR = re.compile(r"[0-9]{4}")


class _Asked:
    """The files of all posts, and for which of them a rule has asked."""

    def __init__(self, pages: Container[str]) -> None:
        self.pages = pages
        self.answers: dict[str, bool] = {}

    def __contains__(self, page: object) -> bool:
        there = page in self.pages
        self.answers[str(page)] = there
        return there


def read_posts(root: Path, today: dt.date | None = None, kept: Mapping[str, Reading] = MappingProxyType({})) -> Posts:
    """Read the folder ``posts/`` of the site at *root*; the faults come sorted by place.

    What is told of as a change must have happened by the day *today* (UTC), where that is given. *kept* are readings
    of posts of which no file has changed, by path: they are not read again where they still hold.
    """
    vocabulary, found = read_vocabulary(root)
    paths, misplaced = posts_in(root)
    found += misplaced
    pages = frozenset(paths)
    readings = {path: kept[path] for path in paths if path in kept and kept[path].holds(pages)}
    read = partial(_read, root, vocabulary=vocabulary, pages=pages, today=today)
    posts = {path: reading.post for path, reading in readings.items()}
    unsound = set()
    for post, asked, own in _on_all_cores(read, [path for path in paths if path not in readings]):
        found += own
        if post:
            posts[post.path] = post
        if post and not own:
            readings[post.path] = Reading(post, asked)
        elif post and any(fault.code not in OF_WHAT_WAS_RUN for fault in own):
            unsound.add(post.path)
    shared = list(_shared(posts[path] for path in sorted(posts)))
    found += shared
    unsound |= {fault.path for fault in shared}
    # What cannot be found in a file that cannot be read is not the post's fault.
    unread = {NAMED_IN[fault.path] for fault in found if fault.path in NAMED_IN}
    found = [fault for fault in found if fault.code not in unread]
    sound = [path for path in paths if path in posts and path not in unsound]
    whole = tuple(posts[path] for path in sound)
    readings = {path: readings[path] for path in sound if path in readings}
    return Posts(whole, vocabulary, tuple(sorted(found)), readings)


def _read(
    root: Path, path: str, vocabulary: Vocabulary, pages: Container[str], today: dt.date | None
) -> tuple[Post | None, Mapping[str, bool], list[Fault]]:
    """Return the post at *path*, for which other posts its rules have asked, and its faults."""
    folder = read_folder((root / path).parent)
    if missing := faults(path, place(path, folder)):
        return None, {}, missing
    asked = _Asked(pages)
    post, own = read_post(path, folder.read(INDEX), vocabulary, folder, asked, today)
    return post, asked.answers, own


def _on_all_cores(work: Callable[[str], Result], paths: Sequence[str]) -> Iterable[Result]:
    """Return the result of *work* for each of *paths*, in order; many paths are shared among a process for each core.

    *work* must be a function that can be pickled.
    """
    if len(paths) < 2 * AT_ONCE:
        return map(work, paths)
    with ProcessPoolExecutor(initializer=_end_with_parent) as pool:
        return list(pool.map(work, paths, chunksize=AT_ONCE))


def _end_with_parent() -> None:
    """End this process when its parent is killed; without that it would wait for more work forever.

    Goes when python/cpython#111873 is closed.
    """
    parent = multiprocessing.parent_process()
    assert parent

    def wait() -> None:
        parent.join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()


def posts_in(root: Path) -> tuple[list[str], list[Fault]]:
    """Return the paths of all posts, sorted and relative to *root*, and a fault for everything else in ``posts/``.

    Each folder ``posts/<year>/<slug>/`` that is not empty is taken for that of a post.
    """
    entries = sorted((root / "posts").glob("*"))
    years = [entry for entry in entries if YEAR.fullmatch(entry.name) and _is_folder(entry)]
    within = [entry for year in years for entry in sorted(year.iterdir())]
    folders = [entry for entry in within if _is_folder(entry)]
    kept = [folder for folder in folders if any(not IGNORED.fullmatch(inner.name) for inner in folder.iterdir())]
    others = [entry for entry in (*entries, *within) if entry not in {*years, *folders}]
    paths = [entry.relative_to(root).as_posix() for entry in others if not IGNORED.fullmatch(entry.name)]
    misplaced = [fault for path in paths if path not in BESIDE_POSTS for fault in faults(path, place(path))]
    return [f"{folder.relative_to(root).as_posix()}/{INDEX}" for folder in kept], misplaced


def _is_folder(entry: Path) -> bool:
    return entry.is_dir() and not entry.is_symlink()


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
    if wrong := faults(path, place(path)):
        return None, wrong
    post = PostSource(source, path, vocabulary, folder, pages, today)
    found = _faults(post, Of.BYTES)
    try:
        text = post.text
    except UnicodeDecodeError:
        return None, found
    found += _faults(post, Of.LINES)
    if any(fault.code == "size" for fault in found):
        return None, found
    if "\x00" in text:  # no text in any encoding that a post may have
        return None, [*found, *faults(path, characters(TextFile(source)))]
    found += _faults(post, Of.POST)
    if folder and not post.outline.too_many:  # else it would take long to look at
        found += [*_faults(post, Of.FOLDER), *_faults_beside(post)]
    return _post(post), sorted(found)


def _faults(post: PostSource, of: Of) -> list[Fault]:
    """Return the faults that the rules *of* one kind find in a post; each of them is given the post alone."""
    return faults(post.path, chain.from_iterable(rule.check(post) for rule in rules_of(of)))


def _faults_beside(post: PostSource) -> Iterator[Fault]:
    """Yield the faults in the files beside a post; a file that it shows keeps the rules of a text as well."""
    for listing in listings(post):
        shown = TextFile(post.folder.read(listing.path))
        for check in (encoding, line_ends, characters, normal_form):
            yield from faults(f"{post.place}/{listing.path}", check(shown))
    rules = rules_of(Of.BESIDE)
    for file in post.folder.files:
        for rule in rules:
            yield from faults(f"{post.place}/{file.path}", rule.check(post, file))


def _post(source: PostSource) -> Post | None:
    """Return the post, or None without a title or {post} directive; what is faulty in its file is left out."""
    declared, vocabulary, value = source.outline, source.vocabulary, source.value
    if not source.declaration or not declared.titles:
        return None
    labels = (part.text for part in split(value("tags")))
    keys = (part.text for part in split(value("author")))
    day = date_of(source)
    changes = (parse_date(update.argument.text) for update in source.named("update"))
    first_day, _, first_slug = value("first-published").text.partition(" ")
    image = value("image").text.removeprefix("./")
    return Post(
        path=source.path,
        title=declared.titles[0].title.text,
        date=day,
        updated=max(chain([day], filter(None, changes))) if day else None,
        tags=tuple(vocabulary.tags[label] for label in labels if label in vocabulary.tags),
        authors=tuple(vocabulary.authors[key] for key in keys if key in vocabulary.authors),
        description=value("description").text.strip(),
        first_published=(parse_date(first_day), first_slug) if first_slug else (day, source.slug),
        series=vocabulary.series.get(value("series").text),
        image=f"{source.place}/{image}" if "image" in source.options else None,
        image_alt=value("image-alt").text.strip(),
        evergreen="evergreen" in source.options,
        redirects=tuple(part.text for part in split(value("redirect"))),
        pictures=tuple(dict.fromkeys(f"{source.place}/{picture.source.text}" for picture in declared.pictures)),
        labels=(*declared.labels, *declared.names),
        links=tuple(dict.fromkeys(link.at.text for link in declared.links if link.address and "//" in link.at.text)),
        text=text_of(declared),
    )


def _shared(posts: Iterable[Post]) -> Iterator[Fault]:
    """Yield a fault for each post that has an address, identity or label of another; only the first of one post.

    All of them are told, since no file says which came first.
    """
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
            other = next((other for other, _, _ in claimed if other != path), None)
            if other and path not in told:
                told.add(path)
                yield from faults(path, unique(what, at, other))
