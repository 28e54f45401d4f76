"""The pages that list posts: all posts, each tag, author, series and year, and the overviews of those.

They stand in place of ABlog's, which copy an excerpt of every post into every list, escape nothing, and repeat element ids
(ABlog's templates ``ablog/catalog.html`` and ``ablog/collection.html``).
"""

from collections.abc import Iterator
from typing import Any

from markupsafe import escape

from _ext.blog.archives import Archives
from _ext.blog.pagination import pages


def archive_pages(archives: Archives) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield docname, context and template of every page that lists posts but home, which is a document."""
    for archive in archives.lists:
        for page in pages(archive.docname, archive.entries):
            yield page.docname, {"archive": archive, "page": page, "title": escape(archive.title)}, "archive.html"
    for overview in archives.overviews:
        yield overview.docname, {"overview": overview, "title": escape(overview.title)}, "overview.html"
