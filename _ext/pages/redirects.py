"""A page at each old path of a post, which leads to where the post is now.

Any host of static files serves it. It stands in place of ABlog's, which waits five seconds, escapes nothing, and writes
outside of the output where a path says so (ablog.post.generate_archive_pages, which _ext.blog.publishing disconnects).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from _ext.blog.permalinks import permalink
from _ext.posts import Post


def collect_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield a page for each old path of each published post."""
    posts: dict[str, Post] = app.config.published_posts
    for post in posts.values():
        context = {"moved": post, "moved_url": permalink(app, post.docname)}
        for path in post.redirects:
            yield path.rstrip("/"), context, "redirect.html"


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.blog.archives")
    app.connect("html-collect-pages", collect_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
