"""The frame of a post's page: its date, authors, title and tags above the text, its neighbours below."""

from __future__ import annotations

from typing import Any

from ablog.blog import Blog
from docutils import nodes
from markupsafe import escape
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxTranslator
from sphinx.util.typing import ExtensionMetadata

from _ext.publishing import post_at, post_of


class framed_title(nodes.title):
    """The title of a post in its doctree: the search index reads it, the page's template shows it."""


def frame_title(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Leave the title of a post to the template, which sets date and authors before it."""
    if post_at(app.config, docname):
        section = next(doctree.findall(nodes.section))
        title = next(section.findall(nodes.title))
        title.replace_self(framed_title("", "", *title.children, **title.attributes))


def skip(translator: SphinxTranslator, node: nodes.Node) -> None:
    raise nodes.SkipNode


def add_frame(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Give the page of a post the post, the archives that its tags and authors link to, and its neighbours."""
    post = post_at(app.config, pagename)
    if not post:
        return
    blog = Blog(app)
    context["post"] = post
    context["unpublished"] = pagename in app.config.unpublished_posts
    context["tag_pages"] = [(tag.label, blog.tags[tag.label].docname) for tag in post.tags]
    context["author_pages"] = [(author.name, blog.author[author.key].docname) for author in post.authors]
    # Furo shows what Sphinx calls prev and next; Sphinx means the table of contents, a blog means time.
    # What is not published has no place in time yet, and a published post's page is the same in a preview.
    entry = blog.posts[pagename]
    for side in "prev", "next":
        neighbour = getattr(entry, side, None)
        context[side] = neighbour and {
            "link": context["pathto"](neighbour.docname),
            "title": escape(post_of(neighbour).title),
        }


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.publishing")
    app.add_node(framed_title, html=(skip, None))
    app.connect("doctree-resolved", frame_title)
    app.connect("html-page-context", add_frame)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
