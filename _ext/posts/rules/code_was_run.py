"""Rules of the code in a post: it has been run as it is."""

from collections.abc import Iterable
from contextlib import suppress

from _ext.posts.evidence.run_record import RECORD, Listing, Record, blocks_to_run, listings_of, parse_run_record
from _ext.posts.evidence.sessions import PROMPTS, before_the_first_prompt
from _ext.posts.rules.post_source import PostSource
from _ext.posts.source.faults import Findings, Located, Of, all_must, must, rule
from _ext.posts.source.folder import File


@rule(Of.FOLDER)
def tested(post: PostSource) -> Findings:
    """Each listing was run by the post's tests as it is now, or says to the reader in ``untested`` why not.

    Of Python each function that is shown was called.
    """
    record = Record()
    with suppress(ValueError):  # of which the rule of the record tells
        record = parse_run_record(post.folder.read(RECORD)) if post.folder.get(RECORD) else record
    return not_run(listings_of(post.outline, post.folder), record, f"make record POST={post.place}")


def not_run(listings: Iterable[Listing], record: Record, command: str) -> Findings:
    """Yield what *record* has not of the *listings*; *command* is what runs and records them."""
    for listing in listings:
        if not listing.path:
            if listing.hash not in record.blocks:
                yield must(f"block must be run ({command}), or say why not in its option untested", listing.at)
        elif not (run := record.files.get(listing.path)):
            what = "listing must be run by a test of the post, or say why not in its option untested"
            yield must(f"{what} ({command})", listing.at)
        elif run.sha256 != listing.hash:
            yield must(f"listing must be run again since it has changed ({command})", listing.at)
        else:
            uncalled = [listing.at.saying(name) for name in listing.functions if name not in run.functions]
            must_be = f"function of {listing.path} must be called by a test of the post ({command})"
            yield from all_must(must_be, uncalled)


@rule(Of.POST)
def prompt(post: PostSource) -> Findings:
    """A session begins with a command behind its prompt: ``$ `` in ``console``, ``=> `` in ``psql``, ``>>> `` in ``pycon``."""
    for block in blocks_to_run(post.outline):
        if block.at.text in PROMPTS and (first := before_the_first_prompt(block.at.text, block.content)):
            *_, shown = PROMPTS[block.at.text]
            line, text = first
            yield must(f"session must begin with its prompt, {shown}", Located(text, block.row + line))


@rule(Of.BESIDE)
def test_record(post: PostSource, file: File) -> Findings:
    """``tested.json`` is as ``make record`` has written it."""
    if file.path == RECORD and file.plain:
        try:
            parse_run_record(post.folder.read(RECORD))
        except ValueError as error:
            yield must(f"record must be as make record POST={post.place} writes it", Located(str(error)))
