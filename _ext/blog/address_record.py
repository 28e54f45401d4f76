"""The record of what was ever published, ``urls.txt``: one path a line, so that no address is lost unseen.

A published address is a promise to all who linked to it: https://www.w3.org/Provider/Style/URI
"""

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from _ext.posts.source.faults import Fault, Finding, Findings, Located, Of, faults, must, nearest, rule

RECORD = "urls.txt"
FEEDS = {"atom.xml", "feed.json", "feeds.opml"}
"""The names of the files that readers come back to by themselves."""
UNRECORDED = {"", "404/", "genindex/", "search/"}
"""Pages that nobody links to, and home, which cannot be lost."""
BY_PAGE = "as a page or through a post's redirect option"
PATH = re.compile(r"([a-z0-9][a-z0-9-]*/)+([a-z0-9-]+\.(xml|json|opml))?")


def published_paths(site: Path) -> list[str]:
    """Return the path of each page and feed of the built *site* that an address may rest on, sorted."""
    return published_among(file.relative_to(site).as_posix() for file in site.rglob("*"))


def published_among(files: Iterable[str]) -> list[str]:
    """Return the path of each page and feed among *files*, relative to the site's root, as `published_paths` does."""
    pages = (file for file in files if file.rpartition("/")[2] in {"index.html", *FEEDS})
    paths = {file.removesuffix("index.html") for file in pages}
    return sorted(path for path in paths - UNRECORDED if not path.startswith("_"))


def read_record(root: Path) -> tuple[dict[str, int], list[Fault]]:
    """Return the recorded paths of the site at *root*, each with its line, and what is wrong with the file.

    A site that has no record has published nothing yet.
    """
    try:
        text = (root / RECORD).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, faults(RECORD, record([must("file must be readable", Located(str(error.strerror)))]))
    except UnicodeDecodeError as error:
        return {}, faults(RECORD, record([must("file must be UTF-8", Located(error.reason))]))
    return record_in(text)


def record_in(text: str) -> tuple[dict[str, int], list[Fault]]:
    """Return the paths in *text*, a record's, each with its line, and what is wrong with it."""
    lines = {path: row for row, path in enumerate(text.removesuffix("\n").split("\n"), 1)} if text else {}
    return (
        {path: row for path, row in lines.items() if PATH.fullmatch(path)},
        faults(
            RECORD,
            record(
                must("line must be a published path such as 'posts/2024/a-slug/'", Located(path, row))
                for path, row in lines.items()
                if not PATH.fullmatch(path)
            ),
        ),
    )


def lost(recorded: Mapping[str, int], present: Collection[str]) -> list[Fault]:
    """Return a fault for each *recorded* path, given with its line, that is not *present* in the fresh site."""
    there = set(present)
    new = sorted(there - recorded.keys())
    gone = [Located(path, row) for path, row in recorded.items() if path not in there]
    return [fault for at in gone for fault in faults(RECORD, lost_url(at, new))]


def lost_addresses(root: Path, files: Collection[str]) -> list[Fault]:
    """Return what is wrong with the record of the site at *root*, and a fault for each address in it that *files* lack.

    *files* are the paths of what was built, relative to the site.
    """
    recorded, malformed = read_record(root)
    return [*malformed, *lost(recorded, published_among(files))]


def add_to_record(root: Path, recorded: Collection[str], present: Collection[str]) -> int:
    """Write the paths *present* into the record of the site at *root*, which keeps all it has; return how many are new.

    Where none is, nothing is written.
    """
    known = set(recorded)
    added = set(present) - known
    if added:
        lines = "".join(f"{path}\n" for path in sorted(known | added))
        (root / RECORD).write_text(lines, encoding="utf-8", newline="\n")
    return len(added)


@rule(Of.SITE)
def record(wrong: Iterable[Finding]) -> Findings:
    """urls.txt is UTF-8 text, each line the path of a page or feed, relative to the site's own address."""
    yield from wrong


@rule(Of.SITE)
def lost_url(path: Located, new: Collection[str]) -> Findings:
    """An address that was ever published stays, as a page or as one that leads on; *new* are those that were not there."""
    kept = "as an archive does that has a post" if path.text.startswith("blog/") else BY_PAGE
    moved = {slug: other for other in new if (slug := _slug(other))}
    near = nearest(slug, moved) if (slug := _slug(path.text)) else None
    what = f"address must stay, {kept}; remove the line if it was never on main"
    yield must(what, path, near=moved[near] if near else None)


def _slug(path: str) -> str | None:
    """Return the last part of a post's path, which a move mostly keeps or changes a little; of others, None."""
    parts = path.split("/")
    return parts[-2] if parts[0] == "posts" else None
