"""The search: Pagefind's index of the posts' text, and the page that asks it.

Pagefind (https://pagefind.app/) cuts the index into pieces, of which a reader fetches those that a search needs. Sphinx's
own index is one file of all words of all posts; bench/README.md has both measured. So Sphinx makes none here.
"""

import gzip
import json
import re
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import PurePosixPath
from subprocess import PIPE, STDOUT
from threading import Thread
from typing import IO, Any

import cbor2
import pagefind_bin
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.locale import _

from _ext.base.fingerprint import fingerprint
from _ext.base.output import Task, site_of
from _ext.blog.blog import Blog, blog_of

PAGE = "search"
FOLDER = "_pagefind"
"""Where the index is in the site; Pagefind's script takes the site to begin above a folder of this name."""
NO_TEXT = ".headerlink, .tested"
"""A CSS selector of what in a post's text is not its author's."""
IN_WORDS = "_+#"
"""Signs that are a part of words: a reader who looks for C++ does not mean C."""
UNUSED = re.compile(r"pagefind-.*\.(js|css)|wasm\.unknown\.pagefind")
"""The files that Pagefind makes and our page does not load: its own interfaces and its worker."""
SHARED = re.compile(r"pagefind\.js|wasm\..*")
"""The files that are the same in each part of the index."""
ENTRY = "pagefind-entry.json"
"""The file that leads to the others."""
END = b","
"""What ends a request to Pagefind, and its answer."""
PART = 256
"""The posts of a part of the index, on average at most; more where there would be too many parts."""
MOST_PARTS = 8
SIGNATURE = b"pagefind_dcd"
"""What each file of the index begins with, once decompressed."""


def index(pages: Mapping[str, str], language: str) -> dict[str, bytes]:
    """Return the files of Pagefind's index of *pages*, HTML by the path in the site, in *language* (ISO 639-1).

    The same pages give the same bytes. Raises ExtensionError with what Pagefind says where it fails.
    """
    config = {"exclude_selectors": [NO_TEXT], "include_characters": IN_WORDS, "force_language": language}
    add = [{"type": "AddFile", "index_id": 0, "file_path": path, "file_contents": html} for path, html in pages.items()]
    *_answers, made = ask([{"type": "NewIndex", "config": config}, *add, {"type": "GetFiles", "index_id": 0}])
    files = {file["path"]: b64decode(file["content"]) for file in made["files"] if not UNUSED.fullmatch(file["path"])}
    return with_sorted_filters(files)


