"""Rules of what a post has measured: by its programs as they are now, and told as it was measured."""

from __future__ import annotations

from collections.abc import Sequence
from json import JSONDecodeError
from pathlib import Path

from _ext.posts.drawings.chart import chart_of, draw
from _ext.posts.evidence.measurements import (
    RESULTS,
    NotThere,
    as_written,
    header_of,
    listed,
    programs,
    results_in,
    rows_at,
    told,
    value_at,
)
from _ext.posts.evidence.run_record import fingerprint
from _ext.posts.source import limits
from _ext.posts.source.faults import Finding, Findings, Located, must, rule
from _ext.posts.source.folder import Folder
from _ext.posts.source.outline import Directive, Role


@rule
def measured(folder: Folder, command: str, posts: Path | None = None) -> Findings:
    """What ``results.json`` holds was measured by the programs beside it as they are now. *command* measures again.

    With *posts*, the folder of all posts, those of other posts must be as they were, too: only the tests ask for that, since
    a post is checked by its own folder.
    """
    if results := folder.get(RESULTS):
        try:
            found = results_in(folder.read(results.path))
        except JSONDecodeError as error:
            yield must("results must be JSON", Located(error.msg, error.lineno, error.colno))
            return
        except ValueError as error:
            yield must("results must be a JSON object", Located(str(error)))
            return
        changed = f"results must be measured again since a program has changed ({command})"
        for path, was in programs(found).items():
            program = folder.get(path)
            if not program:
                yield must("program that has measured the results must be beside them", Located(path))
            elif fingerprint(folder.read(program.path)) != was:
                yield must(changed, Located(path))
        if not as_written(found):
            yield must(f"results must be as their program has written them ({command})", Located(RESULTS))
        if posts:
            for path, was in programs(found, "other_posts").items():
                other = posts / path
                if not other.is_file() or fingerprint(other.read_bytes()) != was:
                    yield must(changed, Located(path))


@rule
def result(charts: Sequence[Directive], tables: Sequence[Directive], roles: Sequence[Role], folder: Folder) -> Findings:
    """A chart, a table of results and {result} tell what ``results.json`` in the post's folder holds under their name."""

    asking = sorted((found.argument for found in (*charts, *tables)), key=lambda at: at.line) + [
        role.content for role in roles if role.name.text == "result"
    ]
    if not asking:
        return
    if not (file := folder.get(RESULTS)):
        yield must(f"{RESULTS} must be there, which measure.py writes", asking[0])
        return
    try:
        results = results_in(folder.read(file.path))
    except ValueError:  # of which the rule above tells
        return
    for found in charts[limits.CHARTS :]:
        yield must(f"post must have at most {limits.CHARTS} charts; the first too many", found.argument)
        return
    for found in charts:
        try:
            draw(chart_of(results, found.argument.text, found.values))
        except ValueError as error:
            yield _at_option(error, found)
    for found in tables:
        given = found.values
        columns = listed(given.get("columns", ""))
        try:
            header_of(columns, given.get("header", ""))
            rows_at(results, found.argument.text, columns)
        except ValueError as error:
            yield _at_option(error, found)
    for role in roles:
        if role.name.text == "result":
            try:
                told(value_at(results, role.content.text))
            except NotThere as error:
                yield must(str(error), role.content, near=error.near)


def _at_option(error: ValueError, asking: Directive) -> Finding:
    """Return the finding of *error* at the part of an option that it is about, or else at what the directive asks for."""
    if not isinstance(error, NotThere):
        return must(str(error), asking.argument)
    for option in asking.options if error.asked else ():
        if (column := option.value.text.find(error.asked)) >= 0:
            at = Located(error.asked, option.value.line, option.value.column + column)
            return must(str(error), at, near=error.near)
    return must(str(error), asking.argument, near=error.near)
