"""The site of this repository, as it stands, with made-up posts in place of its own."""

import re
import sys
from pathlib import Path

from bench.corpus import AUTHORS, TAGS, Article, key
from bench.engine import Engine
from testing.sites import HOUSE, copy_house

WITHOUT_POSTS = (*HOUSE, "_ext", "about.md", "index.md")


def house(folder: Path) -> None:
    """Make *folder*, which must not be there, our site without posts, and with the tags and authors of the made-up ones."""
    copy_house(folder, WITHOUT_POSTS)
    posts = folder / "posts"
    posts.mkdir()
    tags = (f'[{key(tag)}]\nlabel = "{tag}"\ndescription = "What there is to say of it."\n' for tag in TAGS)
    (posts / "tags.toml").write_text("\n".join(tags), encoding="utf-8")
    authors = (
        f'[{key(name)}]\nname = "{name}"\nurl = "https://example.org/{key(name)}"\nline = "Writes."\n'
        for name in AUTHORS
    )
    (posts / "authors.toml").write_text("\n".join(authors), encoding="utf-8")


def post(article: Article) -> str:
    """Return the file of the post."""
    options = {"tags": ", ".join(article.tags), "author": key(article.author), "description": article.description}
    lines = "".join(f":{name}: {value}\n" for name, value in options.items())
    # Code that nobody has run says why; the readers of this site ask for that.
    body = re.sub(
        "^```(python|sql)$", r"```{code-block} \1\n:untested: it is made up\n", article.body, flags=re.MULTILINE
    )
    return f"# {article.title}\n\n```{{post}} {article.day}\n{lines}```\n\n{body}\n"


def source(article: Article) -> Path:
    """Return the path of the post's file in the site."""
    return Path("posts", str(article.day.year), article.slug, "index.md")


OURS = Engine(
    "ours",
    programs=lambda: Path(sys.executable).parent,
    command=("python", "-m", "_ext.build"),
    house=house,
    source=source,
    post=post,
    output=Path("_build/html"),
    page=lambda article: source(article).with_suffix(".html"),
    tag=lambda tag: Path("blog/tag", key(tag), "index.html"),
    feed=Path("blog/atom.xml"),
)
