"""Builds the site document by document, on as many processors as Sphinx is given (``--jobs``).

Sphinx reads all documents, keeps what it has read, and then writes all of them. Here each is written as soon as it is read,
so that what a build needs does not grow with the blog, and each process does with its share all that there is to do:
nothing is handed from one to another but what the site's inventory names. Sphinx's own ``--jobs`` resolves every document
in one process and copies what it has read between them, which gains nothing (bench/README.md).
"""

import gc
from collections import defaultdict
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
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.parallel import ParallelTasks, parallel_available

from _ext.base.fingerprint import fingerprint
from _ext.base.output import Task, told_in, write_below
from _ext.base.target import ANEW, Output, Targets, Told
from _ext.blog.blog import Blog, blog_of
from _ext.build.last_build import Upon
from _ext.build.page_inputs import document_keys, shown
from _ext.build.references import labelled, names_in, referred_to, restore_targets, targets_in
from _ext.build.sources import is_looked_at_for
from _ext.pages.built_page import PAGE_BUILT, read_page
from _ext.posts.source.grammar import PAGES

Item = TypeVar("Item")
Result = TypeVar("Result")

SHARE = 50
"""The documents or pages that a process writes before it makes room for the next: it forgets them with its end."""


class BlogBuilder(DirectoryHTMLBuilder):
    """Sphinx's ``dirhtml``, document by document, of which those of the last build are left out that would be the same."""

    def __init__(self, app: Sphinx, env: BuildEnvironment) -> None:
        super().__init__(app, env)
        self.blog: Blog = blog_of(app)
        self.jobs, self.project = app.parallel, app.project
        self.upon: Upon = vars(app).get("upon") or Upon()
        self.written: set[str] = set()
        """The files written so far of what is being made."""
        self.assets: dict[str, str] = {}
        """Of those, the keys of such as are made of less than their page."""
        self.last_assets: Mapping[str, str] = {}
        """The same of the last build."""
        self.values: Told = {}
        """What the readers of its pages have told so far."""
        self.outputs: dict[str, Output] = {}
        """What the site is made of."""
        self.keys: dict[str, str] = {}
        """The cache key of each document."""
        self.known: set[str] = set()
        """The documents of which the environment has what can be referred to in them."""
        self.labels: Mapping[str, str] = {}
        """The document of each label."""
        self.project.discover = self._discover  # type: ignore[method-assign]  # Sphinx matches each file with each post's path

    def _discover(self, *args: object, **options: object) -> set[str]:
        """Find the documents: the posts chosen, and what the other patterns of ``include_patterns`` match."""
        posts = {post.docname for post in self.blog.posts}
        patterns = set(self.config.include_patterns) - {f"{docname}.md" for docname in posts}
        pages = (path.relative_to(self.srcdir) for pattern in patterns for path in Path(self.srcdir).glob(pattern))
        self.project.docnames = posts | {page.with_suffix("").as_posix() for page in pages}
        return self.project.docnames

    @property
    def last(self) -> Mapping[str, Output]:
        """What the last build made, where it can be built upon."""
        return self.upon.build.outputs if self.upon.build else {}

    @property
    def last_of_same_lists(self) -> Mapping[str, Output]:
        """What the last build made, where lists show the same of all posts still."""
        return self.last if self.upon.build and self.upon.build.lists_key == self.blog.lists_key else {}

    # What the rooms ask: _ext.base.output.SiteBuilder

    def make(self, *tasks: Task, at_once: int = 1) -> None:
        waiting = []
        for task in tasks:
            if output := self._kept(task.name, task.key):
                self.outputs[task.name] = output
            else:
                waiting.append(task)
        in_parallel(self.jobs, self._make, waiting, self.outputs.update, share=at_once)

    def leave(self, *tasks: Task) -> None:
        later = [task for task in tasks if self.upon.search_later and task.name in self.last]
        stale = [task for task in later if not self._kept(task.name, task.key)]
        self.outputs |= {task.name: replace(self.last[task.name], key=ANEW) for task in stale}
        self.make(*(task for task in tasks if task not in stale))

    def write_file(self, path: str, content: bytes) -> None:
        write_below(Path(self.outdir), path, content)
        self.note_file(path)

    def note_file(self, path: str) -> None:
        self.written.add(path)

    def write_asset(self, path: str, key: str, draw: Callable[[], bytes]) -> None:
        if self.last_assets.get(path) == key:
            self.note_file(path)
        else:
            self.write_file(path, draw())
        self.assets[path] = key

    def keep_file(self, path: str, content: bytes) -> bool:
        try:
            same = bool(self.upon.site) and Path(self.upon.site or "", path).read_bytes() == content
        except OSError:
            return False
        if same:
            self.note_file(path)
        return same

    def tell(self, path: str, **values: Any) -> None:
        self.values.setdefault(path, {}).update(values)

    def told(self, name: str) -> dict[str, Any]:
        return told_by(self.outputs, name)

    def told_before(self, name: str) -> dict[str, Any]:
        return told_by(self.last, name)

    def page_key(self, docname: str) -> str:
        return self.outputs[docname].page

    def read_page(self, docname: str) -> bytes:
        path = self.get_output_path(docname)
        last = Path(self.upon.site or "", path.relative_to(self.outdir))
        return (path if path.exists() else last).read_bytes()

    def files(self) -> set[str]:
        return {path for output in self.outputs.values() for path in output.files}

    # What Sphinx asks

    def _make(self, tasks: Iterable[Task]) -> dict[str, Output]:
        outputs = {}
        for task in tasks:
            self.written, self.values = set(), {}
            task.write()
            outputs[task.name] = Output(task.key, tuple(sorted(self.written)), told=self.values)
        return outputs

    def _kept(self, name: str, key: str) -> Output | None:
        output = self.last.get(name)
        return output if output and output.key == key != ANEW else None

    def get_outdated_docs(self) -> Iterator[str]:
        """Return the documents to write."""
        docnames, home = self.env.found_docs, self.config.root_doc
        self.keys = document_keys(self.blog, docnames, home, self.upon.sources, self.last_of_same_lists)
        gone = targets_of(self.last).keys() - self.keys.keys()
        for docname, key in self.keys.items():
            output = self._kept(docname, key)
            if output and not gone & output.linked:
                self.outputs[docname] = output
            else:
                yield docname

    def prepare_writing(self, docnames: AbstractSet[str]) -> None:
        super().prepare_writing(docnames)
        with suppress(OSError):
            Path(self.outdir, "_sources").rmdir()  # which Sphinx makes also where no sources are copied

    def copy_assets(self) -> None:
        self.make(Task(".assets", "", self._copy_assets))

    def _copy_assets(self) -> None:
        super().copy_assets()
        files = Path(self.outdir, "_static").rglob("*")
        self.written |= {path.relative_to(self.outdir).as_posix() for path in files if path.is_file()}

    def write_documents(self, docnames: AbstractSet[str]) -> None:
        """Read and write the documents, those that show of one of them what it no longer is, and those that did not find it."""
        for page in PAGES:  # of a post, what it labels is known without it being read
            if (docname := page.removesuffix(".md")) in self.keys:
                self._know(docname)
        self.labels = labelled(self.env, self.blog)
        self._write_all(sorted(docnames))
        before = {name: output for name, output in self.last.items() if name in docnames}
        changed = {name for name, output in before.items() if output.targets != self.outputs[name].targets}
        come = names_in((name, self.outputs[name]) for name in docnames) - names_in(before.items())
        self._write_all(
            sorted(
                name
                for name, output in self.last.items()
                if name not in docnames and name in self.keys and (changed & output.shown or come & output.linked)
            )
        )

    def _write_all(self, docnames: Sequence[str]) -> None:
        # Both pages and a post here first: what is made once, such as compiled templates, all processes have from this one.
        self.outputs |= self._write_share(docnames[:3])
        in_parallel(self.jobs, self._write_share, docnames[3:], self.outputs.update, share=SHARE)

    def _write_share(self, docnames: Sequence[str]) -> dict[str, Output]:
        """Read and write some documents, and return what was made of each."""
        with logging.pending_warnings():
            return {docname: self.write_document(docname) for docname in docnames}

    def write_document(self, docname: str) -> Output:
        """Read and write one document and return what was made of it."""
        env = self.env
        self.written, self.assets, self.values = set(), {}, {}
        self.last_assets = self.last[docname].assets if docname in self.last else {}
        self._read(docname)
        self.known.add(docname)
        read = self.doctree
        linked, shown = referred_to(docname, read, env.found_docs, self.labels)
        for other in sorted(shown):
            self._know(other)
        doctree = env.get_and_resolve_doctree(docname, self, tags=self.tags, doctree=read)
        self.write_doc_serialized(docname, doctree)
        self.write_doc(docname, doctree)
        for source, name in self.images.items():
            self.write_file(f"{self.imagedir}/{name}", Path(self.srcdir, source).read_bytes())
        self.images.clear()
        return Output(
            self.keys[docname] if self._is_of_its_own(docname) else ANEW,
            tuple(sorted(self.written)),
            assets=self.assets,
            page=sha256(self.get_output_path(docname).read_bytes()).hexdigest(),
            targets=targets_in(env, docname),
            linked=frozenset(linked),
            shown=frozenset(shown),
            told=self.values,
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
        self.events.emit("env-purge-doc", self.env, docname)
        self.env.clear_doc(docname)
        self.read_doc(docname)

    def _know(self, docname: str) -> None:
        """See to it that the environment has what can be referred to in a document."""
        env = self.env
        if docname in self.known:
            return
        self.known.add(docname)
        kept = self.outputs.get(docname)
        if kept and kept.targets:
            restore_targets(env, docname, kept.targets)
            return
        with logging.suppress_logging():  # what is wrong with it is told where it is written
            self._read(docname)

    def write_doctree(self, docname: str, doctree: nodes.document, *, _cache: bool = True) -> None:  # type: ignore[misc]
        """Keep what was read until it is written, which is at once, and write no file of it."""
        doctree.settings = doctree.settings.copy()
        self.doctree = doctree

    def handle_page(self, pagename: str, addctx: dict[str, Any], *args: Any, **options: Any) -> None:
        super().handle_page(pagename, addctx, *args, **options)
        path = self.get_output_path(pagename)
        self.note_file(path.relative_to(self.outdir).as_posix())
        self.events.emit(
            PAGE_BUILT, read_page(path.read_bytes(), self.get_target_uri(pagename), self.config.html_baseurl)
        )

    def gen_pages_from_extensions(self) -> None:
        sidebar, kept = self.blog.sidebar, self.last_of_same_lists
        tasks: dict[str, list[Task]] = defaultdict(list)
        for pages in self.events.emit("html-collect-pages"):
            for pagename, context, template in pages:
                if pagename in kept:
                    self.outputs[pagename] = kept[pagename]
                    continue
                key = fingerprint(template, shown(context, self.blog.reading_time), sidebar)
                tasks[template].append(Task(pagename, key, partial(self.handle_page, pagename, context, template)))
        # A page of each template here first: what is made once of a template, all processes have from this one.
        first = [of[0] for of in tasks.values()]
        self.make(*first, at_once=len(first) or 1)
        self.make(*(task for of in tasks.values() for task in of[1:]), at_once=SHARE)

    def dump_inventory(self) -> None:
        targets = targets_of(self.outputs)
        if targets == targets_of(self.last):
            self.outputs[INVENTORY_FILENAME] = self.last[INVENTORY_FILENAME]
            return
        for docname, found in sorted(targets.items()):
            restore_targets(self.env, docname, found)
        super().dump_inventory()
        self.outputs[INVENTORY_FILENAME] = Output("", (INVENTORY_FILENAME,))

    def write_buildinfo(self) -> None:
        self.make(Task(".buildinfo", "", self._write_buildinfo))

    def _write_buildinfo(self) -> None:
        super().write_buildinfo()
        self.note_file(".buildinfo")


def told_by(outputs: Mapping[str, Output], name: str) -> dict[str, Any]:
    """Return what the readers of the pages and feeds in *outputs* have told under *name*, by path."""
    return {path: value for output in outputs.values() for path, value in told_in(output.told, name).items()}


def targets_of(outputs: Mapping[str, Output]) -> dict[str, Targets]:
    """Return what can be referred to in each document of *outputs*."""
    return {name: output.targets for name, output in outputs.items() if output.targets}


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


def read_later(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Let Sphinx read nothing before it writes."""
    if isinstance(app.builder, BlogBuilder):
        env.all_docs.update(dict.fromkeys(docnames, 0))
        docnames.clear()
        # MyST-Parser looks a title up for each link by a path, also where it does not show it.
        env.titles.update({post.docname: nodes.title("", post.title) for post in app.builder.blog.posts})


def keep_templates(app: Sphinx) -> None:
    """Keep the templates as compiled, by what they hold: to compile them takes a tenth of a second in each build."""
    if isinstance(app.builder, BlogBuilder):
        folder = Path(app.srcdir, app.config.template_cache)
        with suppress(OSError):  # sources that cannot be written
            folder.mkdir(parents=True, exist_ok=True)
            app.builder.templates.environment.bytecode_cache = FileSystemBytecodeCache(str(folder))
