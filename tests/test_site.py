"""The real site, as built."""

from __future__ import annotations

import ast
import re
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import pytest

from _ext.posts import read_posts
from tests.sites import ROOT, Site, texts
from tests.test_feeds import errors

KINDS = [
    "",
    "blog/",
    "blog/tag/",
    "blog/tag/python/",
    "blog/author/under-load/",
    "blog/2024/",
    "about/",
    "404/",
    "search/",
]
POST = "posts/2024/building-scalable-apis-with-python/"


def test_every_kind_of_page_is_there(site: Site) -> None:
    assert {*KINDS, POST} <= set(site.pages())


def test_every_page_is_framed_by_furo(site: Site) -> None:
    frames = {
        path: len(page.cssselect("body > .page article#furo-main-content")) for path, page in site.pages().items()
    }
    assert set(frames.values()) == {1}, frames


def test_no_page_is_furos_error_page(site: Site) -> None:
    assert [path for path, page in site.pages().items() if 'inheriting from "layout.html"' in page.text_content()] in (
        [],
        ["posts/2026/green-build-empty-pages/"],  # which quotes it
    )


def test_every_page_has_one_first_heading(site: Site) -> None:
    assert {
        path: len(page.cssselect("h1")) for path, page in site.pages().items() if len(page.cssselect("h1")) != 1
    } == {}


def test_no_page_shows_markup(site: Site) -> None:
    """Text outside of code has no sign of Markdown, of a directive or of a template that was not rendered."""
    leaked = {}
    for path, page in site.pages().items():
        for code in page.cssselect("pre, code, script, style"):
            code.drop_tree()
        if found := re.findall(
            r"```|\{\{|\{%|\{[a-z:-]+\}`|</?[a-z]+>|&[a-z]+;|^:\w+:", page.text_content(), re.MULTILINE
        ):
            leaked[path] = found
    assert leaked == {}


def test_every_internal_link_and_anchor_resolves(site: Site) -> None:
    pages = site.pages()
    anchors = {path: {element.get("id") for element in page.cssselect("[id]")} for path, page in pages.items()}
    broken = []
    for path, page in pages.items():
        base = urljoin("https://site.invalid/", path)
        for _, _, link, _ in page.iterlinks():
            url = urlsplit(urljoin(base, link))
            if url.hostname != "site.invalid":
                continue
            target = unquote(url.path.removeprefix("/"))
            if target in pages:
                if url.fragment and url.fragment not in anchors[target] | {"top"}:
                    broken.append((path, link))
            elif not (site.folder / target).is_file():
                broken.append((path, link))
    assert broken == []


def test_no_page_asks_another_host_for_anything(site: Site) -> None:
    loading = "script[src], img[src], iframe[src], link[rel=stylesheet], link[rel~=icon], link[rel=preload]"
    asked = {
        element.get("src") or element.get("href")
        for page in site.pages().values()
        for element in page.cssselect(loading)
        if urlsplit(element.get("src") or element.get("href")).netloc
    }
    assert asked == set()


def test_ids_are_unique_in_a_page(site: Site) -> None:
    """Furo's symbols aside, an id that stands twice makes its anchor lead to the wrong place."""
    for path, page in site.pages().items():
        ids = [element.get("id") for element in page.cssselect("article [id]")]
        assert sorted(ids) == sorted(set(ids)), path


def test_the_404_page_has_links_that_work_at_any_depth(site: Site) -> None:
    page = site.page("404")
    relative = [link for _, _, link, _ in page.iterlinks() if not link.startswith(("/", "https://", "#"))]
    assert relative == []


@pytest.mark.parametrize("path", ["blog/atom.xml", "blog/tag/python/atom.xml"])
def test_the_feeds_are_valid(site: Site, path: str) -> None:
    assert errors(site.feed(path)) == []
    assert not feedparser.parse((site.folder / path).read_bytes()).bozo


def test_every_published_post_is_in_the_listing_of_all(site: Site) -> None:
    titles = {post.title for post in read_posts(ROOT).posts if post.date}
    assert set(texts(site.page("blog"), ".posts h2")) == titles


def test_the_tags_of_the_first_post_are_in_its_authors_order(site: Site) -> None:
    assert texts(site.page(POST), ".tags a") == ["Python", "API", "Backend", "Scalability"]


def test_no_source_copy_is_published(site: Site) -> None:
    published = [path for path in site.folder.rglob("*") if path.suffix in {".md", ".py", ".pickle", ".doctree"}]
    assert published == []


def test_conf_only_declares() -> None:
    source = (ROOT / "conf.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 150
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
    assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
