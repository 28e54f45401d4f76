"""What a reader can do with a post: cite it, mend it, or say that something in it is wrong."""

from urllib.parse import quote, urlencode

from sphinx.locale import _

from _ext.posts import Post

SPECIAL = str.maketrans(
    {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {sign: f"\\{sign}" for sign in "{}#$%&_"}
)
"""The characters that mean something to LaTeX, and how they are written as text."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def bibtex(post: Post, url: str, blog: str) -> str:
    """Return the entry of *post*, a dated one at *url*, in the *blog* of that name.

    It is of a type and with fields that BibTeX has known from the start (btxdoc, §3.1 and §3.2), so that any style makes
    a line of it; ``url`` is for those that know it. Braces around a name keep it as it is signed, since only its owner
    knows which part is the family's.
    """
    assert post.date
    fields = {
        "author": "{" + " and ".join(f"{{{author.name.translate(SPECIAL)}}}" for author in post.authors) + "}",
        "title": f"{{{{{post.title.translate(SPECIAL)}}}}}",
        "howpublished": f"{{{blog.translate(SPECIAL)}}}",
        "year": f"{{{post.date.year}}}",
        "month": MONTHS[post.date.month - 1],  # a macro, which each style writes in its language
        "url": f"{{{url}}}",
    }
    lines = "".join(f"  {name} = {value},\n" for name, value in fields.items())
    return f"@misc{{{post.slug}-{post.date.year},\n{lines}}}"


def edit_url(repository: str, post: Post) -> str:
    """Return the address at which the file of *post* is edited, in the *repository* on GitHub at that URL."""
    return f"{repository}/edit/main/{quote(post.path)}"


def report_url(repository: str, post: Post, url: str) -> str:
    """Return the address at which a mistake in *post*, which readers find at *url*, is reported.

    Source: https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/creating-an-issue, "Creating
    an issue from a URL query".
    """
    query = {"title": _("Mistake in “%(title)s”") % {"title": post.title}, "body": f"{url}\n\n"}
    return f"{repository}/issues/new?{urlencode(query, quote_via=quote)}"
