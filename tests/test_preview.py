"""What is not published: in production in no file at all, in a preview shown, and marked as what it is."""

import gzip
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testing.sites import ROOT, TODAY, Site, lay_out, run, texts

Build = Callable[..., Site]

DRAFT = "posts/2024/numbat-slug"
FUTURE = "posts/2025/kinkajou-slug"
CANARIES = {
    *(
        "numbat",
        "wombat",
        "quokka",
        "zyxwvut",
        "axolotl",
        "bandicoot",
    ),  # slug, title, description, text, archive of one
    *("kinkajou", "tapir", "okapi", "qxjkvbz", "pangolin"),  # and of the other, with a picture
}
"""Words that only the two posts have which are not published on 2025-06-01."""
TOMORROW = "1748822400"  # 2025-06-02T00:00:00Z, as SOURCE_DATE_EPOCH


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "canary", "canary")


def readable(file: Path) -> Iterator[bytes]:
    """Yield all that can be read in *file* or from its path: its bytes, and what Sphinx's inventory and the index compress."""
    content = file.read_bytes()
    yield str(file).encode()
    yield content
    if content.startswith(b"# Sphinx inventory version 2"):
        yield zlib.decompress(content.split(b"\n", 4)[4])
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)


def canaries(output: Path) -> set[str]:
    """Return the canaries that can be found below *output*."""
    found = [text.lower() for file in output.rglob("*") if file.is_file() for text in readable(file)]
    return {word for word in CANARIES if any(word.encode() in text for text in found)}


