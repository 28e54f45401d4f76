"""The pages that list posts."""

import pytest

from testing.sites import Build, texts


@pytest.mark.parametrize(
    ("path", "title", "posts"),
    [
        ("", "Home", ["Third", "Second", "First"]),
        ("blog", "All posts", ["Third", "Second", "First"]),
        ("blog/tag/alpha", "Alpha", ["Second", "First"]),
        ("blog/tag/beta", "Beta", ["First"]),
        ("blog/author/ada", "Ada", ["Third", "Second", "First"]),
        ("blog/author/ben", "Ben", ["First"]),
        ("blog/2024", "2024", ["Second", "First"]),
        ("blog/2025", "2025", ["Third"]),
    ],
)
def test_an_archive_has_its_posts_newest_first(build: Build, path: str, title: str, posts: list[str]) -> None:
    page = build("order").page(path)
    assert [heading.text for heading in page.cssselect("h1")] == [title]
    assert texts(page, ".posts h2") == posts


def test_an_entry_shows_date_title_and_description(build: Build) -> None:
    page = build("order").page("blog/tag/beta")
    assert texts(page, ".posts li") == [
        "January 2, 2024 · 1 min read First A description that is long enough to be one, and says nothing at all."
    ]
    assert page.cssselect(".posts time")[0].get("datetime") == "2024-01-02"
    assert page.cssselect(".posts a")[0].get("href") == "../../../posts/2024/first/"


def test_the_overview_counts_the_posts_of_each_tag(build: Build) -> None:
    page = build("order").page("blog/tag")
    assert texts(page, ".overview .tag") == ["Alpha", "Beta", "C#", "C++"]
    assert texts(page, ".overview .count") == ["2 posts", "1 post", "1 post", "1 post"]


def test_the_overview_of_authors_says_who_they_are(build: Build) -> None:
    assert texts(build("order").page("blog/author"), ".overview p") == ["Writes first.", "Writes second."]


def test_a_tag_without_a_published_post_has_no_page(build: Build) -> None:
    assert not build("order").exists("blog/tag/markup")


def test_an_author_page_leads_to_the_authors_own(build: Build) -> None:
    links = build("order").page("blog/author/ada").cssselect("article a")
    assert "https://example.org/ada" in [link.get("href") for link in links]


def test_the_sidebar_has_the_newest_posts_and_the_years(build: Build) -> None:
    page = build("order").page("about")
    pages = ["All posts", "Tags", "Authors", "About", "Feeds"]
    assert texts(page, ".sidebar-tree a") == [*pages, "Third", "Second", "First", "2025", "2024"]
    assert texts(page, ".sidebar-tree [aria-current=page]") == ["About"]


@pytest.mark.parametrize(
    ("path", "selector", "text"),
    [
        ("blog", ".posts h2", 'A <script> & <img src=x onerror=alert(1)> "title"'),
        (
            "blog",
            ".posts li > p:last-child",
            'A <b>description</b> & "more" that is long enough to be one </script> at all.',
        ),
        ("blog", ".sidebar-tree ul:nth-of-type(2) a", 'A <script> & <img src=x onerror=alert(1)> "title"'),
        ("blog/tag/markup", "h1", '<i>Tag</i> & "co"'),
        ("blog/tag/markup", ".lead", "A <b>label</b> that is text."),
        ("blog/author", ".overview .tag", "<i>Author</i>"),
        ("blog/tag", ".overview .tag", '<i>Tag</i> & "co"'),
        ("blog/tag/markup", "title", '<i>Tag</i> & "co" - Under Load'),
        ("blog/author/markup", "h1", "<i>Author</i>"),
        ("blog/author/markup", ".lead", "A <b>line</b> that is text."),
        ("posts/2024/neighbour", ".prev-page .title", 'A <script> & <img src=x onerror=alert(1)> "title"'),
        ("posts/2024/markup", "h1", 'A <script> & <img src=x onerror=alert(1)> "title"'),
        ("posts/2024/markup", ".tags", '<i>Tag</i> & "co"'),
        ("posts/2024/markup", ".post-meta a", "<i>Author</i>"),
        ("posts/2024/markup", ".post-text", "The text has <em>no</em> tags."),
    ],
)
def test_what_an_author_writes_arrives_as_text(build: Build, path: str, selector: str, text: str) -> None:
    assert text in texts(build("markup").page(path), selector)
