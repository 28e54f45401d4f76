"""The list of the posts for language models, ``llms.txt`` (https://llmstxt.org): each with its copy in Markdown."""

from collections.abc import Iterable

from sphinx.application import Sphinx

from _ext.base.output import Task, site_of
from _ext.blog.blog import blog_of
from _ext.blog.permalinks import permalink
from _ext.discovery.markdown_copy import copy_url, escaped
from _ext.discovery.structured_data import LICENCE
from _ext.posts import Post

FILE = "llms.txt"
NOTE = f"""\
Each post is linked as Markdown; its page for people is at the same address without index.md.
Texts are licensed under [CC BY 4.0]({LICENCE}), code under the MIT licence.
"""


def llms(name: str, summary: str, posts: Iterable[tuple[Post, str]]) -> str:
    """Return the list of *posts*, each with the URL of its page, in their order, of the blog *name*."""
    lines = (f"- [{escaped(post.title)}]({copy_url(url)}): {escaped(post.description)}\n" for post, url in posts)
    return f"# {escaped(name)}\n\n> {escaped(summary)}\n\n{NOTE}\n## Posts\n\n{''.join(lines)}"


def write_llms(app: Sphinx) -> None:
    """Write the list of what is published, newest first, into the built site."""
    blog, site = blog_of(app), site_of(app.builder)

    def write() -> None:
        posts = ((post, permalink(app, post.docname)) for post in blog.archives.everything.posts)
        site.write_file(FILE, llms(app.config.project, app.config.feed_subtitle, posts).encode())

    site.make(Task(FILE, blog.lists_key, write))
