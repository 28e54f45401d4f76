"""Builds the site document by document, on as many processors as Sphinx is given (``--jobs``).

Sphinx reads all documents, keeps what it has read, and then writes all of them. Here each is written as soon as it is read,
so that what a build needs does not grow with the blog, and each process does with its share all that there is to do:
nothing is handed from one to another but what the site's inventory names. Sphinx's own ``--jobs`` resolves every document
in one process and copies what it has read between them, which gains nothing (bench/README.md).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from docutils import nodes
from jinja2 import FileSystemBytecodeCache
from sphinx.application import Sphinx
from sphinx.builders.dirhtml import DirectoryHTMLBuilder
from sphinx.builders.html import INVENTORY_FILENAME
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.build_phase import BuildPhase
from sphinx.util.parallel import ParallelTasks, parallel_available
from sphinx.util.typing import ExtensionMetadata

from _ext.base.fingerprint import fingerprint
from _ext.base.output import Order, write_output
from _ext.base.target import ANEW, Targets, Unit
from _ext.blog.archives import reading_time, shelf, sidebar
from _ext.blog.publishing import post_at
from _ext.build.last_build import LastBuild
from _ext.build.page_inputs import document_inputs, shown
from _ext.build.references import labelled, names_in, referred_to, restore_targets, targets_in
from _ext.build.sources import is_looked_at_for
from _ext.posts.source.grammar import PAGES

Item = TypeVar("Item")
Result = TypeVar("Result")

SHARE = 50
"""The documents or pages that a process writes before it makes room for the next: it forgets them with its end."""


class BlogBuilder(DirectoryHTMLBuilder):
    """Sphinx's ``dirhtml``, document by document, of which those of the last build are left out that would be the same."""

    def __init__(self, app: Sphinx, env: BuildEnvironment) -> None:
        super().__init__(app, env)
        self.outputs: set[str] = set()
        """The files written so far of the unit that is being made."""
        self.pieces: dict[str, str] = {}
        """Of those, the inputs of such as are made of less than their document."""
        self.last_pieces: Mapping[str, str] = {}
        """The same of the last build."""
        self.units: dict[str, Unit] = {}
        """What the site is made of."""
        self.inputs: dict[str, str] = {}
        """Of each document, the fingerprint of what it is made of."""
        self.known: set[str] = set()
        """The documents of which the environment has what can be referred to in them."""
        self.labels: Mapping[str, str] = {}
        """The document of each label."""
        self.shelf = ""
        """The fingerprint of what listings show of all posts."""
        app.project.discover = self._discover  # type: ignore[method-assign]  # Sphinx matches each file with each post's path

    def _discover(self, *args: object, **options: object) -> set[str]:
        """Find the documents: the posts chosen, and what the other patterns of ``include_patterns`` match."""
        project, config = self._app.project, self.config
        posts = config.published_posts.keys() | config.unpublished_posts.keys()
        patterns = set(config.include_patterns) - {f"{docname}.md" for docname in posts}
        pages = (path.relative_to(self.srcdir) for pattern in patterns for path in Path(self.srcdir).glob(pattern))
        project.docnames = posts | {page.with_suffix("").as_posix() for page in pages}
        return project.docnames

    @property
    def last(self) -> Mapping[str, Unit]:
        """What the last build made, where it can be built upon."""
        last: LastBuild | None = self.config.last_build
        return last.units if last else {}

    @property
    def last_of_same_shelf(self) -> Mapping[str, Unit]:
        """What the last build made, where listings show the same of all posts still."""
        last: LastBuild | None = self.config.last_build
        return last.units if last and last.shelf == self.shelf else {}

    def make(self, *orders: Order, at_once: int = 1) -> None:
        """Make what is ordered, but what the last build made of the same inputs; *at_once* by one process, where it is much."""
        waiting = []
        for order in orders:
            if unit := self._kept(order.name, order.inputs):
                self.units[order.name] = unit
            else:
                waiting.append(order)
        in_parallel(self._app.parallel, self._make, waiting, self.units.update, share=at_once)

    def leave(self, *orders: Order) -> None:
        """Leave what is ordered as the last build made it, for the next to make; what that did not make is made."""
        stale = [order for order in orders if order.name in self.last and not self._kept(order.name, order.inputs)]
        self.units |= {order.name: replace(self.last[order.name], inputs=ANEW) for order in stale}
        self.make(*(order for order in orders if order not in stale))

    def _make(self, orders: Iterable[Order]) -> dict[str, Unit]:
        units = {}
        for order in orders:
            self.outputs = set()
            order.write()
            units[order.name] = Unit(order.inputs, tuple(sorted(self.outputs)))
        return units

    def _kept(self, name: str, inputs: str) -> Unit | None:
        unit = self.last.get(name)
        return unit if unit and unit.inputs == inputs != ANEW else None

    def get_outdated_docs(self) -> Iterator[str]:
        """Return the documents to write."""
        self.shelf = shelf(self._app)
        self.inputs = document_inputs(self._app, self.last_of_same_shelf)
        gone = targets_of(self.last).keys() - self.inputs.keys()
        for docname, inputs in self.inputs.items():
            unit = self._kept(docname, inputs)
            if unit and not gone & unit.linked:
                self.units[docname] = unit
            else:
                yield docname

    def copy_assets(self) -> None:
        self.make(Order(".assets", "", self._copy_assets))

    def _copy_assets(self) -> None:
        super().copy_assets()
        self.outputs |= {
            path.relative_to(self.outdir).as_posix() for path in self._static_dir.rglob("*") if path.is_file()
        }

    def write_documents(self, docnames: AbstractSet[str]) -> None:
        """Read and write the documents, those that show of one of them what it no longer is, and those that did not find it."""
        for page in PAGES:  # of a post, what it labels is known without it being read
            if (docname := page.removesuffix(".md")) in self.inputs:
                self._know(docname)
        self.labels = labelled(self._app)
        self._write_all(sorted(docnames))
        before = {name: unit for name, unit in self.last.items() if name in docnames}
        changed = {name for name, unit in before.items() if unit.targets != self.units[name].targets}
        come = names_in((name, self.units[name]) for name in docnames) - names_in(before.items())
        self._write_all(
            sorted(
                name
                for name, unit in self.last.items()
                if name not in docnames and name in self.inputs and (changed & unit.shown or come & unit.linked)
            )
        )

    def _write_all(self, docnames: Sequence[str]) -> None:
        # Both pages and a post here first: what is made once, such as compiled templates, all processes have from this one.
        self.units |= self._write_share(docnames[:3])
        in_parallel(self._app.parallel, self._write_share, docnames[3:], self.units.update, share=SHARE)

    def _write_share(self, docnames: Sequence[str]) -> dict[str, Unit]:
        """Read and write some documents, and return what was made of each."""
        with logging.pending_warnings():
            return {docname: self.write_document(docname) for docname in docnames}

    def write_document(self, docname: str) -> Unit:
        """Read and write one document and return what was made of it."""
        env = self.env
        self.outputs, self.pieces = set(), {}
        self.last_pieces = self.last[docname].pieces if docname in self.last else {}
        self._read(docname)
        self.known.add(docname)
        read = env._write_doc_doctree_cache[docname]
        linked, shown = referred_to(docname, read, env.found_docs, self.labels)
        for other in sorted(shown):
            self._know(other)
        self.phase = BuildPhase.RESOLVING
        doctree = env.get_and_resolve_doctree(docname, self, tags=self.tags)
        self.phase = BuildPhase.WRITING
        self.write_doc_serialized(docname, doctree)
        self.write_doc(docname, doctree)
        for source, name in self.images.items():
            write_output(self._app, f"{self.imagedir}/{name}", Path(self.srcdir, source).read_bytes())
        self.images.clear()
        return Unit(
            self.inputs[docname] if self._is_of_its_own(docname) else ANEW,
            tuple(sorted(self.outputs)),
            pieces=self.pieces,
            page=sha256(self.get_output_path(docname).read_bytes()).hexdigest(),
            targets=targets_in(env, docname),
            linked=frozenset(linked),
            shown=frozenset(shown),
        )

    def _is_of_its_own(self, docname: str) -> bool:
        """Tell whether all that a document has read, pictures and texts, is in the fingerprint of its files."""
        settings = Path(self.confdir, "docutils.conf")  # which Sphinx counts in, and nobody reads, see _ext.build
        read = (Path(path) for path in self.env.dependencies[docname])
        return all(
            path == settings
            or (
                path.is_relative_to(self.srcdir) and is_looked_at_for(docname, path.relative_to(self.srcdir).as_posix())
            )
            for path in read
        )

    def _read(self, docname: str) -> None:
        self.phase = BuildPhase.READING
        self.events.emit("env-purge-doc", self.env, docname)
        self.env.clear_doc(docname)
        self.read_doc(docname)

    def _know(self, docname: str) -> None:
        """See to it that the environment has what can be referred to in a document."""
        env = self.env
        if docname in self.known:
            return
        self.known.add(docname)
        kept = self.units.get(docname)
        if kept and kept.targets:
            restore_targets(env, docname, kept.targets)
            return
        with logging.suppress_logging():  # what is wrong with it is told where it is written
            self._read(docname)
        del env._write_doc_doctree_cache[docname]

    def write_doctree(self, docname: str, doctree: nodes.document, *, _cache: bool = True) -> None:  # type: ignore[misc]
        """Keep what was read until it is written, which is at once, and write no file of it."""
        doctree.settings = doctree.settings.copy()
        self.env._write_doc_doctree_cache[docname] = doctree

    def handle_page(self, pagename: str, addctx: dict[str, Any], *args: Any, **options: Any) -> None:
        super().handle_page(pagename, addctx, *args, **options)
        self.outputs.add(self.get_output_path(pagename).relative_to(self.outdir).as_posix())

    def gen_pages_from_extensions(self) -> None:
        frame = sidebar(self._app)
        kept = self.last_of_same_shelf
        orders = []
        for pages in self.events.emit("html-collect-pages"):
            for pagename, context, template in pages:
                if pagename in kept:
                    self.units[pagename] = kept[pagename]
                    continue
                inputs = fingerprint(template, shown(context, partial(reading_time, self._app)), frame)
                orders.append(Order(pagename, inputs, partial(self.handle_page, pagename, context, template)))
        self.make(*orders, at_once=SHARE)

    def dump_inventory(self) -> None:
        targets = targets_of(self.units)
        if targets == targets_of(self.last):
            self.units[INVENTORY_FILENAME] = self.last[INVENTORY_FILENAME]
            return
        for docname, found in sorted(targets.items()):
            restore_targets(self.env, docname, found)
        super().dump_inventory()
        self.units[INVENTORY_FILENAME] = Unit("", (INVENTORY_FILENAME,))

    def write_buildinfo(self) -> None:
        self.make(Order(".buildinfo", "", self._write_buildinfo))

    def _write_buildinfo(self) -> None:
        super().write_buildinfo()
        self.outputs.add(".buildinfo")


