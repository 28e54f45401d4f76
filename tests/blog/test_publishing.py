"""Which posts Sphinx may see, and what ABlog is told of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from testing.sites import Site, texts, tree

Build = Callable[..., Site]


def test_an_unpublished_post_is_in_no_file(build: Build) -> None:
    site = build("unpublished")
    found = [path for path in site.folder.rglob("*") if path.is_file()]
    assert not [path for path in found if b"zyxwvut" in path.read_bytes() or b"ardvark" in path.read_bytes()]


def test_a_post_goes_live_on_its_day(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1748822400")  # 2025-06-02T00:00:00Z
    site = build("unpublished")
    assert texts(site.page("blog"), ".posts h2") == ["Aardvark future"]
    assert not site.exists("posts/2024/draft")


def test_the_clock_of_the_machine_unpublishes_nothing(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4102444800")  # 2100-01-01
    assert texts(build("late").page("blog"), ".posts h2") == ["Late"]


def test_two_builds_in_one_process_share_nothing(build: Build) -> None:
    build("order")
    assert texts(build("feed").page("blog"), ".posts h2") == ["Other", "Linked"]


def test_tags_that_differ_in_signs_only_have_pages_of_their_own(build: Build) -> None:
    site = build("order")
    assert texts(site.page("blog/tag/c-plus-plus"), "h1") == ["C++"]
    assert texts(site.page("blog/tag/c-sharp"), "h1") == ["C#"]


def test_posts_read_in_parallel_are_all_there(build: Build) -> None:
    def add_ten(folder: Path) -> None:
        first = (folder / "posts/2024/first/index.md").read_text()
        for day in range(10, 20):
            post = folder / f"posts/2024/copy-{day}/index.md"
            post.parent.mkdir()
            post.write_text(first.replace("2024-01-02", f"2024-01-{day}").replace("The text", "{ref}`tag-beta` text"))

    site = build("order", edit=add_ten, jobs=2)
    assert site.warnings == ""
    assert len(texts(site.page("blog"), ".posts h2")) == 13
    assert tree(site.folder) == tree(build("order", edit=add_ten).folder)


def test_the_directive_belongs_to_posts(build: Build) -> None:
    site = build(edit=lambda folder: (folder / "about.md").write_text("# About\n\n```{post} 2024-01-02\n```\n"))
    assert "the {post} directive belongs to posts/<year>/<slug>/index.md" in site.warnings


@pytest.mark.parametrize("label", ["blog-drafts", "blog-archives", "blog-feed"])
def test_a_reference_to_a_page_that_is_not_there_is_a_warning(build: Build, label: str) -> None:
    text = f"# About\n\n{{ref}}`{label}` and {{ref}}`blog-tags`\n"
    site = build(edit=lambda folder: (folder / "about.md").write_text(text))
    assert f"undefined label: '{label}'" in site.warnings
    assert "blog-tags" not in site.warnings


def test_a_fault_is_a_warning_with_the_words_of_check(build: Build) -> None:
    def break_date(folder: Path) -> None:
        post = folder / "posts/2024/first/index.md"
        post.write_text(post.read_text().replace("2024-01-02", "soon"))

    site = build("order", edit=break_date)
    assert site.warnings == (
        "posts/2024/first/index.md:3:11: WARNING: "
        "post's date must be a date such as 2024-10-20, or the word draft: 'soon' [date]\n"
    )
    assert not site.exists("posts/2024/first")
