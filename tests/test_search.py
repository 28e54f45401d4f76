"""The index of the search."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sphinx.errors import ExtensionError

from _ext import search
from tests.sites import Site

Build = Callable[..., Site]


def test_a_post_is_indexed_by_title_and_text_with_date_and_tags(build: Build) -> None:
    found = build("order").indexed()["posts/2024/first"]
    assert found["content"] == "First. The text of the first."
    assert found["meta"] == {"title": "First", "date": "January 2, 2024"}
    assert found["filters"] == {"tag": ["Beta", "Alpha"]}


def test_nothing_but_posts_is_indexed(build: Build) -> None:
    assert set(build("order").indexed()) == {"posts/2024/first", "posts/2024/second", "posts/2025/third"}


@pytest.mark.parametrize("word", ["numbat", "kinkajou"])
def test_what_is_not_published_is_not_indexed(build: Build, word: str) -> None:
    assert [path for path, fragment in build("canary").indexed().items() if word in str(fragment).lower()] == []


def test_sphinxs_own_index_is_not_made(build: Build) -> None:
    assert not build("order").exists("searchindex.js")


def test_the_index_is_the_same_each_time(build: Build) -> None:
    first, second = build("order").folder / "_search", build("order", jobs=2).folder / "_search"
    contents = [
        {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*.*")} for folder in (first, second)
    ]
    assert contents[0] == contents[1]


def test_a_build_without_an_index_fails(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BUNDLE", "../outside\0")
    with pytest.raises((ExtensionError, ValueError)):
        build("order")
