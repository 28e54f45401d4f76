"""A built site, as the tests look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import lxml.html
from lxml import etree

ROOT = Path(__file__).parent.parent
ROOTS = Path(__file__).parent / "roots"
HOUSE = ("conf.py", "_templates", "_static", "locales")
"""What a tiny site has from the real one: all but the content."""


@dataclass(frozen=True)
class Site:
    """A built site."""

    folder: Path
    warnings: str = ""
    """What Sphinx warned of, without colours; the real site is built with none."""

    def page(self, path: str) -> lxml.html.HtmlElement:
        """Return the page at the URL *path*, parsed."""
        return lxml.html.parse(self.folder / path.strip("/") / "index.html").getroot()

    def feed(self, path: str) -> etree._Element:
        return etree.parse(self.folder / path).getroot()

    def pages(self) -> dict[str, lxml.html.HtmlElement]:
        """Return every page, parsed, by its URL path."""
        files = sorted(self.folder.rglob("*.html"))
        paths = [file.relative_to(self.folder).as_posix().removesuffix("index.html") for file in files]
        return {path: lxml.html.parse(file).getroot() for path, file in zip(paths, files, strict=True)}

    def exists(self, path: str) -> bool:
        return (self.folder / path).exists()


def tree(folder: Path) -> dict[str, bytes]:
    """Return the content of each file below *folder* by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def texts(page: lxml.html.HtmlElement, selector: str) -> list[str]:
    """Return the text of each element that the CSS *selector* finds, white space folded."""
    return [" ".join(element.text_content().split()) for element in page.cssselect(selector)]


def write_post(folder: Path, slug: str, day: str, text: str = "Text.", tags: str = "Alpha", options: str = "") -> None:
    """Write a sound post of that *day* into the site in *folder*; *options* are further lines of its directive."""
    path = folder / f"posts/{day[:4]}/{slug}/index.md"
    path.parent.mkdir(parents=True)
    title = slug.replace("-", " ").capitalize()
    description = "A description that is long enough to be one, and says nothing at all."
    head = f"```{{post}} {day}\n:tags: {tags}\n:author: ada\n{options}:description: {description}\n```"
    path.write_text(f"# {title}\n\n{head}\n\n{text}\n", encoding="utf-8")


def append(path: Path, text: str) -> None:
    """Write a paragraph more into the document at *path*."""
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")


def copy_house(folder: Path, names: Iterable[str]) -> None:
    """Copy the files and folders *names* of the real site into *folder*, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)


def lay_out(folder: Path, root: str | None = None) -> Path:
    """Make *folder* a site: the real house, the base content, and over it the content of tests/roots/test-*root*."""
    copy_house(folder, HOUSE)
    shutil.copytree(ROOTS / "base", folder, dirs_exist_ok=True)
    if root:
        shutil.copytree(ROOTS / f"test-{root}", folder, dirs_exist_ok=True)
    return folder
