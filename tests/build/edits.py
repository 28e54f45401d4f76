"""A blog that its authors work on: sound edits of every kind, one after another, the same ones for the same seed."""

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from testing.sites import append, as_if_tested, lay_out, write_post

LINKED = "anchor"
"""The slug of the post that others link to: it stays, published."""
AUTHORS = ("ada", "ben")
TAGS = ("Alpha", "Beta", "C++", "C#")
SERIES = '[whole]\ntitle = "A whole"\ndescription = "Of parts."\n'
LINKS = (
    "[](../../2024/anchor/index.md)",
    "[](../../2024/anchor/index.md#a-heading)",
    "[the post](../../2024/anchor/index.md)",
    "[](#a-label)",
    "{ref}`anchor`",
    "{ref}`tag-alpha`",
    "[](#about-us)",
)

Edit = Callable[[random.Random, Path], None]


def begin(rng: random.Random, folder: Path) -> None:
    """Make *folder* a blog of a few posts."""
    lay_out(folder)
    (folder / "posts/series.toml").write_text(SERIES, encoding="utf-8")
    write_post(folder, LINKED, "2024-01-02", "Text.\n\n(a-label)=\n## A heading\n\nMore text.")
    append(folder / "about.md", "(about-us)=\n## About us\n\nMore text.")
    for number in range(6):
        write_post(folder, f"post-{number}", _day(rng), _text(rng), tags=", ".join(_tags(rng)))


def _day(rng: random.Random) -> str:
    return f"2024-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"


def _tags(rng: random.Random) -> list[str]:
    return rng.sample(TAGS, rng.randrange(1, 4))


def _text(rng: random.Random) -> str:
    return (
        " ".join(rng.choices(["pool", "queue", "cache", "replica", "index", "worker"], k=rng.randrange(5, 400))) + "."
    )


def _posts(folder: Path) -> list[Path]:
    return sorted(folder.glob("posts/[0-9]*/*/index.md"))


def _any(rng: random.Random, folder: Path) -> Path:
    return rng.choice(_posts(folder))


def _free(rng: random.Random, folder: Path) -> Path | None:
    """Return a post that no other links to."""
    free = [path for path in _posts(folder) if path.parent.name != LINKED]
    return rng.choice(free) if free else None


def _change(path: Path, pattern: str, replacement: str) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(pattern, lambda _: replacement, text, count=1, flags=re.MULTILINE), encoding="utf-8")


def _option(path: Path, name: str, value: str | None) -> None:
    """Give the post at *path* the option *name*, or take it away."""
    _change(path, rf"^:{name}:.*\n", "")
    if value is not None:
        _change(path, r"^:tags:", f":{name}: {value}\n:tags:")


def body(rng: random.Random, folder: Path) -> None:
    append(_any(rng, folder), _text(rng))


def link(rng: random.Random, folder: Path) -> None:
    if path := _free(rng, folder):
        append(path, f"See {rng.choice(LINKS)}.")


def heading_of_linked(rng: random.Random, folder: Path) -> None:
    _change(folder / f"posts/2024/{LINKED}/index.md", "^## .*", f"## A heading{'!' * rng.randrange(9)}")


def title(rng: random.Random, folder: Path) -> None:
    _change(_any(rng, folder), r"^# .*", f"# Title {rng.randrange(100)}")


def date(rng: random.Random, folder: Path) -> None:
    _change(_any(rng, folder), r"^```\{post\} .*", f"```{{post}} {_day(rng)}")


def draft(rng: random.Random, folder: Path) -> None:
    _unpublish(rng, folder, "draft")


def wait(rng: random.Random, folder: Path) -> None:
    _unpublish(rng, folder, "2025-07-01")


def _unpublish(rng: random.Random, folder: Path, day: str) -> None:
    if path := _free(rng, folder):
        _change(path, r"^```\{post\} .*", f"```{{post}} {day}")
        while "{update}" in path.read_text(encoding="utf-8"):  # what is not published has not changed since
            _change(path, r"^```\{update\} .*\n.*\n```\n", "")


def tags(rng: random.Random, folder: Path) -> None:
    _change(_any(rng, folder), r"^:tags:.*", f":tags: {', '.join(_tags(rng))}")


def author(rng: random.Random, folder: Path) -> None:
    _change(_any(rng, folder), r"^:author:.*", f":author: {', '.join(rng.sample(AUTHORS, rng.randrange(1, 3)))}")


