"""What a reader is told below a listing: with what it was tested and when, or why it was not."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from babel.dates import format_date
from docutils import nodes
from docutils.parsers.rst.directives import unchanged_required
from sphinx.application import Sphinx
from sphinx.directives.code import CodeBlock, LiteralInclude
from sphinx.locale import _
from sphinx.util.docutils import SphinxDirective

from _ext.posts.evidence.run_record import OPTION, RECORD, RUN_IN_PLACE, Record, block_hash, parse_run_record, sha256_of

PYTHON = ("pycon", "python")


class _Explained(SphinxDirective):
    """A directive that shows code and may say why it was not tested."""

    option_spec: ClassVar[dict[str, Callable[[str], Any]]]

    def run(self) -> list[nodes.Node]:
        shown = list(super().run())
        for block in (found for node in shown for found in node.findall(nodes.literal_block)):
            block[OPTION] = self.options.get(OPTION, "")
        return shown


class ExplainedCodeBlock(_Explained, CodeBlock):
    option_spec = CodeBlock.option_spec | {OPTION: unchanged_required}


class ExplainedLiteralInclude(_Explained, LiteralInclude):
    option_spec = LiteralInclude.option_spec | {OPTION: unchanged_required}


def tested_with(record: Record, block: nodes.literal_block, folder: Path) -> list[str] | None:
    """Return what the code in *block* was tested with, by the *record* in the post's *folder*; None where it has not been."""
    if "source" in block:  # a file, shown by literalinclude
        path = Path(block["source"])
        run = record.files.get(path.relative_to(folder).as_posix()) if path.is_relative_to(folder) else None
        if not run or run.sha256 != sha256_of(path.read_bytes()):
            return None
        is_python = path.suffix == ".py"
        packages = run.tested_with
    elif block.get("language") in RUN_IN_PLACE and block_hash(block.rawsource) in record.blocks:
        is_python, packages = block["language"] in PYTHON, ()
    else:
        return None
    python, servers = record.tested_with[:1], record.tested_with[1:]
    return list(dict.fromkeys([*python, *packages, *servers] if is_python else servers or python))


def add_notes(app: Sphinx, doctree: nodes.document) -> None:
    """Put below each listing of a post what there is to say of its tests."""
    folder = Path(app.env.doc2path(app.env.docname)).parent
    file = folder / RECORD
    record = Record()
    if file.is_file():
        with suppress(ValueError):  # of which the rules have told
            record = parse_run_record(file.read_bytes())
    for block in list(doctree.findall(nodes.literal_block)):
        if reason := block.get(OPTION):
            text = _("Not tested: %(reason)s") % {"reason": reason}
        elif record.day and (names := tested_with(record, block, folder)):
            day = format_date(record.day, "long", app.config.language)
            text = _("Tested with %(names)s on %(date)s") % {"names": ", ".join(names), "date": day}
        else:
            continue
        captioned = "literal-block-wrapper" in block.parent.get("classes", ())
        shown: nodes.Element = block.parent if captioned else block
        shown.parent.insert(shown.parent.index(shown) + 1, nodes.paragraph("", text, classes=["tested"]))
