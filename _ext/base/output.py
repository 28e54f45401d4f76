"""Writes the files of the site, each as a part of the unit that is being made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder


def write_output(app: Sphinx, path: str, content: bytes) -> None:
    """Write a file of the site; *path* is relative to its root."""
    place = Path(app.outdir, path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    note_output(app, path)


def write_piece(app: Sphinx, path: str, inputs: str, make: Callable[[], bytes]) -> None:
    """Write a file of a document that is made of less than its page, of *inputs* alone, unless it is there from the last build."""
    builder = app.builder
    if builder.last_pieces.get(path) == inputs:  # type: ignore[attr-defined]
        note_output(app, path)
    else:
        write_output(app, path, make())
    builder.pieces[path] = inputs  # type: ignore[attr-defined]


def is_in_last_site(app: Sphinx, path: str, content: bytes) -> bool:
    """Tell whether the site that is built upon has this file at *path* already."""
    try:
        return bool(app.config.last_site) and Path(app.config.last_site, path).read_bytes() == content
    except OSError:
        return False


def note_output(app: Sphinx, path: str) -> None:
    """Count the file at *path*, which is there, to the unit that is being made."""
    app.builder.outputs.add(path)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Order:
    """A unit that is to be made, unless the last build made it of the same inputs."""

    name: str
    inputs: str
    """The fingerprint of all that it is made of."""
    write: Callable[[], object]
    """Writes its files."""


def make(app: Sphinx, *orders: Order, at_once: int = 1) -> None:
    """Make what is ordered, on all cores, *at_once* by one process."""
    app.builder.make(*orders, at_once=at_once)  # type: ignore[attr-defined]


def leave(app: Sphinx, *orders: Order) -> None:
    """Leave what is ordered as it was, for the next build to make."""
    app.builder.leave(*orders)  # type: ignore[attr-defined]


def shelf_of(app: Sphinx) -> str:
    """Return the fingerprint of what listings show of all posts: the inputs of what is made of that alone."""
    shelf: str = app.builder.shelf  # type: ignore[attr-defined]
    return shelf


def page_fingerprint(app: Sphinx, docname: str) -> str:
    """Return the fingerprint of the page of a document, which is written."""
    page: str = app.builder.units[docname].page  # type: ignore[attr-defined]
    return page


def page_of(app: Sphinx, docname: str) -> bytes:
    """Return the page of a document, written by this build or by the last."""
    builder = app.builder
    assert isinstance(builder, StandaloneHTMLBuilder)
    path = builder.get_output_path(docname)
    last = Path(app.config.last_site, path.relative_to(app.outdir))
    return (path if path.exists() else last).read_bytes()
