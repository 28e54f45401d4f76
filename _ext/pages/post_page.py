"""The frame of a post's page: its date, authors, title and tags above the text, what to read next and to do below."""

from typing import Any

from docutils import nodes
from markupsafe import escape
from sphinx.application import Sphinx

from _ext.blog.archives import author_docname, series_docname, tag_docname
from _ext.blog.blog import blog_of
from _ext.blog.permalinks import permalink
from _ext.content.updates import updates_in
from _ext.pages.reader_actions import bibtex, edit_url, report_url


def leave_title_to_template(doctree: nodes.document) -> None:
    """Take the title out of the text of a post: the template sets date and authors before it."""
    section = next(doctree.findall(nodes.section))
    section.remove(next(section.findall(nodes.title)))


def add_frame(app: Sphinx, pagename: str, context: dict[str, Any], doctree: object) -> None:
    """Give the page of a post the post, the lists that its tags and authors link to, its neighbours and the rest."""
    blog = blog_of(app)
    post = blog.post(pagename)
    if not post:
        return
    around, url = blog.around(post), permalink(app, pagename)
    context["post"] = post
    context["unpublished"], context["aged"] = around.unpublished, around.aged
    context["tag_pages"] = [(tag.label, tag_docname(tag)) for tag in post.tags]
    context["author_pages"] = [(author.name, author_docname(author)) for author in post.authors]
    context["updates"] = updates_in(doctree) if isinstance(doctree, nodes.document) else []
    context["citation"] = bibtex(post, url, app.config.project) if post.date else None
    context["edit_url"] = edit_url(app.config.repository_url, post)
    context["report_url"] = report_url(app.config.repository_url, post, url)
    context["part"], context["series_page"] = around.part, post.series and series_docname(post.series)
    context["related"] = around.related
    # Furo shows what Sphinx calls prev and next; Sphinx means the table of contents, a blog means time.
    for side, neighbour in (("prev", around.before), ("next", around.after)):
        context[side] = neighbour and {"link": context["pathto"](neighbour.docname), "title": escape(neighbour.title)}
