"""Tabs of radio buttons and style: they work without a script, and cost a page without tabs nothing.

sphinx-inline-tabs has every page load its style, and a script by which tabs of one name change together.
"""

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

STYLE = "_static/tabs.css"
SCRIPT = "_static/tabs.js"


def tab_sets(doctree: nodes.document) -> Iterator[nodes.container]:
    return (container for container in doctree.findall(nodes.container) if "tab-set" in container["classes"])


def mark_chosen(doctree: nodes.document) -> None:
    """Say ``checked`` as HTML does, where sphinx-inline-tabs says ``checked="True"``, which is not valid."""
    for tab_set in tab_sets(doctree):
        first_button: Any = tab_set[0]
        first_button["checked"] = "checked"


def load_style(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Let a page with tabs load their style, and no page their script."""
    unwanted = {SCRIPT} if isinstance(doctree, nodes.document) and any(tab_sets(doctree)) else {SCRIPT, STYLE}
    for files in (context["css_files"], context["script_files"]):  # Sphinx restores both after each page
        files[:] = [file for file in files if file.filename not in unwanted]
