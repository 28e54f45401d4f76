"""The search: Pagefind's index of the posts' text, and the page that asks it.

Pagefind (https://pagefind.app/) cuts the index into pieces, of which a reader fetches those that a search needs. Sphinx's
own index is one file of all words of all posts; bench/README.md has both measured. So Sphinx makes none here.
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cbor2
import pagefind_bin
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ExtensionError
from sphinx.locale import _
from sphinx.util.typing import ExtensionMetadata

from _ext.fingerprints import fingerprint
from _ext.listings import archives_of
from _ext.outputs import Order, is_in_last_site, leave, make, note_output, page_fingerprint, page_of, write_output

PAGE = "search"
FOLDER = "_pagefind"
"""Where the index is in the site; Pagefind's script takes the site to begin above a folder of this name."""
POSTS = "posts/**/index.html"
"""Of these, Pagefind reads the elements with ``data-pagefind-body``; their tags and date are marked in the same way."""
NO_TEXT = ".headerlink"
"""A CSS selector of what in a post's text is not its author's."""
IN_WORDS = "_+#"
"""Signs that are a part of words: a reader who looks for C++ does not mean C."""
UNUSED = ("pagefind-*.js", "pagefind-*.css", "wasm.unknown.pagefind")
"""Patterns of the files that Pagefind writes and our page does not load: its own interfaces and its worker."""
SHARED = ("pagefind.js", "wasm.*")
"""Patterns of the files that are the same in each part of the index."""
PART = 256
"""The posts of a part of the index, on average at most; more where there would be too many parts."""
MOST_PARTS = 8
SIGNATURE = b"pagefind_dcd"
"""What each file of the index begins with, once decompressed."""


def write_index(site: Path, language: str) -> None:
    """Write Pagefind's index of the posts of the built *site*, in *language* (ISO 639-1), in place of the last one.

    The same pages give the same bytes. Raises ExtensionError with what Pagefind says where it fails.
    """
    folder = site / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    command = [str(pagefind_bin.get_executable()), "--silent", "--site", str(site), "--output-path", str(folder)]
    command += ["--glob", POSTS, "--exclude-selectors", NO_TEXT, "--include-characters", IN_WORDS]
    try:
        done = subprocess.run([*command, "--force-language", language], capture_output=True, text=True, check=False)
    except OSError as error:
        raise ExtensionError(f"search index: Pagefind does not run: {error}") from error
    if done.returncode or not (folder / "pagefind-entry.json").exists():
        said = " ".join((done.stderr + done.stdout).split())
        raise ExtensionError(f"search index: Pagefind failed with exit status {done.returncode}: {said}")
    for pattern in UNUSED:
        for file in folder.glob(pattern):
            file.unlink()
    sort_filters(folder)


def sort_filters(folder: Path) -> None:
    """Sort the values of each filter of the index in *folder*, which Pagefind 1.5.2 writes in the order of a hash map.

    The name of a file is a hash of its content, and stands in the one that leads to it: filter, metadata, entry.
    """
    entry = folder / "pagefind-entry.json"
    for metadata in folder.glob("*.pf_meta"):
        content = gzip.decompress(metadata.read_bytes())
        for file in sorted(folder.glob("filter/*.pf_filter")):
            name, values = cbor2.loads(gzip.decompress(file.read_bytes()).removeprefix(SIGNATURE))
            values_in_order = SIGNATURE + cbor2.dumps([name, sorted(values)])
            renamed = _rename(file.stem, values_in_order)
            content = content.replace(file.stem.encode(), renamed.encode())
            file.unlink()
            file.with_stem(renamed).write_bytes(gzip.compress(values_in_order, mtime=0))
        _, _, last = metadata.stem.rpartition(".")
        renamed = _rename(last, content)
        entry.write_text(entry.read_text(encoding="utf-8").replace(last, renamed), encoding="utf-8")
        metadata.unlink()
        metadata.with_stem(f"pagefind.{renamed}").write_bytes(gzip.compress(content, mtime=0))


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


@lru_cache(maxsize=1)
def parts_of(app: Sphinx) -> list[list[str]]:
    """Return the posts of the blog in the parts of its index."""
    return parts(post.docname for post in archives_of(app).everything.entries)


def without_frame(page: bytes) -> bytes:
    """Return of a post's *page* what Pagefind looks at, from the title to the text: that takes it two thirds of the time."""
    begin, end = page.find(b'<header class="post-header"'), page.rfind(b'<footer class="post-footer"')
    return b"<!doctype html><html><body>" + page[begin:end] if 0 <= begin < end else page


def part_folder(number: int) -> str:
    """Return where the part *number* of the index stands; the first has what all need, Pagefind's script among it."""
    return f"{FOLDER}/{number}" if number else FOLDER


def leave_out_sphinxs_index(app: Sphinx) -> None:
    """Have Sphinx write neither its index nor its page, before it has begun either."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False


def collect_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page that searches."""
    # Pagefind is WebAssembly: code that this page alone may compile.
    context = {
        "title": _("Search"),
        "searchable": archives_of(app).tags,
        "other_parts": [part_folder(number) for number, part in enumerate(parts_of(app)) if number and part],
        "script_sources": ["'wasm-unsafe-eval'"],
    }
    yield PAGE, context, f"{PAGE}.html"


def index_posts(app: Sphinx, exception: Exception | None) -> None:
    """Index the posts once their pages are written; where there is none, the page of the search says so."""
    if exception or app.builder.format != "html":
        return
    if not app.config.last_build:
        shutil.rmtree(Path(app.outdir, FOLDER), ignore_errors=True)

    def order(number: int, part: list[str]) -> Order:
        inputs = fingerprint(*((docname, page_fingerprint(app, docname)) for docname in part))
        return Order(part_folder(number), inputs, partial(write_part, app, number, part))

    orders = [order(number, part) for number, part in enumerate(parts_of(app)) if part]
    (leave if app.config.search_later else make)(app, *orders)


def write_part(app: Sphinx, number: int, docnames: Iterable[str]) -> None:
    """Write the part *number* of the index, of the posts *docnames*."""
    with TemporaryDirectory() as scratch:
        for docname in docnames:
            path = Path(scratch, app.builder.get_target_uri(docname), "index.html")
            path.parent.mkdir(parents=True)
            path.write_bytes(without_frame(page_of(app, docname)))
        write_index(Path(scratch), app.config.language)
        folder = Path(scratch, FOLDER)
        for pattern in SHARED if number else ():
            for file in folder.glob(pattern):
                file.unlink()
        for file in folder.rglob("*"):
            if file.is_file():
                name, content = f"{part_folder(number)}/{file.relative_to(folder).as_posix()}", file.read_bytes()
                write = note_output if is_in_last_site(app, name, content) else partial(write_output, content=content)
                write(app, name)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.listings")
    # Whether the index is left for the next build, see _ext.serve.
    app.add_config_value("search_later", False, "", bool)
    app.connect("builder-inited", leave_out_sphinxs_index)
    app.connect("html-collect-pages", collect_pages)
    app.connect("build-finished", index_posts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
