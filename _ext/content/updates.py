"""The list of changes above a post's text, from its {update} blocks, each of which can be linked to."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from textwrap import shorten

from babel.dates import format_date
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _

from _ext.blog.ablog_adapter import UpdateNode

LONGEST = 160  # characters of a change that the list shows; the block itself has all


@dataclass(frozen=True)
class Update:
    """A change that readers are told of."""

    date: date
    anchor: str
    """The id of its block in the page."""
    text: str
    """How the block begins, plain text of at most LONGEST characters."""


def head_blocks(app: Sphinx, doctree: nodes.document) -> None:
    """Give each block an id that says its day, and a title with the day as it is written elsewhere on the page."""
    for block in doctree.findall(UpdateNode):
        day = format_date(date.fromisoformat(block["date"]), "long", app.config.language)
        block.insert(0, nodes.title("", _("Updated %(date)s") % {"date": day}))
        block["classes"] = ["note", "update"]
        name = f"updated-{block['date']}"
        numbered = (f"{name}-{number}" if number > 1 else name for number in count(1))
        id_ = next(id_ for id_ in numbered if id_ not in doctree.ids)
        doctree.ids[id_] = block
        block["ids"].append(id_)


def updates_in(doctree: nodes.document) -> list[Update]:
    """Return the changes of the post *doctree*, newest first, those of one day as they stand."""
    found = [
        Update(date.fromisoformat(block["date"]), block["ids"][0], shorten(_text(block), LONGEST, placeholder=" …"))
        for block in doctree.findall(UpdateNode)
    ]
    return sorted(found, key=lambda update: update.date, reverse=True)


def _text(block: nodes.Element) -> str:
    return " ".join(child.astext() for child in block.children if not isinstance(child, nodes.title))
