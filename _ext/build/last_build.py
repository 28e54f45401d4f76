"""What a build leaves for the next one: what it read, and what it made of it. It can be deleted at any time."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple, Self

from _ext.base.cache import keep, recall
from _ext.base.target import ANEW, Output
from _ext.build.sources import Sources
from _ext.posts import Fault, Reading

STATE = "last-build"
"""What the file is called beside the site, see `_ext.build.site_folder.beside`."""


class Written(NamedTuple):
    """What a file system says of a file of the site."""

    size: int
    modified: int
    """In nanoseconds since 1970."""


@dataclass(frozen=True)
class Changes:
    """How one site becomes the next."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    """The paths of files."""


@dataclass(frozen=True, repr=False)
class LastBuild:
    """What was read and made."""

    settings: str
    """The fingerprint of all that every page depends on."""
    day: date
    """For which it was made, in UTC."""
    sources: Sources
    documents: Mapping[str, str]
    """Of each document, the fingerprint of its files."""
    readings: Mapping[str, Reading]
    """Of each post's path, what was read there."""
    faults: tuple[Fault, ...]
    """What was wrong, and left out."""
    lists_key: str
    """The cache key of what lists show of all posts."""
    outputs: Mapping[str, Output]
    """What the site was made of, by name."""
    files: Mapping[str, Written]
    """The files of the site, by path."""
    changes: Changes
    """How what is kept beside the site becomes this one."""

    @property
    def is_done(self) -> bool:
        """Whether the next build has nothing to make anew where the sources are the same."""
        return all(output.key != ANEW for output in self.outputs.values())

    def in_common_with(self, before: Self) -> set[str]:
        """Return the documents that were left as they are in the build *before*."""
        return {name for name, output in self.outputs.items() if output is before.outputs.get(name)}

    def unchanged(self, documents: Mapping[str, str]) -> dict[str, Reading]:
        """Return what was read of the posts whose files are still the same, as *documents* gives their fingerprints."""
        return {
            path: reading
            for path, reading in self.readings.items()
            if self.documents.get(reading.post.docname) == documents.get(reading.post.docname)
        }


@dataclass(frozen=True)
class Upon:
    """What is built upon."""

    build: LastBuild | None = None
    """The last build, where it can be built upon."""
    site: Path | None = None
    """Where that build put the site."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The cache key of each document's files, by docname."""
    search_later: bool = False
    """Whether what can wait is left for the next build."""


def load(path: Path) -> LastBuild | None:
    """Return what the file at *path* tells; None where there is none, or it is not what was written there."""
    pickled = recall(path)
    if pickled is None:
        return None
    try:
        found = pickle.loads(pickled)  # this program's own, whole, and below the folder of what it builds
    except Exception:  # noqa: BLE001  # of another version of this program: what is missing there decides what is raised
        return None
    return found if isinstance(found, LastBuild) else None


def save(build: LastBuild, path: Path) -> None:
    """Write *build* into the file at *path*; where it cannot be written, the next build is one from nothing."""
    keep(path, pickle.dumps(build, pickle.HIGHEST_PROTOCOL))
