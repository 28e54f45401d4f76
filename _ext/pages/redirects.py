"""A page at each old path of a post, which leads to where the post is now.

Any host of static files serves it. It stands in place of ABlog's, which waits five seconds, escapes nothing, and writes
outside of the output where a path says so (see _ext.blog.ablog_adapter).
"""

from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx

from _ext.blog.blog import blog_of
from _ext.blog.permalinks import permalink


def redirect_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield docname, context and template of a page for each old path of each published post."""
    for post in blog_of(app).published.values():
        context = {"moved": post, "moved_url": permalink(app, post.docname)}
        for path in post.redirects:
            yield path.rstrip("/"), context, "redirect.html"
