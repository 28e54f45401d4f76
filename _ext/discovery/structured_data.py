"""What a page is about as linked data (JSON-LD, https://www.w3.org/TR/json-ld11/) in the words of https://schema.org.

The fields are those that Google asks for and recommends, see under https://developers.google.com/search/docs/appearance:
``structured-data/article`` (nothing required; author with name and URL, both dates with a time zone, headline, image),
``structured-data/breadcrumb`` (required: position, name and item, two entries or more) and ``site-names`` (name and URL
of a WebSite at home). No SearchAction: Google took the search box out of its results on 2024-11-21
(https://developers.google.com/search/blog/2024/10/sitelinks-search-box).
"""

from collections.abc import Iterable
from typing import Any

from sphinx.application import Sphinx

from _ext.blog.archives import BLOG
from _ext.blog.permalinks import absolute_url, permalink
from _ext.feeds.feed import instant
from _ext.pages.icons import TOUCH_ICON
from _ext.posts import Author, Post

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""Of every post's text, see LICENSE."""

Data = dict[str, Any]


def website(app: Sphinx) -> Data:
    """Return what home is."""
    blog = named(app)
    about = {"description": app.config.feed_subtitle, "inLanguage": app.config.language, "publisher": publisher(app)}
    return {"@type": "WebSite", "@id": f"{blog['url']}#website", **blog, **about}


def named(app: Sphinx) -> Data:
    """Return the name of the blog, and the URL of home."""
    return {"name": app.config.project, "url": permalink(app, app.config.root_doc)}


def publisher(app: Sphinx) -> Data:
    """Return who answers for the blog: those who keep it, under its name."""
    logo = {"@type": "ImageObject", "url": absolute_url(app.config.html_baseurl, TOUCH_ICON)}
    return {"@type": "Organization", **named(app), "logo": logo}


def signatory(app: Sphinx, author: Author, url: str) -> Data:
    """Return who *author* is, with a page at *url*: a person, or those who keep the blog where they sign in its name."""
    kind = "Organization" if author.name == app.config.project else "Person"
    return {"@type": kind, "name": author.name, "url": url, "sameAs": author.url}


def posting(app: Sphinx, post: Post, url: str, image: str, author_urls: Iterable[str]) -> Data:
    """Return what the page at *url* of *post*, which has a date, is.

    *image* is the URL of the picture that stands for it, *author_urls* those of its authors' pages, in their order.
    """
    blog = named(app)
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
        "author": [signatory(app, author, at) for author, at in zip(post.authors, author_urls, strict=True)],
        "publisher": publisher(app),
        "keywords": [tag.label for tag in post.tags],
        "inLanguage": app.config.language,
        "license": LICENCE,
        "isPartOf": {"@type": "Blog", "@id": f"{blog['url']}#blog", **blog, "url": permalink(app, BLOG)},
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
