"""When readers are told of a post's age."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from _ext.blog.aging import ages_on, has_aged, next_aging
from testing.posts import post
from testing.sites import Site, texts, write_post

Build = Callable[..., Site]


@pytest.mark.parametrize(("day", "expected"), [("2024-01-02", "2026-01-02"), ("2024-02-29", "2026-03-01")])
def test_a_post_ages_in_two_years(day: str, expected: str) -> None:
    assert ages_on(post(day)) == dt.date.fromisoformat(expected)


def test_a_change_makes_a_post_young_again() -> None:
    assert ages_on(post("2020-01-02", updated=dt.date(2024, 1, 2))) == dt.date(2026, 1, 2)


def test_an_evergreen_post_does_not_age() -> None:
    assert not has_aged(post("2001-01-01", evergreen=True), dt.date(2025, 1, 1))


@pytest.mark.parametrize(("today", "aged"), [("2026-01-01", False), ("2026-01-02", True)])
def test_a_post_has_aged_from_the_day_on(today: str, aged: bool) -> None:
    assert has_aged(post("2024-01-02"), dt.date.fromisoformat(today)) == aged


def test_the_next_to_age_is_the_nearest_to_come() -> None:
    posts = [post("2020-01-01"), post("2024-06-01"), post("2024-05-01"), post("2024-04-01", evergreen=True)]
    assert next_aging(posts, dt.date(2026, 4, 30)) == dt.date(2026, 5, 1)
    assert next_aging(posts, dt.date(2026, 5, 1)) == dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("day", "options", "told"),
    [
        ("2023-05-31", "", ["This post is from May 31, 2023. What it says of tools and versions may no longer hold."]),
        ("2023-06-02", "", []),
        ("2020-01-01", ":evergreen:\n", []),
    ],
)
def test_a_page_tells_of_its_age(build: Build, day: str, options: str, told: list[str]) -> None:
    def edit(folder: Path) -> None:
        write_post(folder, "old", day, options=options)

    assert texts(build(edit=edit).page(f"posts/{day[:4]}/old"), ".aged") == told
