"""Rules of the code in a post: it has been run as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from _ext.posts.evidence.run_record import RECORD, Block, Listing, Record, read_record
from _ext.posts.evidence.sessions import PROMPTS, before_the_first_prompt
from _ext.posts.source.faults import Findings, Located, must, rule
from _ext.posts.source.folder import Folder


@rule
def tested(shown: Sequence[Listing], record: Record, command: str) -> Findings:
    """Each listing was run by the post's tests as it is now, or says to the reader in ``untested`` why not.

    Of Python each function that is shown was called. *record* is what was run; *command* runs the tests and records it.
    """
    for listing in shown:
        if not listing.path and listing.fingerprint not in record.blocks:
            yield must(f"block must be run ({command}), or say why not in its option untested", listing.at)
        if not listing.path:
            continue
        if not (run := record.files.get(listing.path)):
            yield must(
                f"listing must be run by a test of the post, or say why not in its option untested ({command})",
                listing.at,
            )
        elif run.sha256 != listing.fingerprint:
            yield must(f"listing must be run again since it has changed ({command})", listing.at)
        else:
            for name in listing.functions:
                if name not in run.functions:
                    at = Located(name, listing.at.line, listing.at.column)
                    yield must(f"function of {listing.path} must be called by a test of the post ({command})", at)


@rule
def prompt(blocks: Iterable[Block]) -> Findings:
    """A session begins with a command behind its prompt: ``$ `` in ``console``, ``=> `` in ``psql``, ``>>> `` in ``pycon``."""
    for block in blocks:
        if block.at.text in PROMPTS and (first := before_the_first_prompt(block.at.text, block.content)):
            *_, shown = PROMPTS[block.at.text]
            line, text = first
            yield must(f"session must begin with its prompt, {shown}", Located(text, block.row + line))


@rule
def test_record(folder: Folder, command: str) -> Findings:
    """``tested.json`` is as *command* has written it."""
    if there := folder.get(RECORD):
        try:
            read_record(folder.read(there.path))
        except ValueError as error:
            yield must(f"record must be as {command} writes it", Located(str(error)))