def series(rng: random.Random, folder: Path) -> None:
    _option(_any(rng, folder), "series", rng.choice(["whole", None]))


def description(rng: random.Random, folder: Path) -> None:
    words = f"A description of {rng.randrange(100)} words, or of some other number of words."
    _change(_any(rng, folder), r"^:description:.*", f":description: {words}")


def evergreen(rng: random.Random, folder: Path) -> None:
    _option(_any(rng, folder), "evergreen", rng.choice(["", None]))


def redirect(rng: random.Random, folder: Path) -> None:
    path = _any(rng, folder)
    _option(path, "redirect", rng.choice([f"posts/2023/{path.parent.name}-of-old/", None]))


def picture(rng: random.Random, folder: Path) -> None:
    path = _any(rng, folder)
    name = path.parent / "colour.png"
    if not name.exists():
        append(path, "![A colour, and nothing else](colour.png)")
    Image.new("RGB", (800, 20), (rng.randrange(256), 0, 0)).save(name)


def dark_picture(rng: random.Random, folder: Path) -> None:
    for path in folder.glob("posts/*/*/colour.png"):
        dark = path.with_name("colour.dark.png")
        if dark.exists():
            dark.unlink()
        else:
            shutil.copy(path, dark)
        return


def listing(rng: random.Random, folder: Path) -> None:
    path = _any(rng, folder)
    code = path.parent / "code.py"
    if not code.exists():
        append(path, "```{literalinclude} code.py\n```")
    code.write_text("".join(f"value = {rng.randrange(100)}\n" for _ in range(rng.randrange(1, 200))), encoding="utf-8")
    as_if_tested(path.parent)


def update(rng: random.Random, folder: Path) -> None:
    published = [path for path in _posts(folder) if "{post} 2024-" in path.read_text(encoding="utf-8")]
    append(rng.choice(published), f"```{{update}} 2025-0{rng.randrange(1, 6)}-11\nSomething changed.\n```")


def new_post(rng: random.Random, folder: Path) -> None:
    write_post(folder, f"new-{rng.randrange(10**6)}", _day(rng), _text(rng), tags=", ".join(_tags(rng)))


def delete(rng: random.Random, folder: Path) -> None:
    if path := _free(rng, folder):
        shutil.rmtree(path.parent)


def rename(rng: random.Random, folder: Path) -> None:
    if path := _free(rng, folder):
        path.parent.rename(path.parent.with_name(f"renamed-{rng.randrange(10**6)}"))


def vocabulary(rng: random.Random, folder: Path) -> None:
    _change(folder / "posts/tags.toml", r"^description = .*", f'description = "One of {rng.randrange(100)}."')


def template(rng: random.Random, folder: Path) -> None:
    append(folder / "_templates/partials/citation.html", f"<!-- {rng.randrange(100)} -->")


def style(rng: random.Random, folder: Path) -> None:
    append(folder / "_static/blog.css", f".posts {{ margin-left: {rng.randrange(100)}px; }}")


def configuration(rng: random.Random, folder: Path) -> None:
    _change(folder / "conf.py", "^feed_subtitle = .*", f'feed_subtitle = "About {rng.randrange(100)} things"')


def heading_of_about(rng: random.Random, folder: Path) -> None:
    _change(folder / "about.md", "^## About us.*", f"## About us{'!' * rng.randrange(9)}")


def about(rng: random.Random, folder: Path) -> None:
    append(folder / "about.md", _text(rng))


def touch(rng: random.Random, folder: Path) -> None:
    _any(rng, folder).touch()


def fault(rng: random.Random, folder: Path) -> None:
    """Break a post, or mend those that are broken."""
    broken = [path for path in _posts(folder) if "{post} soon" in path.read_text(encoding="utf-8")]
    for path in broken:
        _change(path, r"^```\{post\} soon", "```{post}")
    if not broken:
        _change(_any(rng, folder), r"^```\{post\}", "```{post} soon")


EDITS: tuple[Edit, ...] = (
    *(body, link, heading_of_linked, title, date, draft, wait, tags, author, series, description, evergreen, redirect),
    *(picture, dark_picture, listing, update, new_post, delete, rename, vocabulary, template, style, configuration),
    *(about, heading_of_about, touch),
)
"""What leaves a blog sound."""
PREVIEWED_EDITS = (*EDITS, *[fault] * 3)
"""What a preview puts up with."""
