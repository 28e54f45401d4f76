"""What a post has measured: the results in its folder, the programs that they were made by, and how a text tells them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from _ext.posts.evidence.run_record import sha256_of
from _ext.posts.source import limits
from _ext.posts.source.faults import nearest

RESULTS = "results.json"
"""The file in a post's folder; its ``measure.py`` writes it, by lab.results."""
Row = dict[str, Any]


class NotThere(ValueError):
    """Raised where the results do not have what a post asks for.

    Holds what must be, the nearest name that there is (*near*), and the part of the option that is wrong (*asked*).
    """

    def __init__(self, what_must_be: str, near: str | None = None, asked: str = "") -> None:
        super().__init__(what_must_be)
        self.near, self.asked = near, asked


def results_in(content: bytes) -> Row:
    """Return the results in *content*, a JSON object; raises ValueError where it is none."""
    try:
        found = json.loads(content, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("no object")  # noqa: TRY004 - that of a text, as json's own
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def programs(results: Row, of: str = "programs") -> dict[str, str]:
    """Return the SHA-256 of each program that made the *results*, by its path in the post's folder.

    With *of* ``other_posts``, return the programs of other posts, by their paths in ``posts/``.
    """
    made = results.get("measured")
    recorded = made.get(of) if isinstance(made, dict) else None
    return {str(path): str(was) for path, was in recorded.items()} if isinstance(recorded, dict) else {}


def as_written(results: Row) -> bool:
    """Tell whether nobody has changed the *results* since their program wrote them; true where no hash is recorded.

    The hash is computed as lab.results.save does it, which works without this package.
    """
    made = results.get("measured")
    was = made.get("results") if isinstance(made, dict) else None
    values = {name: value for name, value in results.items() if name != "measured"}
    return was is None or was == sha256_of(json.dumps(values, sort_keys=True, ensure_ascii=False).encode())


def value_at(results: Row, name: str) -> Any:
    """Return what the *results* hold under a dotted *name*, such as ``pool.ratio``; raises NotThere."""
    found: Any = results
    for number, part in enumerate(parts := name.split(".")):
        if isinstance(found, dict) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            names = [".".join([*parts[:number], key]) for key in found] if isinstance(found, dict) else []
            raise NotThere(f"name must be of a value in {RESULTS}", nearest(name, names))
    return found


def told(value: Any) -> str:
    """Return a *value* of the results as a text tells it: ``12,345``, ``1.5``, ``yes``; raises NotThere where it is no value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}"
    if isinstance(value, str):
        return value
    raise NotThere(f"value in {RESULTS} must be a number or a text")


def told_at(results: Row, name: str) -> str:
    """Return the value under *name* as a text tells it; raises NotThere."""
    return told(value_at(results, name))


def rows_at(results: Row, name: str, columns: Sequence[str], *, numbers: Sequence[str] = ()) -> list[Row]:
    """Return the list of objects that the *results* hold under *name*.

    Raises NotThere unless each object has all *columns*, with numbers in those that *numbers* names.
    """
    rows = value_at(results, name)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise NotThere(f"name must be of a list of objects in {RESULTS}")
    if len(rows) > limits.ROWS:
        raise NotThere(f"list in {RESULTS} must have at most {limits.ROWS} objects, not {len(rows)}")
    for row in rows:
        for column in columns:
            if column not in row:
                must_be = f"column must be in each object of {name} in {RESULTS}"
                raise NotThere(must_be, nearest(column, row), column)
            told(row[column])
        for column in numbers:
            number = row[column]
            if isinstance(number, bool) or not isinstance(number, int | float):
                raise NotThere(f"column must be a number in each object of {name} in {RESULTS}", None, column)
            if abs(number) > limits.NUMBER:
                raise NotThere(f"column must be at most {limits.NUMBER:,} in each object of {name}", None, column)
    return rows


def listed(value: str, by: str = ",") -> list[str]:
    """Return the parts of an option's *value*, stripped."""
    return [part.strip() for part in value.split(by)] if value.strip() else []


def header_of(columns: Sequence[str], header: str) -> list[str]:
    """Return the title of each of the *columns* of a table: the parts of *header*, separated by ``|``, or the columns' names.

    Raises ValueError where there are no columns, and NotThere where there are not as many titles as columns.
    """
    if not columns:
        raise ValueError("table must have columns, separated by commas")
    if len(titles := listed(header, "|") or list(columns)) != len(columns):
        raise NotThere(f"header must be {len(columns)} titles, separated by |, one for each column", None, header)
    return titles


def table(results: Row, name: str, options: Mapping[str, str]) -> tuple[list[str], list[Row]]:
    """Return the header and the rows of the table that a ``{results}`` with *options* asks for under *name*.

    Raises ValueError, often a NotThere, with what must be.
    """
    columns = listed(options.get("columns", ""))
    return header_of(columns, options.get("header", "")), rows_at(results, name, columns)
