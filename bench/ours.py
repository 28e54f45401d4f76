"""Lays out the site of this repository, as it stands, with made-up posts in place of its own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bench.corpus import AUTHORS, TAGS, Article
from tests.sites import HOUSE, copy_house

WITHOUT_POSTS = (*HOUSE, "_ext", "about.md", "index.md")


def key(name: str) -> str:
    """Return the key or slug of a tag or an author."""
    return name.lower().replace(" ", "-")


def markdown(article: Article) -> str:
    """Return the file of the post."""
    options = {"tags": ", ".join(article.tags), "author": key(article.author), "description": article.description}
    lines = "".join(f":{name}: {value}\n" for name, value in options.items())
    return f"# {article.title}\n\n```{{post}} {article.day}\n{lines}```\n\n{article.body}\n"


def path_of(article: Article) -> Path:
    """Return the path of the post's file in the site."""
    return Path("posts", str(article.day.year), article.slug, "index.md")


def lay_out(folder: Path, articles: Iterable[Article]) -> None:
    """Make *folder*, which must not be there, our site with the *articles*."""
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
    for article in articles:
        path = folder / path_of(article)
        path.parent.mkdir(parents=True)
        path.write_text(markdown(article), encoding="utf-8")
