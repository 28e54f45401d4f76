"""Where a reader can mend a post, or say that something in it is wrong: pages of the blog's repository on GitHub."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from sphinx.locale import _

from _ext.posts import Post


def edit_url(repository: str, post: Post) -> str:
    """Return the address at which the file of *post* is edited, in the *repository* at that URL."""
    return f"{repository}/edit/main/{quote(post.path)}"


def report_url(repository: str, post: Post, url: str) -> str:
    """Return the address at which a mistake in *post*, which readers find at *url*, is reported.

    Source: https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/creating-an-issue, "Creating
    an issue from a URL query".
    """
    query = {"title": _("Mistake in “%(title)s”") % {"title": post.title}, "body": f"{url}\n\n"}
    return f"{repository}/issues/new?{urlencode(query, quote_via=quote)}"
