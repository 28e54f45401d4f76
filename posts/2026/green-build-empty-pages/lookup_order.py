"""A Sphinx extension that prints the folders in which templates are looked for, first one first."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx


def print_order(app: Sphinx) -> None:
    """Print the last two parts of each folder in the order in which Sphinx asks them."""
    for loader in app.builder.templates.loaders:
        print("templates:", "/".join(Path(loader.searchpath[0]).parts[-2:]))


def setup(app: Sphinx) -> dict[str, Any]:
    """Ask after ABlog, which inserts its folder on the same event at the usual priority of 500."""
    app.connect("builder-inited", print_order, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
