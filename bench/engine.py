"""What the bench of builds knows of a way to build a blog."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import Article


@dataclass(frozen=True)
class Engine:
    """A way to build a blog: how its site is laid out, what builds it, and where in the built site things are."""

    name: str
    programs: Callable[[], Path]
    """Returns the folder of its programs, which are installed first where they are not there."""
    command: tuple[str, ...]
    """What builds the site, called in its folder; the first word is one of those programs."""
    house: Callable[[Path], None]
    """Makes a folder, which is not there yet, the site without its posts."""
    source: Callable[[Article], Path]
    """The file of an article in the site."""
    post: Callable[[Article], str]
    """The text of that file."""
    output: Path
    """The folder of the built site; what follows is in it."""
    page: Callable[[Article], Path]
    """The page of an article."""
    tag: Callable[[str], Path] | None
    """The archive of a tag, its first page; None where it makes none, and so no blog."""
    feed: Path | None
    """The feed of all posts, Atom or RSS."""

    def lay_out(self, folder: Path, articles: Iterable[Article]) -> None:
        """Make *folder*, which must not be there, the site of these *articles*."""
        self.house(folder)
        for article in articles:
            path = folder / self.source(article)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.post(article), encoding="utf-8")
