"""The page of a post."""

from pathlib import Path

import pytest

from testing.sites import Build, texts, write_post


def test_way_back_date_title_and_tags_stand_above_the_text_in_this_order(build: Build) -> None:
    article = build("order").page("posts/2024/first").cssselect("article")[0]
    order = article.cssselect(".back, .post-header time, h1, .tags, .post-text, .related, .citation, .post-actions")
    classes = "back dt-published p-name tags post-text related citation post-actions"
    assert " ".join(element.get("class").split()[0] for element in order) == classes


def test_the_way_back_leads_to_all_posts(build: Build) -> None:
    (link,) = build("order").page("posts/2024/first").cssselect(".back a")
    assert (link.text_content(), link.get("href")) == ("← Back to blog", "../../../blog/")


def test_the_date_is_for_people_and_machines(build: Build) -> None:
    (time,) = build("order").page("posts/2024/first").cssselect(".post-header time")
    assert (time.text, time.get("datetime")) == ("January 2, 2024", "2024-01-02")


def test_tags_keep_the_authors_order_and_lead_to_their_archives(build: Build) -> None:
    links = build("order").page("posts/2024/first").cssselect(".tags a")
    beta, alpha = ("Beta", "../../../blog/tag/beta/"), ("Alpha", "../../../blog/tag/alpha/")
    assert [(link.text, link.get("href")) for link in links] == [beta, alpha]


@pytest.mark.parametrize(
    ("post", "selector", "shown"),
    [
        ("first", ".post-header .post-meta", ["January 2, 2024 · Ben, Ada · 1 min read"]),
        ("first", ".next-page .title", ["Second"]),
        ("first", ".prev-page .title", []),
        ("second", ".prev-page .title", ["First"]),
        ("first", ".updates", []),
        ("first", ".related a", ["Second"]),
    ],
)
def test_a_post_has_authors_in_order_neighbours_in_time_and_related_posts(
    build: Build, post: str, selector: str, shown: list[str]
) -> None:
    assert texts(build("order").page(f"posts/2024/{post}"), selector) == shown


def updated(folder: Path) -> None:
    changes = [("2024-02-03", "First **change**."), ("2024-04-05", "Second."), ("2024-04-05", "Third. " * 60)]
    text = "\n\n".join(f"```{{update}} {day}\n{change}\n```" for day, change in changes)
    write_post(folder, "updated", "2024-01-02", text)


def test_a_post_lists_its_changes_newest_first(build: Build) -> None:
    page = build(edit=updated).page("posts/2024/updated")
    assert texts(page, ".updates summary") == ["Updated April 5, 2024"]
    first, second, third = texts(page, ".updates li")
    assert (first, third) == ("April 5, 2024: Second.", "February 3, 2024: First change.")
    assert second.endswith("Third. …") and len(second) < 180


def test_a_change_can_be_linked_to(build: Build) -> None:
    page = build(edit=updated).page("posts/2024/updated")
    anchors = [link.get("href").removeprefix("#") for link in page.cssselect(".updates a")]
    assert anchors == ["updated-2024-04-05", "updated-2024-04-05-2", "updated-2024-02-03"]
    assert texts(page, f"#{anchors[2]} .admonition-title") == ["Updated February 3, 2024"]


def test_a_post_can_be_cited(build: Build) -> None:
    site = build("order", html_baseurl="https://example.org/")
    (citation,) = site.page("posts/2024/second").cssselect(".citation pre")
    assert "url = {https://example.org/posts/2024/second/}" in citation.text
    assert citation.getparent().get("class") == "highlight"  # by which it gets its copy button


def test_a_reader_can_mend_a_post_and_report_a_mistake(build: Build) -> None:
    site = build("order", repository_url="https://example.org/r", html_baseurl="https://example.org/")
    edit, report, _ = [link.get("href") for link in site.page("posts/2024/first").cssselect(".post-actions a")]
    assert edit == "https://example.org/r/edit/main/posts/2024/first/index.md"
    assert report == (
        "https://example.org/r/issues/new?title=Mistake%20in%20%E2%80%9CFirst%E2%80%9D"
        "&body=https%3A%2F%2Fexample.org%2Fposts%2F2024%2Ffirst%2F%0A%0A"
    )
