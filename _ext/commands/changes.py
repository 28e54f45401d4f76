"""What a pull request touches: its files, as git has them, and whether they are posts or code."""

import re
import subprocess
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from _ext.blog.address_record import RECORD


class Kind(Enum):
    """What a change of a file can do."""

    POST = auto()
    """It changes what readers read, within the rules that the checker holds posts to."""
    POST_CODE = auto()
    """It lies in the folder of a post, and CI may run it."""
    VOCABULARY = auto()
    """It decides which tags and authors there are."""
    CODE = auto()
    """It decides what is built, run or allowed."""


IN_POST = re.compile(r"(posts/[0-9]{4}/[^/]+)/.+", re.DOTALL)
TEXT = re.compile(r".+\.(md|txt|csv|json|png|jpe?g|webp|avif|svg)", re.DOTALL)
"""The files of a post's folder that nothing runs; of what is not listed, assume the worst."""
VOCABULARY = re.compile(r"posts/[^/]+\.toml")
PLAIN = "100644"
ABSENT = "000000"
"""Modes of a file in git; others are executable files, links and whole repositories."""


@dataclass(frozen=True)
class Change:
    """A file that is not the same as in the base."""

    path: str
    """Relative to the repository's root."""
    before: str
    """Its mode in the base, or ABSENT."""
    after: str
    """Its mode now, or ABSENT."""

    @property
    def kind(self) -> Kind:
        return kind_of(self.path, self.after)

    @property
    def post(self) -> str | None:
        """The folder of the post that the file belongs to, ``posts/<year>/<slug>``, or None."""
        folder = IN_POST.fullmatch(self.path)
        return folder[1] if folder else None


def kind_of(path: str, mode: str = PLAIN) -> Kind:
    """Return what a change of the file at *path* can do, whose *mode* is that after the change."""
    if mode not in {PLAIN, ABSENT}:
        return Kind.CODE
    if VOCABULARY.fullmatch(path):
        return Kind.VOCABULARY
    if IN_POST.fullmatch(path):
        return Kind.POST if TEXT.fullmatch(path) or mode == ABSENT else Kind.POST_CODE
    return Kind.POST if path == RECORD else Kind.CODE


def fork_point(root: Path, base: str) -> str:
    """Return the commit at which the HEAD of the repository at *root* left *base*, the name of a branch or commit.

    Raises subprocess.CalledProcessError, with git's words in ``stderr``, where there is none.
    """
    commit = git(root, "rev-parse", "--verify", "--end-of-options", f"{base}^{{commit}}").strip()
    return git(root, "merge-base", commit, "HEAD").strip()


def changes_since(root: Path, commit: str) -> tuple[Change, ...]:
    """Return the files that differ between *commit* and HEAD, by path; a renamed file is one removed and one added."""
    fields = git(root, "diff", "--raw", "-z", "--no-renames", commit, "HEAD").split("\0")
    # Each is ":MODE MODE HASH HASH STATUS", then the path (git-diff(1), "Raw output format").
    changes = (Change(path, *_modes(about)) for about, path in zip(fields[::2], fields[1::2], strict=False))
    return tuple(sorted(changes, key=lambda change: change.path))


def _modes(about: str) -> tuple[str, str]:
    before, after = about.removeprefix(":").split(" ")[:2]
    return before, after


def git(root: Path, *arguments: str) -> str:
    """Return what git says of the repository at *root*; bytes that are not UTF-8 become surrogates."""
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)
    return done.stdout.decode("utf-8", "surrogateescape")
