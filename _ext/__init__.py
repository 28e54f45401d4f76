"""The program of the blog: rooms, each of which answers one question, and the one extension that conf.py names.

A room may import those below it: commands, build, discovery, feeds, pages, content and blog, posts, base, from top to bottom.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

ROOMS = ("blog", "content", "pages", "feeds", "discovery", "build")
"""Those that work within Sphinx, in the order in which their hooks run."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set up each room."""
    # Docutils reads files of settings from the folder, the home of whoever builds, and /etc; a site is the same everywhere.
    os.environ["DOCUTILSCONFIG"] = ""
    for room in ROOMS:
        import_module(f"_ext.{room}.hooks").setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
