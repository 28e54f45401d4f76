"""What a page is made of besides its own source, as plain data: where that is the same, the page is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from functools import partial
from types import FunctionType

from sphinx.application import Sphinx

from _ext.base.fingerprint import Plain, fingerprint
from _ext.base.target import ANEW, Unit
from _ext.blog.archives import Listing, Overview, home, reading_time, sidebar
from _ext.blog.pagination import Page
from _ext.blog.publishing import post_at
from _ext.blog.series import Part
from _ext.pages.post_page import Frame, frame_of
from _ext.posts import Post


def document_inputs(app: Sphinx, of_same_shelf: Mapping[str, Unit]) -> dict[str, str]:
    """Return the fingerprint of what each document is made of: of its files, and after a hyphen of what its page shows besides.

    Where listings show the same of all posts as in the last build, the page of each shows the same of the others:
    *of_same_shelf* is what that build made, or empty.
    """
    sources: Mapping[str, str] = app.config.document_sources
    frame = sidebar(app)
    inputs = {}
    for docname in app.env.found_docs:
        source = sources.get(docname, "")
        if (unit := of_same_shelf.get(docname)) and unit.inputs != ANEW:
            besides = unit.inputs.partition("-")[2]
        else:
            post = post_at(app.config, docname)
            own = frame_of(app, post) if post else home(app) if docname == app.config.root_doc else None
            besides = fingerprint(shown(own, partial(reading_time, app)), frame)
        inputs[docname] = f"{source}-{besides}"
    return inputs


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
            case Frame():
                return plain(tuple(getattr(value, field.name) for field in fields(value)))
            case Mapping():
                return tuple((str(name), plain(inner)) for name, inner in value.items())
            case list() | tuple():
                return tuple(map(plain, value))
        if isinstance(value, FunctionType):
            return value.__qualname__
        raise TypeError(f"what a page shows must be plain data or a listing: {value!r}")

    return plain(value)
