"""When a post has grown so old that its readers are told."""

from collections.abc import Iterable
from datetime import date

from _ext.posts import Post

YEARS = 2
"""After which what a post says of tools and versions is to be doubted."""


def ages_on(post: Post) -> date | None:
    """Return the day from which on readers of *post* are told of its age: YEARS after its last change.

    None for a draft, and for a post that is kept true.
    """
    if post.evergreen or post.updated is None:
        return None
    year = post.updated.year + YEARS
    try:
        return post.updated.replace(year=year)
    except ValueError:  # the 29th of February
        return date(year, 3, 1)


def has_aged(post: Post, today: date) -> bool:
    """Tell whether readers of *post* are told of its age on the day *today* (UTC)."""
    day = ages_on(post)
    return day is not None and day <= today


def next_aging(posts: Iterable[Post], today: date) -> date | None:
    """Return the first day after *today* (UTC) on which one of *posts* has aged, or None."""
    return min((day for post in posts if (day := ages_on(post)) and day > today), default=None)
