"""The command ``python -m _ext.commands.new TITLE``: begins a post as a copy of ``posts/template/``.

The folder ``posts/<year>/<slug>/`` gets the title and today's date, or the word draft. Nothing is ever overwritten.
Exit status 0 where the post is there, 1 where another has its slug, 2 for a title of which no post can be made.
"""

import argparse
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from slugify import slugify

from _ext.base.clock import today
from _ext.posts import Vocabulary, read_post
from _ext.posts.reading import INDEX
from _ext.posts.rules.metadata import DRAFT
from _ext.posts.source.faults import quoted
from _ext.posts.source.vocabulary import SLUG

TEMPLATE = "posts/template"
LONGEST_SLUG = 60  # characters; a longer address is cut where others quote it
NOT_ON_ONE_LINE = {"Cc", "Cs", "Zl", "Zp"}
"""The Unicode categories of control characters, broken UTF-8, and line and paragraph separators."""
MARKUP = re.compile(r"[\\`*_~$&#<>\[\]{}:]")
"""The signs that may mean something within a heading; a backslash makes text of each (CommonMark, §2.4)."""

NEXT_STEPS = """\
{path}

1. Write: open that file in your editor; put listings and their tests beside it.
2. Check: make check tells what is wrong, with line and column.
3. Look: make serve shows it in the browser. When it is right, send a pull request.
"""


class Taken(Exception):
    """The slug belongs to the post in the folder that is the exception's text."""


def make_post(root: Path, title: str, today: date, *, draft: bool = False) -> str:
    """Make the post *title*, of the day *today* or a draft, and return its path below *root*.

    Raises ValueError with what must be where no post can be made of the title, Taken where there is one already, and
    FileNotFoundError where there is no template.
    """
    title = unicodedata.normalize("NFC", title).strip()
    if not title:
        raise ValueError("title must have text")
    if any(unicodedata.category(character) in NOT_ON_ONE_LINE for character in title):
        raise ValueError(f"title must be one line without control characters: {quoted(title)}")
    folder = f"posts/{today.year}/{slug_of(title)}"
    path = f"{folder}/{INDEX}"
    template = (root / TEMPLATE / INDEX).read_text(encoding="utf-8")
    text = fill_in(template, path, title, DRAFT if draft else today.isoformat())
    for other in (root / "posts").glob("[0-9][0-9][0-9][0-9]/*"):
        if other.name.casefold() == Path(folder).name:
            raise Taken(other.relative_to(root).as_posix())
    (root / folder).parent.mkdir(exist_ok=True)
    try:
        (root / folder).mkdir()
    except FileExistsError:  # somebody else has just made it
        raise Taken(folder) from None
    shutil.copytree(
        root / TEMPLATE, root / folder, ignore=shutil.ignore_patterns(".*", "__pycache__"), dirs_exist_ok=True
    )
    (root / path).write_text(text, encoding="utf-8", newline="\n")
    return path


def slug_of(title: str) -> str:
    """Return the slug for *title* in any script: at most LONGEST_SLUG characters, cut at a word.

    Raises ValueError where nothing in the title can be written in Latin letters or digits.
    """
    slug = slugify(
        title,
        entities=False,  # the title is text, not HTML
        decimal=False,
        hexadecimal=False,
        replacements=[(apostrophe, "") for apostrophe in "'’"],  # else a separator: what-s
        max_length=LONGEST_SLUG,
        word_boundary=True,
        save_order=True,
    )
    if not SLUG.fullmatch(slug):
        raise ValueError(f"title must have a letter or a digit, for the post's address: {quoted(title)}")
    return slug


def fill_in(template: str, path: str, title: str, date: str) -> str:
    """Return the text of the post at *path*: *template* with *title* in its first line, and *date* in its directive.

    Raises ValueError with the fault that a reader of the post finds in the title, or where it reads another one.
    """
    _, _, body = re.sub(r"(?m)^```\{post\} .*", f"```{{post}} {date}", template, count=1).partition("\n")
    refused = f"title must be text: {quoted(title)}"
    for heading in spellings(title):
        text = f"# {heading}\n{body}"
        post, faults = read_post(path, text.encode(), Vocabulary())
        wrong = [fault.message for fault in faults if fault.line == 1]
        if post and post.title == title and not wrong:
            return text
        refused = wrong[0] if wrong else refused
    raise ValueError(refused)


def spellings(title: str) -> Iterator[str]:
    """Yield Markdown that may mean just *title*: as it is, which most titles are, then with its markup escaped."""
    yield title
    yield MARKUP.sub(r"\\\g<0>", title)


def main(arguments: list[str] | None = None) -> int:
    """Begin a post in the site of the current folder and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m _ext.commands.new", description=__doc__)
    parser.add_argument("title", metavar="TITLE")
    parser.add_argument("--draft", action="store_true", help="the post is not published before it gets a date")
    given = parser.parse_args(arguments)
    try:
        path = make_post(Path(), given.title, today(), draft=given.draft)
    except Taken as taken:
        print(f"slug must be unique in the blog, there is already {taken}", file=sys.stderr)
        return 1
    except FileNotFoundError as missing:
        print(f"file must exist in the current folder: {missing.filename}", file=sys.stderr)
        return 2
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(NEXT_STEPS.format(path=path), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
