"""What a page is about as linked data (JSON-LD, https://www.w3.org/TR/json-ld11/) in the words of https://schema.org.

The fields are those that Google asks for and recommends, see under https://developers.google.com/search/docs/appearance:
``structured-data/article`` (nothing required; author with name and URL, both dates with a time zone, headline, image),
``structured-data/breadcrumb`` (required: position, name and item, two entries or more) and ``site-names`` (name and URL
of a WebSite at home). No SearchAction: Google took the search box out of its results on 2024-11-21
(https://developers.google.com/search/blog/2024/10/sitelinks-search-box).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from _ext.feeds.feed import instant
from _ext.posts import Author, Post

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""Of every post's text, see LICENSE."""

Data = dict[str, Any]


@dataclass(frozen=True)
class Publication:
    """The blog as all its pages name it."""

    name: str
    url: str
    """Of home."""
    posts_url: str
    """Of the listing of all posts."""
    description: str
    language: str
    """An IETF language tag."""
    logo: str
    """The URL of a picture that is no SVG."""


def graph(*nodes: Data) -> Data:
    """Return a document that tells of all *nodes*."""
    return {"@context": "https://schema.org", "@graph": list(nodes)}


def website(blog: Publication) -> Data:
    """Return what home is."""
    return {
        "@type": "WebSite",
        "@id": f"{blog.url}#website",
        "name": blog.name,
        "url": blog.url,
        "description": blog.description,
        "inLanguage": blog.language,
        "publisher": publisher(blog),
    }


def publisher(blog: Publication) -> Data:
    """Return who answers for *blog*: those who keep it, under its name."""
    return {
        "@type": "Organization",
        "name": blog.name,
        "url": blog.url,
        "logo": {"@type": "ImageObject", "url": blog.logo},
    }


def signatory(author: Author, url: str, blog: Publication) -> Data:
    """Return who *author* is, with a page at *url*: a person, or those who keep *blog* where they sign in its name."""
    kind = "Organization" if author.name == blog.name else "Person"
    return {"@type": kind, "name": author.name, "url": url, "sameAs": author.url}


def posting(post: Post, url: str, image: str, author_urls: Iterable[str], blog: Publication) -> Data:
    """Return what the page at *url* of *post*, which has a date, is.

    *image* is the URL of the picture that stands for it, *author_urls* those of its authors' pages, in their order.
    """
    return {
        "@type": "BlogPosting",
        "@id": f"{url}#post",
        "mainEntityOfPage": url,
        "url": url,
        "headline": post.title,
        "description": post.description,
        "image": [image],
        "datePublished": instant(post.date).isoformat(),
        "dateModified": instant(post.updated).isoformat(),
        "author": [signatory(author, at, blog) for author, at in zip(post.authors, author_urls, strict=True)],
        "publisher": publisher(blog),
        "keywords": [tag.label for tag in post.tags],
        "inLanguage": blog.language,
        "license": LICENCE,
        "isPartOf": {"@type": "Blog", "@id": f"{blog.url}#blog", "name": blog.name, "url": blog.posts_url},
    }


def breadcrumbs(trail: Iterable[tuple[str, str]]) -> Data:
    """Return the way from home to a page: the name and URL of each page on it, that of the page itself last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": url}
            for position, (name, url) in enumerate(trail, 1)
        ],
    }
