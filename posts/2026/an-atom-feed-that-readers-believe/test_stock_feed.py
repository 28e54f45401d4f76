"""The faults of the stock feed, each by running it: a red test here means that the post has to change."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from stock_feed import (
    AUTHORS,
    BASE_URL,
    TAGS,
    addresses,
    build_all,
    leads_somewhere,
    our_feed,
    read,
    report,
    unsigned,
)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build_all(tmp_path_factory.mktemp("stock"))


def test_the_text_shows_what_the_program_prints(sites: dict[str, Path]) -> None:
    shown = Path(__file__).with_name("stock_feed.txt").read_text(encoding="utf-8")
    assert report(sites).splitlines()[1:] == shown.splitlines()[1:]  # the first line names the versions


def test_of_two_authors_the_last_is_left(sites: dict[str, Path]) -> None:
    assert [author.name for author in read(sites["stock"]).entries[0].authors] == [AUTHORS[-1]]


def test_an_entry_without_author_makes_the_feed_invalid(sites: dict[str, Path]) -> None:
    assert unsigned((sites["stock"] / "blog/atom.xml").read_bytes()) == ["Limits"]
    assert unsigned(our_feed(sites["stock"])) == []


def test_all_feeds_of_the_site_share_one_id(sites: dict[str, Path]) -> None:
    paths = [path.relative_to(sites["stock"]).as_posix() for path in sites["stock"].rglob("atom.xml")]
    assert len(paths) == 7
    assert {read(sites["stock"], path).feed.id for path in paths} == {BASE_URL}


@pytest.mark.parametrize("changed", ["moved", "html"])
def test_no_entry_id_survives_a_new_host_or_another_builder(sites: dict[str, Path], changed: str) -> None:
    before, after = ({entry.id for entry in read(sites[name]).entries} for name in ("stock", changed))
    assert len(before) == 2
    assert before.isdisjoint(after)


def test_updated_of_the_feed_is_the_clock_of_the_build(sites: dict[str, Path]) -> None:
    feed = sites["stock"] / "blog/atom.xml"
    updated = datetime.fromisoformat(read(sites["stock"]).feed.updated).timestamp()
    assert abs(updated - feed.stat().st_mtime) < 60


def test_a_date_is_another_instant_in_another_time_zone(sites: dict[str, Path]) -> None:
    dates = [read(sites[name]).entries[0].published for name in ("stock", "tokyo")]
    utc, tokyo = map(datetime.fromisoformat, dates)
    assert utc - tokyo == timedelta(hours=9)


def test_tags_are_sorted_and_lose_their_spaces(sites: dict[str, Path]) -> None:
    terms = [tag.term for tag in read(sites["stock"]).entries[0].tags]
    assert terms == sorted(tag.replace(" ", "") for tag in TAGS) != list(TAGS)


@pytest.mark.parametrize(("name", "arrives"), [("stock", True), ("html", False)])
def test_a_reader_that_keeps_the_rules_gets_there(sites: dict[str, Path], name: str, arrives: bool) -> None:
    assert not addresses(sites[name])["href"].startswith("https:")
    content = read(sites[name]).entries[0].content[0].value
    address = content.partition('href="')[2].partition('"')[0]
    assert address.startswith(BASE_URL)
    assert leads_somewhere(sites[name], address) is arrives


def test_a_picture_loses_the_path_of_the_base_address(sites: dict[str, Path]) -> None:
    picture = addresses(sites["stock"])["src"]
    assert picture == "https://blog.example/_images/depth.svg"
    assert (sites["stock"] / "_images/depth.svg").is_file()
