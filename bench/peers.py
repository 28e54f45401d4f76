"""The engines that our build is measured beside, each with tags, archive, full-text feeds and highlighted code.

An engine lays a site out in its own form, builds it by one command, and says where a post, its tag and the feed are in what
it has built. What a peer is built of is pinned in requirements-<name>.txt, from which it gets an environment of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bench import ours
from bench.corpus import Article


@dataclass(frozen=True)
class Engine:
    """A way to build a blog."""

    name: str
    lay_out: Callable[[Path, Iterable[Article]], None]
    """Makes a folder, which is not there yet, the site of these articles."""
    source: Callable[[Article], Path]
    """The file of an article in the site."""
    command: tuple[str, ...]
    """What builds the site, called in its folder; the first word is a Python's ``-m`` or a script beside it."""
    page: Callable[[Article], Path]
    """The page of an article in the site."""
    tag: Callable[[str], Path]
    """The archive of a tag."""
    feed: Path
    """The Atom feed of all posts."""
    is_peer: bool = True
    """Whether it has an environment of its own."""


STOCK_CONF = """\
project = "Bench"
author = "Bench"
extensions = ["ablog", "myst_parser", "sphinx_copybutton"]
html_theme = "furo"
html_baseurl = "https://example.org/"
templates_path = ["_templates"]
post_date_format = "%Y-%m-%d"
blog_title = "Bench"
blog_baseurl = "https://example.org/"
blog_feed_fulltext = True
blog_feed_archives = True
suppress_warnings = ["toc.not_included"]
"""


def lay_out_stock(folder: Path, articles: Iterable[Article]) -> None:
    """The five packages as their manuals say, with the one template without which each page is an error page."""
    (folder / "_templates").mkdir(parents=True)
    (folder / "_templates/page.html").write_text('{% extends "furo/page.html" %}\n', encoding="utf-8")
    (folder / "conf.py").write_text(STOCK_CONF, encoding="utf-8")
    (folder / "index.md").write_text("# Bench\n\n```{postlist} 10\n:excerpts:\n```\n", encoding="utf-8")
    for article in articles:
        path = folder / ours.path_of(article)
        path.parent.mkdir(parents=True)
        options = f":tags: {', '.join(article.tags)}\n:author: {article.author}\n"
        head = f"# {article.title}\n\n```{{post}} {article.day}\n{options}```\n"
        path.write_text(f"{head}\n{article.body}\n", encoding="utf-8")


PELICAN_CONF = """\
AUTHOR = SITENAME = "Bench"
SITEURL = "https://example.org"
PATH = "content"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
FEED_ALL_ATOM = "feeds/all.atom.xml"
TAG_FEED_ATOM = "feeds/tag/{slug}.atom.xml"
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
FEED_MAX_ITEMS = 20
DEFAULT_PAGINATION = 20
# By default the second page of tag-1 is tag-12.html, which may be another tag.
TAG_URL = "tag/{slug}/"
TAG_SAVE_AS = "tag/{slug}/index.html"
"""


def lay_out_pelican(folder: Path, articles: Iterable[Article]) -> None:
    """Pelican with its own theme."""
    (folder / "content").mkdir(parents=True)
    (folder / "pelicanconf.py").write_text(PELICAN_CONF, encoding="utf-8")
    for article in articles:
        head = f"Title: {article.title}\nDate: {article.day}\nTags: {', '.join(article.tags)}\nSlug: {article.slug}\n"
        head += f"Authors: {article.author}\nSummary: {article.description}\n"
        (folder / "content" / f"{article.slug}.md").write_text(f"{head}\n{article.body}\n", encoding="utf-8")


ENGINES = (
    Engine(
        "ours",
        ours.lay_out,
        ours.path_of,
        ("-m", "_ext.build"),
        lambda article: Path("_build/html", ours.path_of(article).parent, "index.html"),
        lambda tag: Path("_build/html/blog/tag", ours.key(tag), "index.html"),
        Path("_build/html/blog/atom.xml"),
        is_peer=False,
    ),
    Engine(
        "stock",
        lay_out_stock,
        ours.path_of,
        ("-m", "sphinx", "--quiet", "--builder", "dirhtml", ".", "_build/html"),
        lambda article: Path("_build/html", ours.path_of(article).parent, "index.html"),
        lambda tag: Path("_build/html/blog/tag", ours.key(tag), "index.html"),
        Path("_build/html/blog/atom.xml"),
    ),
    Engine(
        "pelican",
        lay_out_pelican,
        lambda article: Path("content", f"{article.slug}.md"),
        ("-m", "pelican", "--settings", "pelicanconf.py", "--quiet", "content"),
        lambda article: Path("output", f"{article.slug}.html"),
        lambda tag: Path("output/tag", ours.key(tag), "index.html"),
        Path("output/feeds/all.atom.xml"),
    ),
)
