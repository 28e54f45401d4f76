"""What of ABlog works, set up without the rest: the one place that touches ABlog.

Used: {update} with its node, the options of {post}, the names of references to lists of posts, its translations. ABlog's own
setup() is not called, since what it connects does what this blog must not do, and nothing of it can be switched off:

- its templates make each page the theme's error page (sunpy/ablog#108);
- it reads each post in each build to know it, and keeps a copy of its text, in the class of its blog, where a second build in
  one process finds it (ablog.post.process_posts, ablog.blog.Blog._dict); so it cannot read in parallel (sunpy/ablog#297);
- its lists copy excerpts unescaped and repeat ids; C++ and C# get one address (ablog.blog.slugify);
- its redirects write outside of the output where a path says so (ablog.post.generate_archive_pages);
- its feeds have one id, relative links, one of several authors, dates of the local time zone (ablog.post.generate_atom_feeds).

Each of our parts goes when ABlog's is right and can be had by itself.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import ablog.post
from ablog.post import UpdateDirective
from docutils import nodes
from docutils.parsers.rst.directives import unchanged
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.extension import Extension
from sphinx.util.docutils import SphinxDirective

from _ext.blog.blog import blog_of
from _ext.posts.source.grammar import DIRECTIVES

UpdateNode = ablog.post.UpdateNode


class PostDirective(SphinxDirective):
    """ABlog's directive with the options of a post as our rules know them, which have read its values; it shows nothing."""

    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = dict.fromkeys(DIRECTIVES["post"].options, unchanged)

    def run(self) -> list[nodes.Node]:
        if not self.env.docname.startswith("posts/"):
            raise self.error("the {post} directive belongs to posts/<year>/<slug>/index.md")
        return []


def refer_to_list(app: Sphinx, env: BuildEnvironment, node: pending_xref, text: nodes.Element) -> nodes.Node | None:
    """Return the link for a {ref} to a list of posts, such as ``tag-python`` or ``blog-posts``; None for another name."""
    found = blog_of(app).references.get(node["reftarget"])
    if not found:
        return None
    docname, title = found
    shown = text if node.get("refexplicit") else nodes.emphasis("", title)
    url = app.builder.get_relative_uri(node["refdoc"], docname)
    return nodes.reference("", "", shown, internal=True, refuri=url, reftitle=title)


def set_up(app: Sphinx) -> None:
    """Set up what is used of ABlog, and let Sphinx take the extension ``ablog``, which conf.py names, for set up."""
    app.extensions["ablog"] = Extension("ablog", ablog, parallel_read_safe=True, parallel_write_safe=True)
    app.add_directive("post", PostDirective)
    app.add_directive("update", UpdateDirective)  # its node is an admonition, and written as one
    app.add_message_catalog("sphinx", str(Path(ablog.__file__).parent / "locales"))
    app.connect("missing-reference", refer_to_list)
