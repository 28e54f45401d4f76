"""The command ``python -m _ext.commands.review``: tells a reviewer in Markdown what a pull request does.

Its first line says whether anything but posts changes. What comes from the pull request stands in code spans, since its
author may be a stranger. Exit status 0, also where posts have faults, which are told; 2 where the base is no commit.
"""

import argparse
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path

import imagesize

from _ext.blog import address_record
from _ext.blog.identity import read_identity
from _ext.blog.permalinks import absolute_url
from _ext.blog.reading_time import code_lines, minutes
from _ext.commands.changes import ABSENT, Change, Kind, changes_since, fork_point, git
from _ext.commands.github_markdown import bullets, code, codes
from _ext.feeds.feed import entry_id
from _ext.posts import Post, Posts, read_posts

SITE = Path("_build/html")
PROGRAM = Path(__file__).parents[2]
"""The folder of this program, which says whose blog it is: the repository in the current folder may be a stranger's."""
POSTS_SHOWN = 20


def main(arguments: list[str] | None = None) -> int:
    """Print the summary of the repository in the current folder and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m _ext.commands.review", description=__doc__)
    parser.add_argument("--base", required=True, help="the branch or commit that the pull request is for")
    parser.add_argument("--site", type=Path, default=SITE, help="the site as built with it (default: %(default)s)")
    parser.add_argument("--preview", help="the URL below which the pull request's site can be read")
    given = parser.parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        commit = fork_point(Path(), given.base)
    except subprocess.CalledProcessError as error:
        why = error.stderr.decode(errors="replace").strip()
        print(f"--base must be a commit that shares history with HEAD: {given.base!r} ({why})", file=sys.stderr)
        return 2
    for line in summary(Path(), commit, given.site, given.preview):
        print(line)
    return 0


def summary(root: Path, commit: str, site: Path, preview: str | None) -> Iterator[str]:
    """Yield the summary, line by line, of what changes from *commit* to the HEAD of the repository at *root*."""
    changes = changes_since(root, commit)
    content = read_posts(root)
    recorded = address_record.record_in(_record_at(root, commit))[0]
    yield headline(changes)
    yield from _faults(content)
    by_path = {post.path: post for post in content.posts}
    by_folder = [(folder, list(group)) for folder, group in groupby(changes, lambda change: change.post) if folder]
    for folder, group in by_folder[:POSTS_SHOWN]:
        index = f"{folder}/index.md"
        yield ""
        if index in by_path:
            yield from _post(root, by_path[index], _verb(index, group), preview)
        else:
            yield f"## {_verb(index, group)}: {code(folder)}"
            if f"{folder}/" in recorded and not (root / folder).is_dir():
                yield ""
                yield from _onward(f"{folder}/", content)
    if len(by_folder) > POSTS_SHOWN:
        yield from ["", f"## And {len(by_folder) - POSTS_SHOWN} more posts"]
    yield ""
    yield from _addresses(root, recorded, site)


def headline(changes: Sequence[Change]) -> str:
    """Return the line that says whether *changes* are of posts only, and what else they are."""
    paths = {kind: [change.path for change in changes if change.kind is kind] for kind in Kind}
    line = (
        f"**This pull request changes code**: {codes(paths[Kind.CODE])}." if paths[Kind.CODE] else "Only posts change."
    )
    if paths[Kind.POST_CODE]:
        line += f" **Code in posts, which CI runs**: {codes(paths[Kind.POST_CODE])}."
    if paths[Kind.VOCABULARY]:
        line += f" **Vocabulary**: {codes(paths[Kind.VOCABULARY])}."
    return line


def _verb(index: str, changes: Sequence[Change]) -> str:
    """Return what becomes of the post whose file is *index*, as *changes* say."""
    of_index = next((change for change in changes if change.path == index), None)
    if of_index and of_index.before == ABSENT:
        return "New"
    return "Removed" if of_index and of_index.after == ABSENT else "Changed"


def _faults(content: Posts) -> Iterator[str]:
    if content.faults:
        yield from ["", "## To mend", "", "Posts with faults are not shown further down.", ""]
        yield from bullets([code(str(fault)) for fault in content.faults])


def _post(root: Path, post: Post, verb: str, preview: str | None) -> Iterator[str]:
    """Yield what a reviewer wants to know of *post*."""
    text = post.text
    path = post.docname.removesuffix("index")
    own = read_identity(PROGRAM)
    url = absolute_url(own.url, path)
    identity = code(entry_id(own.feed_authority, post)) if post.date else "minted on the day of publication"
    yield f"## {verb}: {code(post.title)}"
    yield ""
    yield code(post.path) + (f", [preview]({absolute_url(preview, path)})" if preview else "")
    yield ""
    yield f"- Date: {post.date or 'draft'}" + (f", updated {post.updated}" if post.updated != post.date else "")
    yield f"- Tags: {codes([tag.label for tag in post.tags])}"
    yield f"- Authors: {codes([author.name for author in post.authors])}"
    lines = code_lines(root, post)
    time = minutes(text.words, lines)
    yield f"- Reading time: {time} min (words: {text.words:,}, lines of code: {lines:,})"
    yield from _listed("Pictures", [picture_line(root, picture) for picture in post.pictures])
    yield from _listed("External links", [code(link) for link in post.links])
    if post.redirects:
        yield from _listed("Redirects", [code(old) for old in post.redirects])
    yield ""
    yield "In a feed reader:"
    yield ""
    yield f"> **{code(post.title)}**  "
    yield f"> {code(post.description)}  "
    yield f"> {code(text.opening)}  "
    yield f"> id: {identity}"
    yield ""
    yield "In a search result or as a card:"
    yield ""
    yield f"> **{code(post.title)}**  "
    yield f"> {code(url)}  "
    yield f"> {code(post.description)}"


def _listed(what: str, items: Sequence[str]) -> Iterator[str]:
    yield f"- {what}: {len(items) or 'none'}"
    yield from (f"  {line}" for line in bullets(items))


def picture_line(root: Path, path: str) -> str:
    """Return the name and size of the picture at *path*; a faulty one is told by the checker or the build."""
    try:
        kilobytes = (root / path).stat().st_size / 1000
        width, height = imagesize.get(root / path)  # -1 where it cannot tell
    except OSError:
        return f"{code(path)}: not there"
    pixels = f"{width:g} × {height:g}" if min(width, height) > 0 else "an unknown number of"
    return f"{code(path)}: {pixels} pixels, {kilobytes:,.1f} kB"


def _onward(address: str, content: Posts) -> Iterator[str]:
    """Yield where the lost *address* of a post leads now."""
    moved = [post.path for post in content.posts if address in post.redirects]
    yield f"Its address leads to {codes(moved)}." if moved else "**No post redirects from its address.**"


def _addresses(root: Path, recorded: Collection[str], site: Path) -> Iterator[str]:
    """Yield which addresses come and go against *recorded*, the base's record: a pull request can rewrite its own."""
    yield "## Addresses"
    yield ""
    if not site.is_dir():
        yield "The site was not built, its log says why; so it is not known which addresses come and go."
        return
    before, now = set(recorded), set(address_record.published_paths(site))
    lost = before - now
    forgotten = before & now - set(address_record.read_record(root)[0])
    yield from _listed("Added", [code(path) for path in sorted(now - before)])
    yield from _listed("**Lost**" if lost else "Lost", [code(path) for path in sorted(lost)])
    if forgotten:
        yield from _listed(f"**No longer in {address_record.RECORD}**", [code(path) for path in sorted(forgotten)])


def _record_at(root: Path, commit: str) -> str:
    """Return the record as *commit* has it, empty where it has none."""
    try:
        return git(root, "show", f"{commit}:{address_record.RECORD}")
    except subprocess.CalledProcessError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
