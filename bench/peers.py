"""The engines that our build is measured beside, each but the bare one with tags, archive, full-text feeds and highlighted code.

What the site of a peer has besides posts is in sites/<name>, as its manual says, with lists of 20 and feeds of 20 where that
can be said. What it is built by is pinned in requirements-<name>.txt or, of Node.js, in the package-lock.json of its site.
"""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench import environments, ours
from bench.corpus import Article, key
from bench.engine import Engine
from bench.environments import SITES


def house(name: str) -> Callable[[Path], None]:
    """Return what makes a folder the site of *name* without posts."""

    def lay_out(folder: Path) -> None:
        shutil.copytree(SITES / name, folder, ignore=shutil.ignore_patterns("node_modules"))

    return lay_out


def eleventy_house(folder: Path) -> None:
    """Make *folder* Eleventy's site without posts; its configuration imports plugins from the folder's node_modules."""
    house("eleventy")(folder)
    (folder / "node_modules").symlink_to(SITES / "eleventy/node_modules")


def front_matter(article: Article, **more: object) -> str:
    """Return the head of the *article* in YAML, with the values of *more*; whatever is JSON is YAML."""
    said = {"title": article.title, "description": article.description, "tags": article.tags} | more
    lines = "".join(f"{name}: {json.dumps(value)}\n" for name, value in said.items())
    return f"---\ndate: {article.day}\n{lines}---\n\n"


def stock_post(article: Article) -> str:
    options = f":tags: {', '.join(article.tags)}\n:author: {article.author}\n"
    return f"# {article.title}\n\n```{{post}} {article.day}\n{options}```\n\n{article.body}\n"


def pelican_post(article: Article) -> str:
    head = f"Title: {article.title}\nDate: {article.day}\nTags: {', '.join(article.tags)}\nSlug: {article.slug}\n"
    head += f"Authors: {article.author}\nSummary: {article.description}\n"
    return f"{head}\n{article.body}\n"


def material_post(article: Article) -> str:
    """Return the post with its tags as categories, too: these have pages, while all tags together have one."""
    head = front_matter(article, slug=article.slug, authors=[key(article.author)], categories=article.tags)
    return f"{head}# {article.title}\n\n{article.description}\n\n<!-- more -->\n\n{article.body}\n"


def nikola_post(article: Article) -> str:
    said = {
        "title": article.title,
        "slug": article.slug,
        "date": f"{article.day} 00:00:00 UTC",
        "tags": ", ".join(article.tags),
        "author": article.author,
        "description": article.description,
    }
    head = "".join(f".. {name}: {value}\n" for name, value in said.items())
    return f"<!--\n{head}-->\n\n{article.description}\n\n<!-- TEASER_END -->\n\n{article.body}\n"


def plain_post(article: Article) -> str:
    return f"{front_matter(article, author=article.author)}{article.body}\n"


STOCK = Engine(
    "stock",
    programs=partial(environments.python, "stock"),
    command=("python", "-m", "sphinx", "--quiet", "--builder", "dirhtml", ".", "_build/html"),
    house=house("stock"),
    source=ours.source,
    post=stock_post,
    output=Path("_build/html"),
    page=ours.OURS.page,
    tag=ours.OURS.tag,
    feed=ours.OURS.feed,
)
BARE = Engine(
    "bare",
    programs=partial(environments.python, "stock"),
    command=STOCK.command,
    house=house("bare"),
    source=ours.source,
    post=lambda article: f"# {article.title}\n\n{article.body}\n",
    output=STOCK.output,
    page=STOCK.page,
    tag=None,
    feed=None,
)
PELICAN = Engine(
    "pelican",
    programs=partial(environments.python, "pelican"),
    command=("python", "-m", "pelican", "--settings", "pelicanconf.py", "--quiet", "content"),
    house=house("pelican"),
    source=lambda article: Path("content", f"{article.slug}.md"),
    post=pelican_post,
    output=Path("output"),
    page=lambda article: Path(f"{article.slug}.html"),
    tag=lambda tag: Path("tag", key(tag), "index.html"),
    feed=Path("feeds/all.atom.xml"),
)
MATERIAL = Engine(
    "material",
    programs=partial(environments.python, "material"),
    command=("mkdocs", "build", "--quiet"),
    house=house("material"),
    source=lambda article: Path("docs/posts", f"{article.slug}.md"),
    post=material_post,
    output=Path("site"),
    page=lambda article: Path(article.slug, "index.html"),
    tag=lambda tag: Path("category", key(tag), "index.html"),
    feed=Path("feed_rss_created.xml"),
)
NIKOLA = Engine(
    "nikola",
    programs=partial(environments.python, "nikola"),
    command=("nikola", "build", "--quiet"),
    house=house("nikola"),
    source=lambda article: Path("posts", f"{article.slug}.md"),
    post=nikola_post,
    output=Path("output"),
    page=lambda article: Path("posts", article.slug, "index.html"),
    tag=lambda tag: Path("categories", key(tag), "index.html"),
    feed=Path("rss.xml"),
)
HUGO = Engine(
    "hugo",
    programs=partial(environments.python, "hugo"),
    command=("hugo", "--quiet"),
    house=house("hugo"),
    source=lambda article: Path("content/posts", f"{article.slug}.md"),
    post=plain_post,
    output=Path("public"),
    page=lambda article: Path("posts", article.slug, "index.html"),
    tag=lambda tag: Path("tags", key(tag), "index.html"),
    feed=Path("index.xml"),
)
ELEVENTY = Engine(
    "eleventy",
    programs=partial(environments.node, "eleventy"),
    command=("eleventy", "--quiet"),
    house=eleventy_house,
    source=lambda article: Path("posts", f"{article.slug}.md"),
    post=plain_post,
    output=Path("_site"),
    page=lambda article: Path("posts", article.slug, "index.html"),
    tag=lambda tag: Path("tag", key(tag), "index.html"),
    feed=Path("feed.xml"),
)
ENGINES = (ours.OURS, STOCK, BARE, PELICAN, MATERIAL, NIKOLA, HUGO, ELEVENTY)
