"""What a page is made of besides its own source, as plain data: where that is the same, the page is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from types import FunctionType

from _ext.base.fingerprint import Plain, fingerprint
from _ext.base.target import ANEW, Output
from _ext.blog.archives import Listing, Overview
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


def shown(value: object, reading_time: Callable[[Post], int]) -> Plain:
    """Return all that a page but its own can show of *value*, which a template is given, as plain data.

    *reading_time* gives the minutes that a post takes. Raises TypeError for what is not known here: where it changed, a
    page would not be written anew.
    """

    def plain(value: object) -> Plain:
        match value:
            case None | str() | int():
                return value
            case date():
                return value.isoformat()
            case Post():
                return value.docname, value.title, value.description, plain(value.date), reading_time(value)
            case Page():
                return value.listing, value.number, value.count, plain(value.entries)
            case Listing():
                return value.docname, value.title, value.description, value.link, len(value.posts), len(value.entries)
            case Overview():
                return value.docname, value.title, value.description, plain(value.listings)
            case Part():
                return value.number, value.count, plain(value.shown)
            case Surroundings():
                return plain(tuple(getattr(value, field.name) for field in fields(value)))
            case Mapping():
                return tuple((str(name), plain(inner)) for name, inner in value.items())
            case list() | tuple():
                return tuple(map(plain, value))
        if isinstance(value, FunctionType):
            return value.__qualname__
        raise TypeError(f"what a page shows must be plain data or a listing: {value!r}")

    return plain(value)
