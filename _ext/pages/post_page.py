"""The frame of a post's page: its date, authors, title and tags above the text, what to read next and to do below."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from docutils import nodes
from markupsafe import escape
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from _ext.blog.aging import has_aged
from _ext.blog.archives import archives_of, author_docname, series_docname, tag_docname
from _ext.blog.permalinks import permalink
from _ext.blog.publishing import post_at
from _ext.blog.related import related
from _ext.blog.series import Part, part_of
from _ext.content.updates import updates_in
from _ext.pages.citation import bibtex
from _ext.pages.repository import edit_url, report_url
from _ext.posts import Post


def frame_title(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Leave the title of a post to the template, which sets date and authors before it."""
    if post_at(app.config, docname):
        section = next(doctree.findall(nodes.section))
        section.remove(next(section.findall(nodes.title)))


@dataclass(frozen=True)
class Frame:
    """What the page of a post shows that its own source does not say."""

    unpublished: bool
    aged: bool
    """Whether readers are told of its age."""
    part: Part | None
    """Its place in its series."""
    related: tuple[Post, ...]
    has_series_feed: bool
    """Whether its series has a feed, which its page announces."""
    before: Post | None
    after: Post | None
    """The posts published before and after it. What is not published has no place in time yet, and the page of a
    published post is the same in a preview."""


@lru_cache(maxsize=1)
def _frames(app: Sphinx) -> dict[str, Frame]:
    """Return the frames that were asked for so far, by path: each is asked for before a page is written, and as it is."""
    return {}


def frame_of(app: Sphinx, post: Post) -> Frame:
    """Return what the page of *post* shows that its own source does not say."""
    known = _frames(app)
    if post.path not in known:
        known[post.path] = _frame(app, post)
    return known[post.path]


def _frame(app: Sphinx, post: Post) -> Frame:
    archives = archives_of(app)
    listings = archives.by_docname
    whole = listings.get(series_docname(post.series)) if post.series else None
    by_tag = {tag.slug: listings[tag_docname(tag)].posts for tag in post.tags}
    return Frame(
        post.docname in app.config.unpublished_posts,
        has_aged(post, app.config.day_of_build),
        part_of(post, whole.posts[::-1]) if whole else None,
        related(post, by_tag, len(archives.everything.posts)),
        bool(whole and whole.posts),
        *archives.neighbours(post),
    )


def add_frame(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Give the page of a post the post, the archives that its tags and authors link to, its neighbours and the rest."""
    post = post_at(app.config, pagename)
    if not post:
        return
    frame, url = frame_of(app, post), permalink(app, pagename)
    context["post"] = post
    context["unpublished"], context["aged"] = frame.unpublished, frame.aged
    context["tag_pages"] = [(tag.label, tag_docname(tag)) for tag in post.tags]
    context["author_pages"] = [(author.name, author_docname(author)) for author in post.authors]
    context["updates"] = updates_in(doctree) if isinstance(doctree, nodes.document) else []
    context["citation"] = bibtex(post, url, app.config.project) if post.date else None
    context["edit_url"] = edit_url(app.config.repository_url, post)
    context["report_url"] = report_url(app.config.repository_url, post, url)
    context["part"], context["series_page"] = frame.part, post.series and series_docname(post.series)
    context["related"] = frame.related
    # Furo shows what Sphinx calls prev and next; Sphinx means the table of contents, a blog means time.
    for side, neighbour in (("prev", frame.before), ("next", frame.after)):
        context[side] = neighbour and {"link": context["pathto"](neighbour.docname), "title": escape(neighbour.title)}


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.blog.archives")
    app.setup_extension("_ext.content.updates")
    app.add_config_value("repository_url", "", "html", str)
    app.connect("doctree-resolved", frame_title)
    app.connect("html-page-context", add_frame)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
