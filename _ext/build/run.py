"""One build from start to end: checks the posts, builds the site, and puts it in place when it is right.

What has not changed since the last build is neither read nor written again, and the result is what a build from nothing
gives. A fault in a post, a warning of Sphinx, an address that is lost or an error leaves the site of the last good build
untouched.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _ext.base.clock import today
from _ext.base.fingerprint import fingerprint
from _ext.base.target import Output
from _ext.blog import address_record
from _ext.build import site_folder
from _ext.build.last_build import STATE, Changes, LastBuild, Upon, load, save
from _ext.build.sources import PROGRAM, Sources, changed_meanwhile, look_at
from _ext.posts import Fault, Posts, read_posts
from _ext.posts.report import tell

if TYPE_CHECKING:
    from _ext.build.builder import BlogBuilder

SITE = Path("_build/html")
ENVIRONMENT = "READTHEDOCS"
"""How the names begin of the variables that conf.py reads."""


@dataclass(frozen=True)
class How:
    """How a site is built."""

    strict: bool = True
    """Whether what is wrong ends the build; else it is told, and the site built without."""
    tell: bool = True
    """Whether faults are told; else they were."""
    search_later: bool = False
    """Whether the index of the search is left for the next build."""


AS_ALWAYS = How()


def build(site: Path, how: How = AS_ALWAYS, *, fresh: bool = False, **overrides: Any) -> int:
    """Build the site of the current folder into the folder *site*, and return the exit status.

    *overrides* take the place of what conf.py says. It is built upon the last build into the same place, a *fresh* one upon
    none. Where a source changes while it is built, it is built again; where this program does, nothing is put in place that
    the next build would take for the work of another.
    """
    try:
        with site_folder.alone(site):
            last = None if fresh else load(site_folder.beside(site, STATE))
            begun = None
            while True:
                before = last
                sources = look_at(Path(), before.sources if before else None)
                begun = begun or sources.below(PROGRAM)
                if sources.below(PROGRAM) != begun:
                    print(f"{PROGRAM} has changed while it was at work; run it again.", file=sys.stderr)
                    return 1
                status, last = build_of(sources, site, before, how, overrides)
                left_alone = last.in_common_with(before) if last and before and not status else set()
                if not changed_meanwhile(Path(), sources, left_alone):
                    return status
    except OSError as error:
        print(f"The site is as it was: {error}", file=sys.stderr)
        return 1


def build_of(
    sources: Sources, site: Path, last: LastBuild | None, how: How, overrides: Mapping[str, Any]
) -> tuple[int, LastBuild | None]:
    """Build the site of *sources* into the folder *site* upon the *last* build, and return the exit status and this build.

    Raises OSError where the file system fails.
    """
    day = today()
    environment = sorted(item for item in os.environ.items() if item[0].startswith(ENVIRONMENT))
    settings = fingerprint(sources.of_house(), how.strict, repr(sorted(overrides.items())), repr(environment))
    if last and (last.settings != settings or last.day > day or last.files != site_folder.written(site)):
        last = None
    recorded, malformed = address_record.read_record(Path())
    same = last and last.day == day and last.sources.hashes == sources.hashes and last.is_done
    if last and same and not malformed:
        return _leave_as_it_is(site, last, recorded, how), last
    documents = sources.of_documents()
    posts = read_posts(Path(), day, last.unchanged(documents) if last else {})
    if faults := [*posts.faults, *malformed]:
        if how.tell:
            tell(faults)
        if how.strict:
            return 1, last
    with site_folder.scratch(site) as folder:
        if last:  # Furo writes into what it finds there, hence copies
            shutil.copytree(site / "_static", folder / "html/_static")
        upon = Upon(last, site.resolve() if last else None, documents, how.search_later)
        builder = sphinx(folder, upon, posts, day, how.strict, overrides)
        if not builder:
            return 1, last
        there = last.files if last else site_folder.written(site)
        changes = _put_in_place(folder, site, last, there, builder.files())
        made = LastBuild(
            settings=settings,
            day=day,
            sources=sources,
            documents=documents,
            readings=posts.readings,
            faults=posts.faults,
            lists_key=builder.blog.lists_key,
            outputs={name: without_texts(output) for name, output in builder.outputs.items()},
            files=site_folder.after(there, changes, site),
            changes=changes if there else Changes((), ()),
        )
        save(made, site_folder.beside(site, STATE))
        # Where nothing stood before, what was written here is the same files: the next build need not link them all again.
        site_folder.keep_before(site, folder / ("whole" if there else "html"))
    complete_record(site, recorded, address_record.published_among(made.files))
    return 0, made


def without_texts(output: Output) -> Output:
    """Return *output* without the texts of posts, which are on their pages: the next build would read all of them."""
    if not any("text" in values for values in output.told.values()):
        return output
    told = {
        path: {name: value for name, value in values.items() if name != "text"} for path, values in output.told.items()
    }
    return replace(output, told=told)


def _leave_as_it_is(site: Path, last: LastBuild, recorded: Mapping[str, int], how: How) -> int:
    """Return the exit status where *site* is what a build would make: there may be more in the record than was."""
    published = address_record.published_among(last.files)
    if how.strict and (lost := address_record.lost(recorded, published)):
        return tell(lost)
    complete_record(site, recorded, published)
    if how.tell:
        tell(last.faults)
    return 0


def _put_in_place(
    folder: Path, site: Path, last: LastBuild | None, there: Mapping[str, Any], files: Collection[str]
) -> Changes:
    """Let *site*, which has the files *there*, be one of *files*, the new ones of which are in *folder*; return the changes."""
    fresh, whole = folder / "html", folder / "whole"
    changes = site_folder.changes_to(site, there, files, fresh)
    site_folder.take_before(site, there, last.changes if last else None, whole)
    site_folder.bring_up(whole, changes, fresh)
    site_folder.put_in_place(whole, site)
    return changes


def complete_record(site: Path, recorded: Collection[str], published: Collection[str]) -> None:
    """Add what is *published* with *site*, which is in place, to what is *recorded*, and say so."""
    if site != SITE:  # what is built elsewhere is a trial
        return
    try:
        added = address_record.add_to_record(Path(), recorded, published)
    except OSError as error:
        print(f"{address_record.RECORD} lacks addresses of the site, and cannot be written: {error}", file=sys.stderr)
    else:
        if added:
            print(
                f"{address_record.RECORD} has {added} more {'address' if added == 1 else 'addresses'}; it belongs in the commit."
            )


def sphinx(
    folder: Path, upon: Upon, posts: Posts, day: date, strict: bool, overrides: Mapping[str, Any]
) -> BlogBuilder | None:
    """Build the site of the current folder, of *posts* on that *day*, into *folder*, and return the builder, or None where that failed."""
    from sphinx.errors import SphinxError  # here, since a build of nothing needs none of Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from _ext.blog.gates import Run
    from _ext.build.application import BlogApplication
    from _ext.build.builder import BlogBuilder

    found: list[Fault] = []
    with patch_docutils(), docutils_namespace():
        app = BlogApplication(folder, Run(posts, day, found.extend), upon, overrides, strict=strict)
        try:
            app.build()
        except SphinxError as error:
            print(f"{error.category}: {error}", file=sys.stderr)
            return None
    if strict and found:
        tell(found)
        return None
    assert isinstance(app.builder, BlogBuilder)
    return None if app.statuscode else app.builder
