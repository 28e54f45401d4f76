"""A built site, as the tests look at it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import lxml.html
from lxml import etree

from _ext.posts.evidence.python_code import definitions
from _ext.posts.evidence.run_record import RECORD, FileRun, Record, listings_of, run_record_json
from _ext.posts.rules.post_source import TextFile
from _ext.posts.source import limits
from _ext.posts.source.folder import read_folder
from _ext.posts.source.parse import outline

ROOT = Path(__file__).parent.parent
ROOTS = ROOT / "tests/roots"
HOUSE = ("blog.toml", "conf.py", "_templates", "_static", "locales")
"""What a tiny site has from the real one: all but the content."""
TODAY = "1748779200"  # 2025-06-01T12:00:00Z, as SOURCE_DATE_EPOCH


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


Build = Callable[..., Site]
"""What builds a tiny site, see the fixture of this name in tests/conftest.py."""


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
    as_if_tested(path.parent)


def as_if_tested(folder: Path) -> None:
    """Record in a post's *folder* that its tests have run all that it shows; where it shows nothing, there is no record."""
    try:
        own = read_folder(folder)
        index = own.get("index.md")
        if not index or index.size > limits.TEXT:  # a pipe perhaps, or a gigabyte: a post that is to be refused
            return
        declared = outline("\n".join(TextFile(own.read(index.path)).lines))
    except (OSError, ValueError):
        return
    if shown := listings_of(declared, own):
        files = {found.path: found.hash for found in shown if found.path}
        record = Record(
            day=date(2025, 5, 30),
            tested_with=("Python 3.13.0", "PostgreSQL 18.1"),
            files={
                path: FileRun(content, frozenset(definitions(own.read(path).decode("utf-8", "replace"))))
                for path, content in files.items()
            },
            blocks=frozenset(found.hash for found in shown if not found.path),
        )
        (folder / RECORD).write_text(run_record_json(record), encoding="utf-8")


def run(module: str, site: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the blog in the folder *site*, today being 2025-06-01."""
    variables = os.environ | {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": TODAY} | environment
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=site, env=variables, capture_output=True, text=True, check=False)


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
    for post in folder.glob("posts/*/*/index.md"):
        as_if_tested(post.parent)
    return folder
