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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _ext.base.clock import today
from _ext.base.fingerprint import fingerprint
from _ext.blog import address_record
from _ext.build import own_source, site_folder
from _ext.build.last_build import STATE, Changes, LastBuild, load, save
from _ext.build.sources import Sources, changed_meanwhile, look_at
from _ext.posts import read_posts
from _ext.posts.report import tell as tell_faults

if TYPE_CHECKING:
    from _ext.build.builder import BlogBuilder

SITE = Path("_build/html")
ENVIRONMENT = "READTHEDOCS"
"""How the names begin of the variables that conf.py reads."""


class ProgramChanged(Exception):  # no error, but the reason to begin anew
    """This program is no longer what its files say: what it builds would be recorded as the work of another."""


def build(
    site: Path,
    *,
    fresh: bool = False,
    strict: bool = True,
    search_later: bool = False,
    tell: bool = True,
    **overrides: Any,
) -> int:
    """Build the site of the current folder into the folder *site*, and return the exit status.

    *overrides* take the place of what conf.py says. It is built upon the last build into the same place, a *fresh* one upon
    none. Where a source changes while it is built, it is built again. Where it is not *strict*, what is wrong is told, and
    the site built without; where it is not to *tell*, that was told. With *search_later* the index of the search is left for
    the next build. Raises ProgramChanged where this program must be loaded anew.
    """
    try:
        with site_folder.alone(site):
            last = None if fresh else load(site_folder.beside(site, STATE))
            while True:
                before = last
                sources = look_at(Path(), before.sources if before else None)
                if own_source.has_changed():
                    raise ProgramChanged
                status, last = build_of(
                    sources, site, before, overrides, strict=strict, search_later=search_later, tell=tell
                )
                left_alone = last.in_common_with(before) if last and before and not status else set()
                if not changed_meanwhile(Path(), sources, left_alone):
                    return status
    except OSError as error:
        print(f"The site is as it was: {error}", file=sys.stderr)
        return 1


def build_of(
    sources: Sources,
    site: Path,
    last: LastBuild | None,
    overrides: Mapping[str, Any],
    *,
    strict: bool,
    search_later: bool,
    tell: bool,
) -> tuple[int, LastBuild | None]:
    """Build the site of *sources* into the folder *site* upon the *last* build, and return the exit status and this build.

    Raises OSError where the file system fails.
    """
    day = today()
    settings = fingerprint(sources.of_house(), strict, repr(sorted(overrides.items())), repr(_environment()))
    if last and (last.settings != settings or last.day > day or last.files != site_folder.written(site)):
        last = None
    recorded, malformed = address_record.read_record(Path())
    same = last and last.day == day and last.sources.hashes == sources.hashes and last.is_done
    if last and same and not malformed:
        published = address_record.published_among(last.files)
        if strict and (lost := address_record.lost(recorded, published)):
            return tell_faults(lost), last
        complete_record(site, recorded, published)
        if tell:
            tell_faults(last.faults)
        return 0, last
    documents = sources.of_documents()
    content = read_posts(Path(), day, last.unchanged(documents) if last else {})
    if faults := [*content.faults, *malformed]:
        if tell:
            tell_faults(faults)
        if strict:
            return 1, last
    with site_folder.scratch(site) as folder:
        output, whole = folder / "html", folder / "whole"
        if last:  # Furo writes into what it finds there, hence copies
            shutil.copytree(site / "_static", output / "_static")
        builder = sphinx(
            output,
            folder / "doctrees",
            strict=strict,
            search_later=search_later,
            content=content,
            document_sources=documents,
            last_build=last,
            last_site=str(site.resolve()),
            **overrides,
        )
        if not builder:
            return 1, last
        files = {path for unit in builder.units.values() for path in unit.files}
        published = address_record.published_among(files)
        if strict and (lost := address_record.lost(recorded, published)):
            return tell_faults(lost), last
        there = last.files if last else site_folder.written(site)
        changes = site_folder.changes_to(site, there, files, output)
        site_folder.take_before(site, there, last.changes if last else None, whole)
        site_folder.bring_up(whole, changes, output)
        site_folder.put_in_place(whole, site)
        made = LastBuild(
            settings=settings,
            day=day,
            sources=sources,
            documents=documents,
            readings=content.readings,
            faults=content.faults,
            shelf=builder.shelf,
            units=builder.units,
            files=site_folder.after(there, changes, site),
            changes=changes if there else Changes((), ()),
        )
        save(made, site_folder.beside(site, STATE))
        # Where nothing stood before, what was written here is the same files: the next build need not link them all again.
        site_folder.keep_before(site, whole if there else output)
    complete_record(site, recorded, published)
    return 0, made


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


def _environment() -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in os.environ.items() if name.startswith(ENVIRONMENT))


def sphinx(output: Path, doctrees: Path, *, strict: bool, **values: Any) -> BlogBuilder | None:
    """Build the site of the current folder into *output*, warnings being errors where it is *strict*.

    *values* take the place of what conf.py says. Return the builder, or None where it failed.
    """
    from sphinx.application import Sphinx  # here, since a build of nothing needs none of it
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from _ext.build.builder import BlogBuilder

    # Docutils reads files of settings from the folder, the home of whoever builds, and /etc; a site is the same everywhere.
    os.environ["DOCUTILSCONFIG"] = ""
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            ".",
            ".",
            output,
            doctrees,
            "dirhtml",
            confoverrides=values,
            status=None,
            warning=sys.stderr,
            freshenv=True,
            warningiserror=strict,
            parallel=os.cpu_count() or 1,
        )
        try:
            app.build()
        except SphinxError as error:
            print(f"{error.category}: {error}", file=sys.stderr)
            return None
    assert isinstance(app.builder, BlogBuilder)
    return None if app.statuscode else app.builder
