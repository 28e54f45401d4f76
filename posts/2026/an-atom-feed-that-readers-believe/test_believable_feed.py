"""The rules of a feed that readers believe, each by the failure that it prevents."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import feedparser
import pytest
from believable_feed import Entry, Feed, absolute_links, absolute_url, entry_id, feed_id, write_feed

BASE_URL = "https://blog.example/engineering"
OLD = Entry(
    slug="limits",
    first_published=date(2026, 3, 2),
    updated=date(2026, 3, 20),
    path="posts/limits/",
    title="Limits",
    authors=("Author Two", "Author One"),
    tags=("Queues", "API", "Backend"),
    html='<p>See <a href="../queues/#why">why</a>.</p><img src="../../_images/depth.svg">',
)
NEW = replace(OLD, slug="queues", first_published=date(2026, 3, 9), updated=date(2026, 3, 9), title="Queues")
BLOG = Feed("blog.example", date(2026, 3, 1), "blog", "Blog", "blog/", "blog/atom.xml")


def sample() -> bytes:
    """The document that the child processes below write."""
    return write_feed(BLOG, [OLD, NEW], BASE_URL)


def parsed(*entries: Entry, base_url: str = BASE_URL) -> feedparser.FeedParserDict:
    """What a reader gets, addresses untouched."""
    result = feedparser.parse(write_feed(BLOG, entries, base_url), resolve_relative_uris=False)
    assert not result.bozo
    return result


def test_two_runs_in_two_time_zones_write_the_same_bytes() -> None:
    program = "import sys, test_believable_feed as t; sys.stdout.buffer.write(t.sample())"
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parent,
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for zone, seed in [("Asia/Tokyo", "1"), ("America/Los_Angeles", "2")]
    ]
    assert runs[0] == runs[1] == sample()


def test_every_author_is_kept_in_the_order_of_the_post() -> None:
    assert [author.name for author in parsed(OLD).entries[0].authors] == ["Author Two", "Author One"]


def test_tags_keep_the_order_of_the_post() -> None:
    assert [tag.term for tag in parsed(OLD).entries[0].tags] == ["Queues", "API", "Backend"]


def test_a_post_without_author_is_refused() -> None:
    with pytest.raises(ValueError, match="limits: a post needs an author"):
        write_feed(BLOG, [replace(OLD, authors=())], BASE_URL)


def test_ids_survive_a_new_host_a_new_path_and_a_new_title() -> None:
    there = parsed(replace(OLD, path="archive/limits/", title="On limits"), base_url="https://other.example")
    here = parsed(OLD)
    assert there.entries[0].link != here.entries[0].link
    assert there.entries[0].id == here.entries[0].id == "tag:blog.example,2026-03-02:limits"
    assert there.feed.id == here.feed.id == "tag:blog.example,2026-03-01:feed/blog"


def test_each_feed_has_its_own_id_and_a_post_the_same_in_each() -> None:
    tagged = replace(BLOG, name="tag/python", path="blog/tag/python/atom.xml")
    feeds = [feedparser.parse(write_feed(feed, [OLD], BASE_URL)) for feed in (BLOG, tagged)]
    assert len({feed.feed.id for feed in feeds}) == 2
    assert len({feed.entries[0].id for feed in feeds}) == 1


def test_a_post_that_is_called_feed_does_not_take_the_id_of_a_feed() -> None:
    day = date(2026, 3, 1)
    assert entry_id("blog.example", day, "feed") != feed_id("blog.example", day, "blog")


def test_two_posts_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="used twice"):
        write_feed(BLOG, [OLD, replace(OLD, title="Another")], BASE_URL)


@pytest.mark.parametrize(
    ("authority", "slug"), [("Blog.example", "limits"), ("blog", "limits"), ("blog.example", "On limits")]
)
def test_an_id_that_would_need_escaping_or_folding_is_refused(authority: str, slug: str) -> None:
    with pytest.raises(ValueError, match="no id from"):
        entry_id(authority, date(2026, 3, 2), slug)


def test_updated_is_that_of_the_posts_and_midnight_utc() -> None:
    feed = parsed(OLD, NEW)
    assert feed.feed.updated == "2026-03-20T00:00:00+00:00"
    assert [entry.updated[:10] for entry in feed.entries] == ["2026-03-09", "2026-03-20"]
    assert [entry.published[:10] for entry in feed.entries] == ["2026-03-09", "2026-03-02"]


def test_a_feed_without_posts_was_updated_when_it_appeared() -> None:
    assert parsed().feed.updated == "2026-03-01T00:00:00+00:00"


@pytest.mark.parametrize("base_url", [BASE_URL, f"{BASE_URL}/"])
def test_addresses_are_absolute_below_a_base_with_a_path(base_url: str) -> None:
    feed = parsed(OLD, base_url=base_url)
    content = feed.entries[0].content[0].value
    assert f'href="{BASE_URL}/posts/queues/#why"' in content
    assert f'src="{BASE_URL}/_images/depth.svg"' in content
    assert feed.entries[0].link == f"{BASE_URL}/posts/limits/"
    assert {link.rel: link.href for link in feed.feed.links} == {
        "alternate": f"{BASE_URL}/blog/",
        "self": f"{BASE_URL}/blog/atom.xml",
    }


def test_a_base_that_is_not_an_absolute_address_is_refused() -> None:
    with pytest.raises(ValueError, match="not an absolute address"):
        absolute_url("/engineering", "blog/")


def test_a_link_within_the_page_leads_to_the_page() -> None:
    page = f"{BASE_URL}/posts/limits/"
    assert f'href="{page}#why"' in absolute_links('<a href="#why">why</a>', page)


def test_anchors_and_copy_buttons_go_and_the_text_after_them_stays() -> None:
    html = '<h2>Why<a class="headerlink" href="#why">¶</a></h2><button>Copy</button> after'
    assert absolute_links(html, BASE_URL) == "<div><h2>Why</h2> after</div>"
