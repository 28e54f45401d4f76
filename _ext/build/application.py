"""Sphinx as a build of the blog starts it."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from _ext.blog.gates import Run
from _ext.build.last_build import Upon


class BlogApplication(Sphinx):
    """An application that carries what its rooms are given besides the configuration."""

    def __init__(self, folder: Path, run: Run, upon: Upon, overrides: Mapping[str, Any], *, strict: bool) -> None:
        self.run, self.upon = run, upon  # before Sphinx reads the configuration, at which the blog is made
        super().__init__(
            ".",
            ".",
            folder / "html",
            folder / "doctrees",
            "dirhtml",
            confoverrides=dict(overrides),
            status=None,
            warning=sys.stderr,
            freshenv=True,
            warningiserror=strict,
            parallel=os.cpu_count() or 1,
        )
