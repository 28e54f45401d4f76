"""Decides which posts Sphinx may see.

Sphinx reads a post only if it is published and without fault; every other file below ``posts/`` is, to it, not there.
In a preview it reads those that are not published as well, and they have a page and a line in each listing.
A fault becomes a warning with the words and the place that ``python -m _ext.commands.check`` prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import ablog.post
from ablog.blog import Blog, Collection
from docutils import nodes
from docutils.parsers.rst.directives import unchanged
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from _ext.base.clock import today
from _ext.blog.aging import next_aging
from _ext.posts import Post, Vocabulary, read_posts
from _ext.posts.source.grammar import DIRECTIVES

LABELS_WITHOUT_PAGE = [
    f"blog-{name}" for name in ("archives", "categories", "drafts", "feed", "languages", "locations")
]
"""References that ABlog resolves to pages that this blog does not have."""

logger = logging.getLogger(__name__)


class PostDirective(ablog.post.PostDirective):  # type: ignore[misc]  # ABlog has no types
    """ABlog's directive with the options of a post as our rules know them, which have checked their values."""

    has_content = False
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        name: unchanged if name == "image" else ablog.post.PostDirective.option_spec.get(name, unchanged)
        for name in DIRECTIVES["post"].options
    }

    def run(self) -> list[nodes.Node]:
        env = self.state.document.settings.env
        if not post_at(env.config, env.docname):
            raise self.error("the {post} directive belongs to posts/<year>/<slug>/index.md")
        return []


class PostsByName(dict[str, Post]):
    """Posts by docname, which need not be spelled out: Sphinx does that to its configuration each time it tells of an event."""

    def __repr__(self) -> str:
        return f"<{len(self)} posts>"


def next_publication(posts: Iterable[Post], today: date) -> date | None:
    """Return the first day after *today* (UTC) on which one of *posts* goes live, or None."""
    return min((post.date for post in posts if post.date and not post.is_published(today)), default=None)


def draft_then_latest(post: Post) -> tuple[int, str]:
    """Sort posts that are not published: drafts first, then from the latest date to the nearest."""
    return -(post.date or date.max).toordinal(), post.path


def choose_posts(app: Sphinx, config: Config) -> None:
    """Read all posts, warn of each fault, and open to Sphinx the files of those that it may see."""
    day = today()
    site = config.content or read_posts(Path(app.srcdir), day)
    for fault in () if config.content else site.faults:  # of what was read before, it was told
        logger.warning("%s [%s]", fault.message, fault.code, location=fault.location)
    config.published_posts = PostsByName({post.docname: post for post in site.posts if post.is_published(day)})
    unpublished = [post for post in site.posts if config.preview and not post.is_published(day)]
    config.unpublished_posts = PostsByName({post.docname: post for post in sorted(unpublished, key=draft_then_latest)})
    config.day_of_build = day
    changes = [next_publication(site.posts, day), next_aging(config.published_posts.values(), day)]
    config.next_change = min(filter(None, changes), default=None)
    config.blog_vocabulary = site.vocabulary
    chosen = [*config.published_posts.values(), *config.unpublished_posts.values()]
    config.include_patterns = [*config.include_patterns, *(post.path for post in chosen)]


def open_blog(app: Sphinx) -> None:
    """Give ABlog the tags, authors and years at our addresses, for the references to them such as ``tag-python``.

    It gets no posts: to know them it has to read them all in each build, and it keeps a copy of each one's text
    (ablog.post.process_posts). Which posts there are, in which order, stands in ``posts/`` and is known before.
    """
    # ABlog keeps its state in the class, so a second build in one process would inherit the first one's.
    # Goes when ablog.blog.Blog keeps it in the application.
    Blog._dict.clear()
    blog = Blog(app)
    # ABlog derives an archive's address from its name, which gives C++ and C# the same one (ablog.blog.slugify).
    vocabulary: Vocabulary = app.config.blog_vocabulary
    for tag in vocabulary.tags.values():
        blog.tags[tag.label] = Collection(blog.tags, tag.label, path=f"{blog.tags.path}/{tag.slug}")
    for key, author in vocabulary.authors.items():
        path = f"{blog.author.path}/{key}"
        blog.author[key] = Collection(blog.author, key, name=author.name, href=author.url, path=path)
    for year in {post.date.year for post in app.config.published_posts.values()}:
        blog.archive[year] = Collection(blog.archive, year)
    for label in LABELS_WITHOUT_PAGE:
        blog.references.pop(label, None)


def attach_post(app: Sphinx, doctree: nodes.document) -> None:
    """Let other documents refer to the post just read by its slug, as ABlog does."""
    env = app.env
    if post := post_at(app.config, env.docname):
        standard = env.domains.standard_domain
        standard.anonlabels[post.slug] = env.docname, post.slug
        standard.labels[post.slug] = env.docname, post.slug, post.title


def disconnect_ablog(app: Sphinx) -> None:
    """Keep ABlog from collecting the posts as they are read, and from writing pages and feeds of them."""
    for event in ("doctree-read", "env-purge-doc", "html-collect-pages"):
        for listener in list(app.events.listeners[event]):
            if listener.handler.__module__ == ablog.post.__name__:
                app.disconnect(listener.id)


def post_at(config: Config, docname: str) -> Post | None:
    """Return the post, published or not, that Sphinx knows as *docname*, or None."""
    post: Post | None = config.published_posts.get(docname) or config.unpublished_posts.get(docname)
    return post


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("ablog")
    app.add_config_value("preview", False, "env", bool)
    # These are filled from posts/ once the configuration is read; they stand there so that all extensions reach them.
    app.add_config_value("content", None, "")  # what was read of posts/, where that was done before
    app.add_config_value("published_posts", PostsByName(), "")
    app.add_config_value("unpublished_posts", PostsByName(), "")  # by docname, drafts first; empty but in a preview
    app.add_config_value("next_change", None, "")
    app.add_config_value("day_of_build", None, "")
    app.add_config_value("blog_vocabulary", Vocabulary(), "")
    app.add_directive("post", PostDirective, override=True)
    app.connect("config-inited", choose_posts)
    app.connect("builder-inited", open_blog)
    app.connect("doctree-read", attach_post)
    disconnect_ablog(app)
    app.extensions["ablog"].parallel_read_safe = True  # without what is disconnected it is (sunpy/ablog#297)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
