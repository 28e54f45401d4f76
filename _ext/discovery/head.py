"""What the ``<head>`` of a page tells machines: what it is, how to show a link to it, its feeds, and to keep out.

The protocols: https://ogp.me with https://ogp.me/ns/article for posts, which X reads too but for the kind of its card
(https://developer.x.com/en/docs/x-for-websites/cards); https://schema.org by `_ext.discovery.structured_data`.
"""

from collections.abc import Iterable
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _

from _ext.blog.archives import Archive, Overview, series_docname
from _ext.blog.blog import blog_of
from _ext.blog.pagination import Page
from _ext.blog.permalinks import permalink
from _ext.discovery.structured_data import Data, breadcrumbs, posting, website
from _ext.feeds.feed import feed_path, feed_title, instant, json_path
from _ext.pages.social_image import SocialImage, social_image
from _ext.posts import Post

Properties = list[tuple[str, str]]
"""The properties of the page and their values, all plain text."""


def shown_image(image: SocialImage) -> Properties:
    """Return the properties of the picture that stands for a page."""
    size = [("og:image:width", str(image.width)), ("og:image:height", str(image.height))]
    return [("og:image", image.url), *size, *([("og:image:alt", image.alt)] if image.alt else [])]


def article(post: Post, author_urls: Iterable[str]) -> Properties:
    """Return the properties that a post has besides those of any page; a draft has no dates."""
    days = [("article:published_time", post.date), ("article:modified_time", post.updated)]
    times = [(name, instant(day).isoformat()) for name, day in days if day]
    return [
        *times,
        *(("article:author", url) for url in author_urls),
        *(("article:tag", tag.label) for tag in post.tags),
    ]


DOCUTILS_VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
"""What docutils writes for each document; Furo's frame has it already, and two are one too many (WHATWG HTML 4.2.5.1)."""


def describe_page(app: Sphinx, pagename: str, context: dict[str, Any], doctree: object) -> None:
    """Set what the templates of the head need: ``pageurl``, ``description``, ``feeds``, ``metatags`` and so on.

    ``open_graph`` and ``structured_data`` are empty on a page that nobody shares: the search, and one that is not there.
    """
    # Furo joins base URL and path without a slash between them (furo._fix_canonical_url), hence after it.
    context["pageurl"] = permalink(app, pagename)
    post: Post | None = context.get("post")
    archive: Archive | Overview | None = context.get("archive") or context.get("overview")
    subject = post or archive
    context["metatags"] = (context.get("metatags") or "").replace(DOCUTILS_VIEWPORT, "")
    context["noindex"] = app.config.preview  # on every page: its lists name what is not published yet
    context["feeds"] = [
        (feed_title(app, archive), kind, path(archive.docname))
        for archive in _announced(app, archive.docname if archive else pagename, post)
        for kind, path in [("application/atom+xml", feed_path), ("application/feed+json", json_path)]
    ]
    context["open_graph"], context["structured_data"] = [], None
    title: str
    description: str | None
    if subject:
        title, description = _of_page(subject, context.get("page"))
        context["page_title"], context["description"] = title, description
    elif isinstance(doctree, nodes.document):
        title, description = app.env.titles[pagename].astext(), _own_description(doctree)
    else:
        return
    blog, url, image = app.config.project, context["pageurl"], social_image(app, post)
    context["open_graph"] = [
        *(("og:type", "article" if post else "website"), ("og:site_name", blog), ("og:url", url), ("og:title", title)),
        *([("og:description", description)] if description else []),
        *shown_image(image),
    ]
    facts: list[Data] = []
    if post:
        author_urls = [permalink(app, docname) for _, docname in context["author_pages"]]
        context["open_graph"] += article(post, author_urls)
        facts += [posting(app, post, url, image.url, author_urls)] if post.date else []
    if pagename == app.config.root_doc:
        facts.append(website(app))
    else:
        # The second page of an archive is on the same way as the first.
        path, on_the_way = (archive.docname, archive.title) if archive else (pagename, title)
        home = blog, permalink(app, app.config.root_doc)
        facts.append(breadcrumbs([home, *_above(app, path, post), (on_the_way, permalink(app, path))]))
    context["structured_data"] = {"@context": "https://schema.org", "@graph": facts}


def _of_page(subject: Post | Archive | Overview, page: Page | None) -> tuple[str, str]:
    """Return the title and the description of *subject*, or of a later *page* of it, which has its own."""
    if page is None or page.number == 1:
        return subject.title, subject.description
    which = {"number": page.number, "count": page.count}
    in_title, as_sentence = _("page %(number)s of %(count)s") % which, _("Page %(number)s of %(count)s") % which
    return f"{subject.title} ({in_title})", f"{subject.description} {as_sentence}."


def _own_description(doctree: nodes.document) -> str | None:
    """Return the description that a page gives itself in its front matter (``html_meta``)."""
    return next((meta["content"] for meta in doctree.findall(nodes.meta) if meta.get("name") == "description"), None)


def _above(app: Sphinx, path: str, post: Post | None) -> list[tuple[str, str]]:
    """Return the title and URL of the lists above *path*, a docname; above a post is that of all posts."""
    archives = blog_of(app).archives
    pages: list[Archive | Overview] = [archives.everything, *archives.overviews]
    return [
        (page.title, permalink(app, page.docname))
        for page in pages
        if path.startswith(f"{page.docname}/") or (post and page == archives.everything)
    ]


def _announced(app: Sphinx, docname: str, post: Post | None) -> list[Archive]:
    """Return the lists whose feeds a page announces: its own or its series' first, then that of the blog."""
    with_feed = blog_of(app).archives.with_feed
    own = series_docname(post.series) if post and post.series else docname
    return [with_feed[name] for name in dict.fromkeys([own, *list(with_feed)[:1]]) if name in with_feed]
