"""The pages at the old paths of posts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from testing.sites import Build, Site, texts

OLD = "posts/2023/old-slug/"


def moved(post: str, *, title: str | None = None) -> Callable[[Path], object]:
    """Return an edit that gives the post in the folder *post* two old paths, and a title."""

    def edit(folder: Path) -> None:
        file = folder / post / "index.md"
        text = file.read_text().replace(":tags:", f":redirect: {OLD}, posts/2022/older/\n:tags:")
        file.write_text(text.replace(text.split("\n")[0], f"# {title}") if title else text)

    return edit


@pytest.fixture
def redirecting(build: Build) -> Site:
    return build("order", edit=moved("posts/2024/first"))


def test_each_old_path_leads_to_the_post(redirecting: Site) -> None:
    assert redirecting.page(OLD).cssselect("meta[http-equiv=refresh]")[0].get("content") == "0; url=../../2024/first/"
    assert redirecting.page(OLD).cssselect("a")[0].get("href") == "../../2024/first/"
    assert redirecting.exists("posts/2022/older/index.html")


def test_an_old_path_tells_machines_where_the_post_is(redirecting: Site) -> None:
    page = redirecting.page(OLD)
    assert page.cssselect("link[rel=canonical]")[0].get("href") == (
        "https://under-load.readthedocs.io/posts/2024/first/"
    )
    assert page.cssselect("meta[name=robots]")[0].get("content") == "noindex"


def test_an_old_path_has_a_language_and_a_title(redirecting: Site) -> None:
    page = redirecting.page(OLD)
    assert page.get("lang") == "en"
    assert texts(page, "title") == ["Moved: First"]


def test_the_title_of_a_moved_post_is_text(build: Build) -> None:
    page = build("order", edit=moved("posts/2024/first", title='`<script>alert(1)</script>` & "quotes"')).page(OLD)
    assert texts(page, "a") == ['<script>alert(1)</script> & "quotes"']
    assert page.cssselect("script") == []


def test_an_old_path_needs_nothing_that_a_strict_policy_forbids(redirecting: Site) -> None:
    page = redirecting.page(OLD)
    assert page.cssselect("meta[http-equiv=Content-Security-Policy]")[0].get("content") == "default-src 'none'"
    assert page.cssselect("script, style, [style], img, link[rel~=stylesheet], link[rel~=icon]") == []


def test_an_old_path_is_in_no_archive_feed_or_search(redirecting: Site) -> None:
    naming = [path for path in redirecting.folder.rglob("*") if path.is_file() and b"old-slug" in path.read_bytes()]
    assert naming == []


def test_the_old_paths_of_an_unpublished_post_are_not_there(build: Build) -> None:
    site = build("unpublished", edit=moved("posts/2024/future"))
    assert not site.exists("posts/2023")


def test_ablog_writes_no_page_of_its_own(build: Build) -> None:
    """Its pages have no policy, and a path that leaves the output leads it out."""
    site = build("order", edit=moved("posts/2024/first"))
    pages = [path for path, page in site.pages().items() if page.cssselect("meta[http-equiv=refresh]")]
    assert pages == ["posts/2022/older/", OLD]
    assert all(site.page(path).cssselect("meta[http-equiv=Content-Security-Policy]") for path in pages)