def sphinx(folder: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> Path:
    """Build the site in *folder* with sphinx-build, doctrees and all, and return where."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    command = [sys.executable, "-m", "sphinx", "-T", "-q", "-W", "--keep-going", "-b", "dirhtml", *options]
    subprocess.run([*command, ".", "site"], cwd=folder, check=True)
    return folder / "site"


def test_the_build_command_writes_nothing_of_it(folder: Path) -> None:
    assert run("_ext.build", folder).returncode == 0
    assert canaries(folder / "_build/html") == set()


def test_sphinx_alone_writes_nothing_of_it_not_even_in_its_caches(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READTHEDOCS_VERSION_TYPE", "branch")
    assert canaries(sphinx(folder, monkeypatch)) == set()


def test_the_canaries_are_found_where_they_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name_of_a_file = {"axolotl"}  # which no page shows
    assert canaries(sphinx(folder, monkeypatch, "--define", "preview=1")) == CANARIES - name_of_a_file


def test_the_preview_of_a_pull_request_shows_it(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READTHEDOCS_VERSION_TYPE", "external")
    site = build("canary")
    assert site.warnings == ""
    assert texts(site.page(DRAFT), "h1") == ["Wombat title"]


@pytest.mark.parametrize(
    ("path", "reason"), [(DRAFT, "A draft: not published."), (FUTURE, "Not published before June 2, 2025.")]
)
def test_a_banner_says_why_it_is_not_published(build: Build, path: str, reason: str) -> None:
    assert texts(build("canary", preview=True).page(path), "article [role=note].unpublished") == [reason]


def test_the_banner_stands_above_title_and_text(build: Build) -> None:
    article = build("canary", preview=True).page(DRAFT).cssselect("article")[0]
    order = [element.get("class").split()[0] for element in article.cssselect(".unpublished, h1, .post-text")]
    assert order == ["unpublished", "p-name", "post-text"]


def test_a_published_post_has_no_banner(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TOMORROW)
    site = build("canary", preview=True)
    assert [texts(site.page(path), ".unpublished") for path in ("posts/2024/plain", FUTURE)] == [[], []]


def test_no_page_of_a_preview_is_for_search_engines(build: Build) -> None:
    pages = build("canary", preview=True).pages()
    assert [path for path, page in pages.items() if not page.cssselect("head meta[name=robots][content=noindex]")] == []


def test_search_engines_are_welcome_to_the_site(build: Build) -> None:
    pages = build("canary").pages()
    assert {path for path, page in pages.items() if page.cssselect("meta[name=robots]")} == {"404/", "search/"}


@pytest.mark.parametrize(
    ("path", "posts"),
    [
        ("", ["Wombat title", "Tapir title", "Plain"]),
        ("blog", ["Wombat title", "Tapir title", "Plain"]),
        ("blog/tag/alpha", ["Wombat title", "Tapir title"]),
        ("blog/tag/beta", ["Wombat title", "Plain"]),
        ("blog/author/ada", ["Tapir title", "Plain"]),
        ("blog/author/ben", ["Wombat title"]),
        ("blog/2024", ["Plain"]),
        ("blog/2025", ["Tapir title"]),
    ],
)
def test_an_archive_begins_with_it_drafts_first(build: Build, path: str, posts: list[str]) -> None:
    assert texts(build("canary", preview=True).page(path), ".posts h2") == posts


def test_an_archive_shows_a_date_to_come_and_of_a_draft_that_it_is_one(build: Build) -> None:
    page = build("canary", preview=True).page("blog")
    assert texts(page, ".posts .post-meta") == [
        "Draft · 1 min read",
        "June 2, 2025 · 1 min read",
        "January 2, 2024 · 1 min read",
    ]
    assert [time.get("datetime") for time in page.cssselect(".posts time")] == ["2025-06-02", "2024-01-02"]


def test_a_draft_is_in_the_archive_of_no_year(build: Build) -> None:
    site = build("canary", preview=True)
    assert texts(site.page("about"), "[aria-labelledby=sidebar-archive] a") == ["2025", "2024"]
    assert not site.exists("blog/9999")


def test_the_sidebar_keeps_it_apart_from_the_newest(build: Build) -> None:
    page = build("canary", preview=True).page("about")
    assert texts(page, "[aria-labelledby=sidebar-unpublished] a") == ["Wombat title", "Tapir title"]
    assert texts(page, "[aria-labelledby=sidebar-newest] a") == ["Plain"]


def test_it_is_nobodys_neighbour_and_has_none(build: Build) -> None:
    site = build("canary", preview=True)
    neighbours = {path: texts(site.page(path), ".related-pages .title") for path in (DRAFT, FUTURE, "posts/2024/plain")}
    assert neighbours == {DRAFT: [], FUTURE: [], "posts/2024/plain": []}


def test_a_preview_leaves_feeds_and_the_text_of_published_posts_as_they_are(build: Build) -> None:
    production, preview = build("canary"), build("canary", preview=True)
    feeds = {path.relative_to(preview.folder): path.read_bytes() for path in preview.folder.rglob("atom.xml")}
    assert feeds == {
        path.relative_to(production.folder): path.read_bytes() for path in production.folder.rglob("atom.xml")
    }
    articles = [texts(site.page("posts/2024/plain"), "article, .related-pages") for site in (production, preview)]
    assert articles[0] == articles[1]


def test_a_preview_has_a_feed_only_for_what_is_published(build: Build) -> None:
    site = build("canary", preview=True)
    assert [
        path for path in ("blog/atom.xml", "blog/tag/beta/atom.xml", "blog/tag/alpha/atom.xml") if site.exists(path)
    ] == [
        "blog/atom.xml",
        "blog/tag/beta/atom.xml",
    ]


def test_a_fault_keeps_it_out_of_a_preview_too(build: Build) -> None:
    def break_tag(folder: Path) -> None:
        post = folder / DRAFT / "index.md"
        post.write_text(post.read_text().replace("Alpha", "Alhpa"))

    site = build("canary", edit=break_tag, preview=True)
    assert f"{DRAFT}/index.md:4:8: WARNING: tag must be in posts/tags.toml" in site.warnings
    assert not site.exists(DRAFT)


def test_nothing_to_show_is_no_section_of_the_sidebar(build: Build) -> None:
    assert build("order", preview=True).page("about").cssselect("#sidebar-unpublished") == []
