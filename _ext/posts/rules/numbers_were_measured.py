"""Rules of what a post has measured: by its programs as they are now, and told as it was measured."""

from collections.abc import Mapping, Sequence
from json import JSONDecodeError
from pathlib import Path

from _ext.posts.drawings.chart import chart_of, chart_svg
from _ext.posts.evidence.measurements import RESULTS, NotThere, Row, as_written, programs, results_in, table, told_at
from _ext.posts.evidence.run_record import sha256_of
from _ext.posts.rules.post_source import PostSource
from _ext.posts.source import limits
from _ext.posts.source.faults import Finding, Findings, Located, Of, must, rule
from _ext.posts.source.folder import File, Folder
from _ext.posts.source.outline import Directive


@rule(Of.BESIDE)
def measured(post: PostSource, file: File) -> Findings:
    """What ``results.json`` holds was measured by the programs beside it as they are now."""
    if file.path == RESULTS and file.plain:
        yield from stale(post.folder, f"make refresh POST={post.place}")


def stale(folder: Folder, command: str, posts: Path | None = None) -> Findings:
    """Yield why the results in a post's *folder* have to be measured again, which *command* does.

    With *posts*, the folder of all posts, programs of other posts count, too: only what runs the tests asks for that, since
    a post is checked by its own folder.
    """
    if not folder.get(RESULTS):
        return
    try:
        found = results_in(folder.read(RESULTS))
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
        elif sha256_of(folder.read(program.path)) != was:
            yield must(changed, Located(path))
    if not as_written(found):
        yield must(f"results must be as their program has written them ({command})", Located(RESULTS))
    for path, was in programs(found, "other_posts").items():
        other = posts / path if posts else None
        if other and (not other.is_file() or sha256_of(other.read_bytes()) != was):
            yield must(changed, Located(path))


@rule(Of.FOLDER)
def result(post: PostSource) -> Findings:
    """A chart, a table of results and {result} tell what ``results.json`` in the post's folder holds under their name."""
    charts, tables = post.named("chart"), post.named("results")
    names = [role.content for role in post.outline.roles if role.name.text == "result"]
    asking = sorted((found.argument for found in (*charts, *tables)), key=lambda at: at.line) + names
    if not asking:
        return
    if not post.folder.get(RESULTS):
        yield must(f"{RESULTS} must be there, which measure.py writes", asking[0])
        return
    try:
        results = results_in(post.folder.read(RESULTS))
    except ValueError:  # of which the rule above tells
        return
    if len(charts) > limits.CHARTS:
        first = charts[limits.CHARTS].argument
        yield must(f"post must have at most {limits.CHARTS} charts; the first too many", first)
        return
    yield from _not_there(results, [*charts, *tables], names)


def _not_there(results: Row, directives: Sequence[Directive], names: Sequence[Located]) -> Findings:
    """Yield what the *results* do not hold of what charts and tables and, by their *names*, single values ask for."""
    for asking in directives:
        try:
            show = _draw if asking.name.text == "chart" else table
            show(results, asking.argument.text, asking.values)
        except ValueError as error:
            yield _at_option(error, asking)
    for name in names:
        try:
            told_at(results, name.text)
        except NotThere as error:
            yield must(str(error), name, near=error.near)


def _draw(results: Row, name: str, options: Mapping[str, str]) -> object:
    return chart_svg(chart_of(results, name, options))


def _at_option(error: ValueError, asking: Directive) -> Finding:
    """Return the finding of *error* at the part of an option that it is about, or else at what the directive asks for."""
    if not isinstance(error, NotThere):
        return must(str(error), asking.argument)
    for option in asking.options if error.asked else ():
        if (column := option.value.text.find(error.asked)) >= 0:
            at = Located(error.asked, option.value.line, option.value.column + column)
            return must(str(error), at, near=error.near)
    return must(str(error), asking.argument, near=error.near)
