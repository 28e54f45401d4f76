"""A post as the site knows it, for what needs no file of one."""

import datetime as dt

from _ext.posts import Author, Post, PostText


def post(day: str = "2024-01-02", **values: object) -> Post:
    """Return a sound post of that *day* with little in it; *values* are further fields of Post, or others than here."""
    date = dt.date.fromisoformat(day)
    defaults = {
        "path": "posts/2024/a-post/index.md",
        "title": "A post",
        "date": date,
        "updated": date,
        "tags": (),
        "authors": (Author("ada", "Ada", "https://example.org/ada", ""),),
        "description": "What it shows.",
        "first_published": (date, "a-post"),
        "series": None,
        "image": None,
        "image_alt": "",
        "evergreen": False,
        "redirects": (),
        "pictures": (),
        "labels": (),
        "links": (),
        "text": PostText(words=1, code_lines=0, included=(), opening="Text."),
    }
    return Post(**defaults | values)  # type: ignore[arg-type]
