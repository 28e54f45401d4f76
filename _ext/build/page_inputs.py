"""What a page is made of besides its own source, as plain data: where that is the same, the page is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from types import FunctionType
from typing import Any

from _ext.base.fingerprint import Plain, fingerprint
from _ext.base.target import ANEW, Output
from _ext.blog.archives import Archive, Overview
from _ext.blog.blog import Blog
from _ext.blog.pagination import Page
from _ext.blog.series import Part
from _ext.blog.surroundings import Surroundings
from _ext.posts import Post


def document_keys(
    blog: Blog, docnames: Iterable[str], home: str, sources: Mapping[str, str], of_same_lists: Mapping[str, Output]
) -> dict[str, str]:
    """Return the cache key of each document: that of its files, and after a hyphen that of what its page shows besides.

    *sources* gives the key of each document's files, *home* is the docname of home. Where lists show the same of all posts
    as in the last build, the page of each shows the same of the others: *of_same_lists* is what that build made, or empty.
    """
    sidebar = blog.sidebar
    keys = {}
    for docname in docnames:
        if (output := of_same_lists.get(docname)) and output.key != ANEW:
            besides = output.key.partition("-")[2]
        else:
            post = blog.post(docname)
            own = blog.around(post) if post else blog.home if docname == home else None
            besides = fingerprint(shown(own, blog.reading_time), sidebar)
        keys[docname] = f"{sources.get(docname, '')}-{besides}"
    return keys


SHOWN: Mapping[type, Callable[[Any], object]] = {
    date: date.isoformat,
    Page: lambda page: (page.archive, page.number, page.count, page.entries),
    Archive: lambda of: (of.docname, of.title, of.description, of.link, len(of.posts), len(of.entries)),
    Overview: lambda overview: (overview.docname, overview.title, overview.description, overview.lists),
    Part: lambda part: (part.number, part.count, part.shown),
    Surroundings: lambda around: [getattr(around, field.name) for field in fields(around)],
    FunctionType: lambda function: function.__qualname__,
}
"""What a page can show of a value, by its type."""


def shown(value: object, reading_time: Callable[[Post], int]) -> Plain:
    """Return all that a page but its own can show of *value*, which a template is given, as plain data.

    *reading_time* gives the minutes that a post takes. Raises TypeError for what is not known here: where it changed, a
    page would not be written anew.
    """
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Post):
        return value.docname, value.title, value.description, str(value.date), reading_time(value)
    if isinstance(value, Mapping):
        value = list(value.items())
    if isinstance(value, list | tuple):
        return tuple(shown(inner, reading_time) for inner in value)
    for kind, parts in SHOWN.items():
        if isinstance(value, kind):
            return shown(parts(value), reading_time)
    raise TypeError(f"what a page shows must be plain data or a list of posts: {value!r}")
