"""Builds the site document by document, on as many processors as Sphinx is given (``--jobs``).

Sphinx reads all documents, keeps what it has read, and then writes all of them. Here each is written as soon as it is read,
so that what a build needs does not grow with the blog, and each process does with its share all that there is to do:
nothing is handed from one to another but what the site's inventory names. Sphinx's own ``--jobs`` resolves every document
in one process and copies what it has read between them, which gains nothing (bench/README.md).
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterable, Sequence, Set
from pathlib import Path
from typing import Any, TypeVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.dirhtml import DirectoryHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.build_phase import BuildPhase
from sphinx.util.parallel import ParallelTasks, parallel_available
from sphinx.util.typing import ExtensionMetadata

from _ext.references import Targets, labelled, referred_to, restore_targets, targets_in

Item = TypeVar("Item")
Result = TypeVar("Result")

SHARE = 50
"""The documents or pages that a process writes before it makes room for the next: it forgets them with its end."""


class BlogBuilder(DirectoryHTMLBuilder):
    """Sphinx's ``dirhtml``, document by document."""

    def get_outdated_docs(self) -> Iterable[str]:
        return self.env.found_docs

    def write_documents(self, docnames: Set[str]) -> None:
        """Read and write all documents."""
        ordered = sorted(docnames)
        # Both pages and a post here first: what is made once, such as compiled templates, all processes have from this one.
        self._take(self._write_share(ordered[:3]))
        in_parallel(self._app.parallel, self._write_share, ordered[3:], self._take)

    def _write_share(self, docnames: Sequence[str]) -> dict[str, Targets]:
        """Read and write some documents, and return what can be referred to in each."""
        with logging.pending_warnings():
            written = {docname: self.write_document(docname) for docname in docnames}
        for source, name in self.images.items():
            copy = Path(self.outdir, self.imagedir, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(self.srcdir, source), copy)
        self.images.clear()
        return written

    def _take(self, written: dict[str, Targets]) -> None:
        for docname, targets in written.items():
            restore_targets(self.env, docname, targets)

    def write_document(self, docname: str) -> Targets:
        """Read and write one document and return what can be referred to in it."""
        env = self.env
        self._read(docname)
        links = referred_to(docname, env._write_doc_doctree_cache[docname], env.found_docs, labelled(self._app))
        for other in links:
            if other not in env.titles:
                with logging.suppress_logging():  # what is wrong with it is told where it is written
                    self._read(other)
                del env._write_doc_doctree_cache[other]
        self.phase = BuildPhase.RESOLVING
        doctree = env.get_and_resolve_doctree(docname, self, tags=self.tags)
        self.phase = BuildPhase.WRITING
        self.write_doc_serialized(docname, doctree)
        self.write_doc(docname, doctree)
        return targets_in(env, docname)

    def _read(self, docname: str) -> None:
        self.phase = BuildPhase.READING
        self.events.emit("env-purge-doc", self.env, docname)
        self.env.clear_doc(docname)
        self.read_doc(docname)

    def write_doctree(self, docname: str, doctree: nodes.document, *, _cache: bool = True) -> None:  # type: ignore[misc]
        """Keep what was read until it is written, which is at once, and write no file of it."""
        doctree.settings = doctree.settings.copy()
        self.env._write_doc_doctree_cache[docname] = doctree

    def gen_pages_from_extensions(self) -> None:
        pages = [page for pages in self.events.emit("html-collect-pages") for page in pages]
        in_parallel(self._app.parallel, self._write_pages, pages)

    def _write_pages(self, pages: Iterable[tuple[str, dict[str, Any], str]]) -> None:
        for page in pages:
            self.handle_page(*page)


def in_parallel(
    jobs: int,
    work: Callable[[Sequence[Item]], Result],
    items: Sequence[Item],
    take: Callable[[Result], object] = lambda result: None,
) -> None:
    """Do *work* on shares of the *items* in *jobs* processes, and *take* what it returns, which is pickled, in this one."""
    shares = [items[start : start + SHARE] for start in range(0, len(items), SHARE)]
    if jobs < 2 or len(items) < 2 * jobs or not parallel_available:
        for share in shares:
            take(work(share))
        return
    gc.freeze()  # what is there is left alone, so that processes go on sharing it
    tasks = ParallelTasks(jobs)
    for share in shares:
        tasks.add_task(work, share, lambda share, result: take(result))
    tasks.join()
    gc.unfreeze()


def read_later(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Let Sphinx read nothing before it writes."""
    if isinstance(app.builder, BlogBuilder):
        env.all_docs.update(dict.fromkeys(docnames, 0))
        docnames.clear()


def leave_out_contents(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Give Furo no table of contents of the site, for which it asks on each page (furo#939): a blog is ordered by time."""
    context["toctree"] = lambda **options: ""


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.publishing")
    app.add_builder(BlogBuilder, override=True)
    app.connect("env-before-read-docs", read_later)
    app.connect("html-page-context", leave_out_contents)  # before Furo
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
