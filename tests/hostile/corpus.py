"""The hostile corpus: what a stranger may send, laid out as posts of a tiny site.

A case is a line of ``cases.toml`` with its file, or a function in ``made.py`` for what git cannot hold: bytes that are no
text, links, pipes, files of many megabytes. Each says what is to be refused, where, and what it would do to a stock site.
"""

import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testing.sites import ROOTS, as_if_tested

CORPUS = Path(__file__).parent
OTHERS = ("harmless", "left-to-sphinx")
"""The kinds that the checker does not refuse."""
POST = """\
# A post

```{post} 2024-01-02
:tags: Alpha
:author: ada
:description: A description that is long enough to be one, and says nothing at all.
```

"""
"""The head of a sound post; what comes after begins on line 9."""


@dataclass(frozen=True)
class Refusal:
    """A fault that must be told."""

    path: str
    """Relative to the site's root."""
    line: int
    code: str


@dataclass(frozen=True)
class Case:
    """One mistake or attack."""

    name: str
    """``kind/case``."""
    harm: str
    """What it would do to a stock site, or what its author loses."""
    refusals: tuple[Refusal, ...]
    """In the order of their places; the first is the mistake itself."""
    more: bool
    """Whether further faults may follow from it."""
    lay: Callable[[Path], None]
    """Puts it into the site at the path given."""

    def __str__(self) -> str:
        return self.name


def lay_base(root: Path) -> Path:
    """Make *root* a site of the base vocabulary with one sound post, ``posts/2024/neighbour/``."""
    shutil.copytree(ROOTS / "base", root, dirs_exist_ok=True)
    lay_post(root, "neighbour", POST + "Text.\n")
    return root


def lay_post(root: Path, slug: str, text: str | bytes = POST + "Text.\n") -> Path:
    """Write a post and return its folder."""
    folder = root / "posts/2024" / slug
    folder.mkdir(parents=True)
    (folder / "index.md").write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def lay_beside(folder: Path, beside: dict[str, str]) -> None:
    """Put files into a post's *folder*: by their name there, the name that they have in ``beside/``."""
    for name, source in beside.items():
        shutil.copyfile(CORPUS / "beside" / source, folder / name)


def lay_tested(root: Path, slug: str, text: bytes, beside: dict[str, str]) -> None:
    """Write a post with files beside it, all of which its tests have run."""
    folder = lay_post(root, slug, text)
    lay_beside(folder, beside)
    as_if_tested(folder)


def written() -> list[Case]:
    """Return the cases that are files."""
    table = tomllib.loads((CORPUS / "cases.toml").read_text(encoding="utf-8"))
    return [
        _written(kind, name, row) for kind, rows in table.items() if kind not in OTHERS for name, row in rows.items()
    ]


def _written(kind: str, name: str, row: dict[str, Any]) -> Case:
    slug = f"{kind}-{name}"
    is_svg = kind == "svg"
    path = f"posts/2024/{slug}/{row.get('at', 'picture.svg' if is_svg else 'index.md')}"
    also = (str(place).split() for place in row.get("also", ()))

    def lay(root: Path) -> None:
        if is_svg:
            folder = lay_post(root, slug, POST + "![Two boxes, one on the other](picture.svg)\n")
            shutil.copyfile(CORPUS / kind / f"{name}.svg", folder / "picture.svg")
        else:
            folder = lay_post(root, slug, (CORPUS / kind / f"{name}.md").read_bytes())
            lay_beside(folder, row.get("beside", {}))
            if row["code"] != "tested":
                as_if_tested(folder)

    return Case(
        name=f"{kind}/{name}",
        harm=row["harm"],
        refusals=(Refusal(path, row["line"], row["code"]), *(Refusal(path, int(line), code) for line, code in also)),
        more=row.get("more", False),
        lay=lay,
    )


def harmless() -> dict[str, Callable[[Path], None]]:
    """Return what lays out each post that must pass, by its slug."""
    table = tomllib.loads((CORPUS / "cases.toml").read_text(encoding="utf-8"))["harmless"]
    files = sorted((CORPUS / "harmless").glob("*.md"))

    def laid(file: Path) -> Callable[[Path], None]:
        return lambda root: lay_tested(root, file.stem, file.read_bytes(), table.get(file.stem, {}))

    return {file.stem: laid(file) for file in files}


def left_to_sphinx(root: Path) -> list[str]:
    """Put into the site at *root* what only a build refuses, and return the place of each."""
    table = tomllib.loads((CORPUS / "cases.toml").read_text(encoding="utf-8"))["left-to-sphinx"]
    for name, row in table.items():
        text = (CORPUS / "left-to-sphinx" / f"{name}.md").read_bytes()
        lay_tested(root, name, text, row.get("beside", {}))
    return [f"posts/2024/{name}/index.md:{row['line']}" for name, row in table.items()]
