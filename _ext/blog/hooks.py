"""What the room does for Sphinx: makes the blog of the run, and closes the gates."""

import sys
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from _ext.base.clock import today
from _ext.base.output import Task, makes_pages, site_of
from _ext.blog import ablog_adapter, next_change
from _ext.blog.address_record import lost_addresses
from _ext.blog.blog import blog_of, blog_on
from _ext.blog.gates import Run
from _ext.posts import read_posts

CHECKS = {"dummy", "linkcheck"}
"""The builders that show nothing of a text."""


def make_blog(app: Sphinx, config: Config) -> None:
    """Read all posts, tell each fault, and open to Sphinx the files of those that it may see; all others are not there."""
    run, root = Run.of(app), Path(app.srcdir)
    day = run.day or today()
    posts = run.posts or read_posts(root, day)
    if posts is not run.posts:
        run.tell(posts.faults)
    blog = blog_on(root, day, posts, preview=config.preview)
    vars(app)["blog"] = blog
    config.include_patterns = [*config.include_patterns, *(post.path for post in blog.posts)]


def require_dirhtml(app: Sphinx) -> None:
    """Refuse a builder whose pages would stand at other addresses, or could not show what a post may hold."""
    if not makes_pages(app.builder) and app.builder.name not in CHECKS:
        # No SphinxError: of each Sphinx shows the traceback (sphinx._cli.util.errors.handle_exception).
        sys.exit(f"builder must be dirhtml, which gives the pages their addresses: {app.builder.name!r}")


def name_post(app: Sphinx, doctree: nodes.document) -> None:
    """Let other documents refer to the post just read by its slug."""
    env = app.env
    if post := blog_of(app).post(env.docname):
        standard = env.domains.standard_domain
        standard.anonlabels[post.slug] = env.docname, post.slug
        standard.labels[post.slug] = env.docname, post.slug, post.title


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write when the site next changes."""
    if not exception and makes_pages(app.builder):
        text = next_change.written(blog_of(app).next_change)
        site_of(app.builder).make(
            Task(next_change.FILE, text, lambda: site_of(app.builder).write_file(next_change.FILE, text.encode()))
        )


def close_gates(app: Sphinx, exception: Exception | None) -> None:
    """Tell of what was published and is no longer there, once all is written."""
    if not exception and makes_pages(app.builder):
        Run.of(app).tell(lost_addresses(Path(app.srcdir), site_of(app.builder).files()))


def setup(app: Sphinx) -> None:
    app.add_config_value("preview", False, "env", bool)
    ablog_adapter.set_up(app)
    app.connect("config-inited", make_blog)
    app.connect("builder-inited", require_dirhtml)
    app.connect("doctree-read", name_post)
    app.connect("build-finished", finish)
    app.connect("build-finished", close_gates, priority=900)  # after all that write