def targets_of(units: Mapping[str, Unit]) -> dict[str, Targets]:
    """Return what can be referred to in each document of *units*."""
    return {name: unit.targets for name, unit in units.items() if unit.targets}


def in_parallel(
    jobs: int,
    work: Callable[[Sequence[Item]], Result],
    items: Sequence[Item],
    take: Callable[[Result], object],
    *,
    share: int,
) -> None:
    """Do *work* on the *items* in *jobs* processes, of *share* items each, and *take* what it returns, which is pickled."""
    shares = [items[start : start + share] for start in range(0, len(items), share)]
    if jobs < 2 or len(shares) < 2 or not parallel_available:
        for part in shares:
            take(work(part))
            if len(shares) > 1:
                gc.collect()  # see _ext.build
        return
    tasks = ParallelTasks(jobs)
    for part in shares:
        tasks.add_task(work, part, lambda part, result: take(result))
    tasks.join()


class Titles(dict[str, nodes.title]):
    """The titles of documents: as Sphinx has read them, and of posts that it has not read, as they say themselves.

    MyST-Parser looks a title up for each link by a path, also where it does not show it.
    """

    def __init__(self, config: Config) -> None:
        self.config = config

    def __missing__(self, docname: str) -> nodes.title:
        if post := post_at(self.config, docname):
            return nodes.title("", post.title)
        raise KeyError(docname)