def ask(requests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what Pagefind's service answers to these *requests*; raises ExtensionError where it does not.

    No page and no piece of an index is a file on the way, which a file system may take a millisecond for. The package
    `pagefind` asks in the same way (pagefind.service), but waits a tenth of a second for each answer.
    """
    try:
        service = subprocess.Popen([pagefind_bin.get_executable(), "--service"], stdin=PIPE, stdout=PIPE, stderr=STDOUT)
    except OSError as error:
        raise ExtensionError(f"search index: Pagefind does not run: {error}") from error
    with service:
        assert service.stdin
        assert service.stdout
        writer = Thread(target=_write, args=(service.stdin, requests))
        writer.start()
        said, answers = bytearray(), 0
        while answers < len(requests) and (more := service.stdout.read1()):  # type: ignore[attr-defined]  # a BufferedReader
            said += more
            answers += more.count(END)
        writer.join()
        with suppress(OSError):  # as above
            service.stdin.close()
    *encoded, rest = said.split(END)
    if answers < len(requests):
        raise ExtensionError(f"search index: Pagefind ended before it had answered: {rest.decode(errors='replace')!r}")
    payloads = [json.loads(b64decode(answer))["payload"] for answer in encoded]
    for payload in payloads:
        if payload["type"] == "Error":
            raise ExtensionError(f"search index: Pagefind failed: {payload['message']}")
    return payloads


def _write(pipe: IO[bytes], requests: Iterable[Mapping[str, Any]]) -> None:
    with suppress(OSError):  # it has ended, which the reader sees
        for number, request in enumerate(requests, 1):
            pipe.write(b64encode(json.dumps({"message_id": number, "payload": request}).encode()) + END)
        pipe.flush()


def with_sorted_filters(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the *files* of an index with the values of each filter sorted, which Pagefind 1.5.2 writes in the order of a hash map.

    The name of a file is a hash of its content, and stands in the one that leads to it: filter, metadata, entry.
    """
    found = dict(files)
    entry = found[ENTRY]
    for metadata in [path for path in files if path.endswith(".pf_meta")]:
        content = gzip.decompress(found.pop(metadata))
        for path in sorted(path for path in found if path.endswith(".pf_filter")):
            last = PurePosixPath(path)
            name, values = cbor2.loads(gzip.decompress(found.pop(path)).removeprefix(SIGNATURE))
            values_in_order = SIGNATURE + cbor2.dumps([name, sorted(values)])
            renamed = _rename(last.stem, values_in_order)
            content = content.replace(last.stem.encode(), renamed.encode())
            found[str(last.with_stem(renamed))] = gzip.compress(values_in_order, mtime=0)
        _, _, name = PurePosixPath(metadata).stem.rpartition(".")
        renamed = _rename(name, content)
        entry = entry.replace(name.encode(), renamed.encode())
        found[f"pagefind.{renamed}.pf_meta"] = gzip.compress(content, mtime=0)
    return found | {ENTRY: entry}


def _rename(name: str, content: bytes) -> str:
    """Return *name*, a language and a hash such as ``en_b277e74``, with a hash of *content*, as long."""
    language, _, last = name.rpartition("_")
    return f"{language}_{sha256(content).hexdigest()[: len(last)]}"


def parts(docnames: Iterable[str]) -> list[list[str]]:
    """Return the posts *docnames* in the parts of which the index is made, so that an edit costs the work of one of them.

    Pagefind asks all parts and merges what it finds (https://pagefind.app/docs/multisite/). A reader loads some 20 kB of
    each, hence not more than MOST_PARTS. A post stays in its part until there are twice as many or half as many posts.
    """
    docnames = list(docnames)
    count = 1
    while count < MOST_PARTS and len(docnames) > count * PART:
        count *= 2
    found: list[list[str]] = [[] for _ in range(count)]
    for docname in docnames:
        found[int.from_bytes(sha256(docname.encode()).digest()[:4]) % count].append(docname)
    return found


def parts_of(blog: Blog) -> list[list[str]]:
    """Return the posts of the *blog* in the parts of its index."""
    return parts(post.docname for post in blog.archives.everything.entries)


def without_frame(page: bytes) -> bytes:
    """Return of a post's *page* what Pagefind looks at, from the title to the text: that takes it two thirds of the time."""
    begin, end = page.find(b'<header class="post-header"'), page.rfind(b'<footer class="post-footer"')
    return b"<!doctype html><html><body>" + page[begin:end] if 0 <= begin < end else page


def part_folder(number: int) -> str:
    """Return where the part *number* of the index stands; the first has what all need, Pagefind's script among it."""
    return f"{FOLDER}/{number}" if number else FOLDER


def search_page(blog: Blog) -> tuple[str, dict[str, Any], str]:
    """Return docname, context and template of the page that searches."""
    # Pagefind is WebAssembly: code that this page alone may compile.
    context = {
        "title": _("Search"),
        "searchable": blog.archives.tags,
        "other_parts": [part_folder(number) for number, part in enumerate(parts_of(blog)) if number and part],
        "script_sources": ["'wasm-unsafe-eval'"],
    }
    return PAGE, context, f"{PAGE}.html"


def index_posts(app: Sphinx) -> None:
    """Index the posts once their pages are written; where there is none, the page of the search says so."""
    site = site_of(app.builder)

    def task(number: int, part: list[str]) -> Task:
        key = fingerprint(*((docname, site.page_key(docname)) for docname in part))
        return Task(part_folder(number), key, partial(write_part, app, number, part))

    site.leave(*(task(number, part) for number, part in enumerate(parts_of(blog_of(app))) if part))


def write_part(app: Sphinx, number: int, docnames: Iterable[str]) -> None:
    """Write the part *number* of the index, of the posts *docnames*."""
    site = site_of(app.builder)
    pages = {f"{app.builder.get_target_uri(name)}index.html": site.read_page(name) for name in docnames}
    files = index({path: without_frame(page).decode() for path, page in pages.items()}, app.config.language)
    for path, content in files.items():
        name = f"{part_folder(number)}/{path}"
        if not (number and SHARED.fullmatch(path)) and not site.keep_file(name, content):
            site.write_file(name, content)
