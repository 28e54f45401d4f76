"""The rules of a post, in a table: each is a function whose name is its code, whose docstring says what must be.

To add one, write it here with the decorator ``@rule`` (see `Of` in ``source/faults.py`` for what it is given), a section of
its name in docs/codes.md, and a case in ``tests/hostile``. `text`: a file as bytes and characters. `metadata`: what the
{post} directive and its neighbours declare. `markup`, `links`, `code`: what the text is made of. `files`: what is beside it.
`code_was_run`, `numbers_were_measured`: what was done with it. `post_source`: what all of them look at.

It imports `drawings`, `evidence` and `source`; `reading` asks the table.
"""

from _ext.posts.rules import code, code_was_run, files, links, markup, metadata, numbers_were_measured, text

__all__ = ["code", "code_was_run", "files", "links", "markup", "metadata", "numbers_were_measured", "text"]