def read_later(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Let Sphinx read nothing before it writes."""
    if isinstance(app.builder, BlogBuilder):
        env.all_docs.update(dict.fromkeys(docnames, 0))
        docnames.clear()
        env.titles = Titles(app.config)


def keep_templates(app: Sphinx) -> None:
    """Keep the templates as compiled, by what they hold: to compile them takes a tenth of a second in each build."""
    if isinstance(app.builder, BlogBuilder):
        folder = Path(app.srcdir, app.config.template_cache)
        with suppress(OSError):  # sources that cannot be written
            folder.mkdir(parents=True, exist_ok=True)
            app.builder.templates.environment.bytecode_cache = FileSystemBytecodeCache(str(folder))


def leave_out_contents(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Give Furo no table of contents of the site, for which it asks on each page (furo#939): a blog is ordered by time."""
    context["toctree"] = lambda **options: ""


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.blog.archives")
    app.add_config_value("last_build", None, "")  # what is built upon, see _ext.build
    app.add_config_value("last_site", "", "", str)  # where the last build put it
    app.add_config_value("document_sources", {}, "")  # the fingerprint of each document's files, by docname
    app.add_builder(BlogBuilder, override=True)
    # Below the sources; safe to delete.
    app.add_config_value("template_cache", "_build/.templates", "", str)
    app.connect("builder-inited", keep_templates)
    app.connect("env-before-read-docs", read_later)
    app.connect("html-page-context", leave_out_contents)  # before Furo
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
