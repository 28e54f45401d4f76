"""How a post is cited: a BibTeX entry."""

from __future__ import annotations

import re

from _ext.posts import Post

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "#$%&_"},
}
"""The characters that mean something to LaTeX, and how they are written as text."""


def bibtex(post: Post, url: str, blog: str) -> str:
    """Return the entry of *post*, a dated one at *url*, in the *blog* of that name.

    The type ``online``, its fields and a date in ISO 8601 are those of BibLaTeX (the package's manual, §2.1.1). Braces
    around a name keep it as it is signed, since only its owner knows which part is the family's.
    """
    assert post.date
    fields = {
        "author": " and ".join(f"{{{_text(author.name)}}}" for author in post.authors),
        "title": f"{{{_text(post.title)}}}",
        "organization": _text(blog),
        "date": post.date.isoformat(),
        "url": url,
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@online{{{post.slug}-{post.date.year},\n{lines}}}"


def _text(text: str) -> str:
    return re.sub("|".join(map(re.escape, SPECIAL)), lambda found: SPECIAL[found[0]], text)
