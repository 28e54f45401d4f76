"""What the head of a page tells machines."""

from pathlib import Path

import extruct
import pytest

from _ext.blog.pagination import PAGE_SIZE
from testing.sites import Build, Site, write_post


def feeds(site: Site, path: str) -> list[tuple[str, str]]:
    links = site.page(path).cssselect("link[rel=alternate][type='application/atom+xml']")
    return [(link.get("title"), link.get("href")) for link in links]


@pytest.mark.parametrize("baseurl", ["https://example.org/en/latest", "https://example.org/en/latest/"])
@pytest.mark.parametrize("path", ["", "about/", "blog/tag/alpha/", "posts/2024/first/"])
def test_the_canonical_url_is_the_permalink(build: Build, path: str, baseurl: str) -> None:
    (link,) = build("order", html_baseurl=baseurl).page(path).cssselect("link[rel=canonical]")
    assert link.get("href") == f"https://example.org/en/latest/{path}"


@pytest.mark.parametrize(
    ("path", "announced"),
    [
        ("about", [("Under Load", "../blog/atom.xml")]),
        ("blog/tag/alpha", [("Under Load: Alpha", "atom.xml"), ("Under Load", "../../atom.xml")]),
        ("blog/author/ada", [("Under Load: Ada", "atom.xml"), ("Under Load", "../../atom.xml")]),
    ],
)
def test_a_page_announces_its_own_feed_and_that_of_the_blog(
    build: Build, path: str, announced: list[tuple[str, str]]
) -> None:
    assert feeds(build("order"), path) == announced


@pytest.mark.parametrize(
    ("path", "description"),
    [
        ("posts/2024/first", "A description that is long enough to be one, and says nothing at all."),
        ("blog/tag/alpha", "The first."),
        ("blog", "Every post of the blog, newest first."),
    ],
)
def test_a_page_has_a_description(build: Build, path: str, description: str) -> None:
    (meta,) = build("order").page(path).cssselect("meta[name=description]")
    assert meta.get("content") == description


def test_the_same_feeds_are_announced_as_json(build: Build) -> None:
    links = build("order").page("blog/tag/alpha").cssselect("link[rel=alternate][type='application/feed+json']")
    assert [link.get("href") for link in links] == ["feed.json", "../../feed.json"]


def test_markup_in_metadata_is_text(build: Build) -> None:
    site = build("markup")
    (meta,) = site.page("posts/2024/markup").cssselect("meta[name=description]")
    assert meta.get("content") == 'A <b>description</b> & "more" that is long enough to be one </script> at all.'
    assert feeds(site, "blog/tag/markup")[0] == ('Under Load: <i>Tag</i> & "co"', "atom.xml")


def test_a_page_that_is_not_there_is_not_indexed(build: Build) -> None:
    (robots,) = build("order").page("404").cssselect("meta[name=robots]")
    assert robots.get("content") == "noindex"


def shown(site: Site, path: str) -> list[tuple[str, str]]:
    """Return the Open Graph properties of the page at *path*, in their order."""
    html = (site.folder / path / "index.html").read_text(encoding="utf-8")
    found = extruct.extract(html, syntaxes=["opengraph"], errors="strict")["opengraph"]
    return [pair for graph in found for pair in graph["properties"]]


def test_a_link_to_a_post_is_shown_as_an_article(build: Build) -> None:
    properties = shown(build("feed", html_baseurl="https://example.org/en"), "posts/2024/other")
    assert [(name, value) for name, value in properties if not name.startswith("og:image")] == [
        ("og:type", "article"),
        ("og:site_name", "Under Load"),
        ("og:url", "https://example.org/en/posts/2024/other/"),
        ("og:title", "Other"),
        ("og:description", "A description that is long enough to be one, and says nothing at all."),
        ("article:published_time", "2024-01-05T00:00:00+00:00"),
        ("article:modified_time", "2024-02-03T00:00:00+00:00"),
        ("article:author", "https://example.org/en/blog/author/ada/"),
        ("article:tag", "Alpha"),
    ]


def test_authors_and_tags_keep_their_order(build: Build) -> None:
    properties = shown(build("order"), "posts/2024/first")
    assert [value for name, value in properties if name == "article:tag"] == ["Beta", "Alpha"]
    authors = [value for name, value in properties if name == "article:author"]
    assert [url.split("/")[-2] for url in authors] == ["ben", "ada"]


def test_a_link_to_any_other_page_is_shown_too(build: Build) -> None:
    site = build("order")
    for path, title, description in [
        ("", "Home", None),
        ("blog", "All posts", "Every post of the blog, newest first."),
        ("blog/tag/alpha", "Alpha", "The first."),
    ]:
        properties = dict(shown(site, path))
        assert (properties["og:type"], properties["og:title"]) == ("website", title)
        assert properties.get("og:description") == description


def test_a_page_may_describe_itself(build: Build) -> None:
    text = "---\nmyst:\n  html_meta:\n    description: What it is.\n---\n\n# About\n"
    site = build("order", edit=lambda folder: (folder / "about.md").write_text(text))
    assert dict(shown(site, "about"))["og:description"] == "What it is."


def test_the_card_is_large(build: Build) -> None:
    (meta,) = build("order").page("posts/2024/first").cssselect("meta[name='twitter:card']")
    assert meta.get("content") == "summary_large_image"


def test_a_page_that_nobody_shares_has_no_card(build: Build) -> None:
    site = build("order")
    assert [site.page(path).cssselect("meta[property], meta[name^=twitter]") for path in ("404", "search")] == [[], []]


def test_a_draft_has_no_dates(build: Build) -> None:
    names = {name for name, _ in shown(build("unpublished", preview=True), "posts/2024/draft")}
    assert "og:title" in names
    assert not names & {"article:published_time", "article:modified_time"}


def test_a_browser_may_dress_itself_in_the_pages_colour(build: Build) -> None:
    colours = build("order").page("about").cssselect("meta[name=theme-color]")
    assert [(meta.get("media"), meta.get("content")) for meta in colours] == [
        ("(prefers-color-scheme: light)", "#ffffff"),
        ("(prefers-color-scheme: dark)", "#131416"),
    ]


def test_a_post_names_its_copy_in_markdown(build: Build) -> None:
    site = build("order")
    (link,) = site.page("posts/2024/first").cssselect("link[rel=alternate][type='text/markdown']")
    assert site.exists(f"posts/2024/first/{link.get('href')}")
    assert site.page("blog").cssselect("link[type='text/markdown']") == []


def test_a_later_page_of_an_archive_has_a_title_and_description_of_its_own(build: Build) -> None:
    def edit(folder: Path) -> None:
        for at in range(PAGE_SIZE + 1):
            write_post(folder, f"p-{at}", "2024-01-02")

    page = build(edit=edit).page("blog/page/2")
    assert page.xpath("string(//title)") == "All posts (page 2 of 2) - Under Load"
    assert page.xpath("string(//meta[@property='og:title']/@content)") == "All posts (page 2 of 2)"
    described = page.xpath("string(//meta[@name='description']/@content)")
    assert described == "Every post of the blog, newest first. Page 2 of 2."


def test_the_page_of_the_feeds_is_described(build: Build) -> None:
    page = build("order").page("blog/feeds")
    assert page.xpath("string(//title)") == "Feeds to subscribe to - Under Load"
    assert page.xpath("string(//meta[@name='description']/@content)").startswith("Give the address of a feed")
