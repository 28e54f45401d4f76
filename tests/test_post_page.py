"""The page of a post."""

from __future__ import annotations

from collections.abc import Callable

from tests.sites import Site, texts

Build = Callable[..., Site]


def test_way_back_date_title_and_tags_stand_above_the_text_in_this_order(build: Build) -> None:
    article = build("order").page("posts/2024/first").cssselect("article")[0]
    order = [*article.cssselect(".back, time, h1, .tags, .post-text")]
    assert [element.get("class") or element.tag for element in order] == ["back", "time", "h1", "tags", "post-text"]


def test_the_way_back_leads_to_all_posts(build: Build) -> None:
    (link,) = build("order").page("posts/2024/first").cssselect(".back a")
    assert (link.text_content(), link.get("href")) == ("← Back to blog", "../../../blog/")


def test_the_date_is_for_people_and_machines(build: Build) -> None:
    (time,) = build("order").page("posts/2024/first").cssselect(".post-header time")
    assert (time.text, time.get("datetime")) == ("January 2, 2024", "2024-01-02")


def test_tags_keep_the_authors_order_and_lead_to_their_archives(build: Build) -> None:
    links = build("order").page("posts/2024/first").cssselect(".tags a")
    assert [(link.text, link.get("href")) for link in links] == [
        ("Beta", "../../../blog/tag/beta/"),
        ("Alpha", "../../../blog/tag/alpha/"),
    ]


def test_every_author_signs_in_the_given_order(build: Build) -> None:
    assert texts(build("order").page("posts/2024/first"), ".post-meta") == ["January 2, 2024 · Ben, Ada"]


def test_neighbours_are_neighbours_in_time(build: Build) -> None:
    site = build("order")
    assert texts(site.page("posts/2024/first"), ".next-page .title") == ["Second"]
    assert texts(site.page("posts/2024/first"), ".prev-page .title") == []
    assert texts(site.page("posts/2024/second"), ".prev-page .title") == ["First"]


def test_the_title_can_be_searched_for(build: Build) -> None:
    index = (build("order").folder / "searchindex.js").read_text(encoding="utf-8")
    assert (
        '"alltitles":{"About":[[0,null]],"First":[[2,null]],"Home":[[1,null]],"Second":[[3,null]],"Third":[[4,null]]}'
        in index
    )
