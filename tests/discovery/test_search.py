"""What the search knows: the text of posts, in an index of pieces."""

import gzip
import json
import re
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pagefind_bin
import pytest
from sphinx.errors import ExtensionError

from _ext.discovery.search import parts
from testing.sites import Build, Site, texts
from tests.pages.test_content_security_policy import policies

SIGNATURE = b"pagefind_dcd"
ERROR = b64encode(b'{"payload": {"type": "Error", "message": "No."}}').decode() + ","
"""As Pagefind's service says it."""


def fragments(site: Site) -> dict[str, dict[str, Any]]:
    """Return what the index of *site* holds of each post, by its path."""
    found = [gzip.decompress(file.read_bytes()) for file in site.folder.glob("_pagefind/fragment/*.pf_fragment")]
    posts = [json.loads(content.removeprefix(SIGNATURE)) for content in found]
    return {post["url"].strip("/"): post for post in posts}


def index_bytes(site: Site) -> dict[str, bytes]:
    folder = site.folder / "_pagefind"
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_index_holds_the_posts_and_no_other_page(build: Build) -> None:
    assert set(fragments(build("order"))) == {"posts/2024/first", "posts/2024/second", "posts/2025/third"}


def test_a_post_has_its_title_date_and_tags(build: Build) -> None:
    post = fragments(build("order"))["posts/2024/first"]
    assert (post["meta"]["title"], post["meta"]["date"]) == ("First", "2024-01-02")
    assert sorted(post["filters"]["tag"]) == ["Alpha", "Beta"]


def test_the_text_is_the_authors_alone(site: Site) -> None:
    assert [path for path, post in fragments(site).items() if re.search(r"\w¶", post["content"])] == []


def test_a_preview_finds_what_is_not_published(build: Build) -> None:
    post = fragments(build("canary", preview=True))["posts/2024/numbat-slug"]
    assert (post["meta"]["title"], post["meta"].get("date", "")) == ("Wombat title", "")


def test_the_same_posts_give_the_same_bytes_whatever_the_number_of_jobs(build: Build) -> None:
    first = index_bytes(build("order"))
    assert [index_bytes(build("order", jobs=jobs)) == first for jobs in (0, 2)] == [True, True]


def test_the_old_index_goes_with_the_next_build(build: Build) -> None:
    def leave(folder: Path) -> None:
        stale = folder / "_build/dirhtml/_pagefind/fragment/stale.pf_fragment"
        stale.parent.mkdir(parents=True)
        stale.write_text("stale")

    assert not build("order", edit=leave).exists("_pagefind/fragment/stale.pf_fragment")


@pytest.mark.parametrize(
    ("posts", "count"), [(0, 1), (256, 1), (257, 2), (512, 2), (513, 4), (1024, 4), (1025, 8), (9999, 8)]
)
def test_each_post_is_in_one_of_at_most_eight_parts(posts: int, count: int) -> None:
    names = [f"posts/2024/{number}/index" for number in range(posts)]
    found = parts(names)
    assert (len(found), sorted(name for part in found for name in part)) == (count, sorted(names))


def test_what_all_parts_need_is_there_once(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("_ext.discovery.search.PART", 1)
    files = index_bytes(build("order"))
    names = [Path(file).name for file in files]
    assert len([name for name in names if name.endswith(".pf_fragment")]) == 3
    assert names.count("pagefind-entry.json") > 1
    assert (names.count("pagefind.js"), names.count("wasm.en.pagefind")) == (1, 1)


def test_what_the_page_does_not_load_is_not_there(build: Build) -> None:
    files = {Path(file).name for file in index_bytes(build("order")) if "/" not in file}
    loaded = {"pagefind-entry.json", "pagefind.js", "wasm.en.pagefind"}
    assert {name for name in files if not name.endswith(".pf_meta")} == loaded


def test_sphinx_writes_no_index(site: Site) -> None:
    assert not site.exists("searchindex.js")
    assert not [
        path for path, page in site.pages().items() if page.cssselect("script[src*=searchtools], script[src*=language]")
    ]


def test_a_blog_without_posts_has_nothing_to_search(build: Build) -> None:
    site = build()
    assert not site.exists("_pagefind")
    assert texts(site.page("search"), "article .lead") == ["There is no post to look for yet."]


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (None, "Pagefind does not run: .*"),
        ("echo No. >&2", r"Pagefind ended before it had answered: 'No\.\\n'"),
        (f"printf {ERROR}{ERROR}{ERROR}{ERROR}{ERROR}", r"Pagefind failed: No\."),
    ],
)
def test_a_failure_of_pagefind_fails_the_build(
    build: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str | None, message: str
) -> None:
    pagefind = tmp_path / "pagefind"
    if program:
        pagefind.write_text(f"#!/bin/sh\n{program}\n")
        pagefind.chmod(0o755)
    monkeypatch.setattr(pagefind_bin, "get_executable", lambda: pagefind)
    with pytest.raises(ExtensionError, match=f"search index: {message}"):
        build("order")


def test_the_page_is_not_for_search_engines(site: Site) -> None:
    assert [meta.get("content") for meta in site.page("search").cssselect("meta[name=robots]")] == ["noindex"]


def test_each_tag_can_be_chosen_with_its_number_of_posts(build: Build) -> None:
    assert texts(build("order").page("search"), "select[name=tag] option")[0] == "All tags"
    assert "Alpha (2)" in texts(build("order").page("search"), "select[name=tag] option")


def test_the_sidebar_leads_to_the_search_of_every_page(site: Site) -> None:
    for path, page in site.pages().items():
        for form in page.cssselect(".sidebar-search-container"):
            assert form.get("action").endswith(("search/", "#", "")), path
            assert [field.get("name") for field in form.cssselect("input")] == ["q"], path


def test_the_search_alone_may_run_webassembly(site: Site) -> None:
    allowed = {path for path, page in site.pages().items() if "'wasm-unsafe-eval'" in policies(page)[0]["script-src"]}
    assert allowed == {"search/"}


def test_pagefind_is_there_for_this_machine() -> None:
    assert subprocess.run([pagefind_bin.get_executable(), "--version"], check=False).returncode == 0
