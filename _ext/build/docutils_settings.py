"""Works out docutils' settings once, and not for each document, which takes a twentieth of a build.

Sphinx and MyST-Parser have optparse make a parser of a hundred options for every document that they read, and ask it for the
same values each time (sphinx.util.docutils._get_settings, myst_parser.mdit_to_docutils.base.make_document). Goes when
docutils has its settings without optparse, as it announces (https://docutils.sourceforge.io/RELEASE-NOTES.html, future changes).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sphinx.util.docutils
from docutils.frontend import Values, get_default_settings
from docutils.utils import DependencyList
from myst_parser.mdit_to_docutils import base
from sphinx.application import Sphinx
from sphinx.util.docutils import _get_settings
from sphinx.util.typing import ExtensionMetadata


def once(work_out: Callable[..., Values]) -> Callable[..., Values]:
    """Return what gives a copy of the settings that *work_out* returns for the same kinds of components and the same options."""
    known: dict[str, Values] = {}

    def settings(*components: object, **options: Any) -> Values:
        kinds = [component if isinstance(component, type) else type(component) for component in components]
        asked = f"{kinds} {options}"
        if asked not in known:
            known[asked] = work_out(*components, **options)
        found = known[asked].copy()
        found.record_dependencies = DependencyList()  # of the document that is read
        return found

    return settings


def setup(app: Sphinx) -> ExtensionMetadata:
    sphinx.util.docutils._get_settings = once(_get_settings)
    base.get_default_settings = once(get_default_settings)  # type: ignore[attr-defined]
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
