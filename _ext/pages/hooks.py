"""What the room does for Sphinx: the pages that are no documents, and what each page is given and brings along."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from babel.dates import format_date
from docutils import nodes
from sphinx.application import Sphinx

from _ext.base.output import MakeAnew, Task, makes_pages, site_of
from _ext.blog.blog import blog_of
from _ext.blog.gates import Run
from _ext.blog.permalinks import absolute_url
from _ext.pages import assets, cards, icons, post_page, social_image
from _ext.pages.archive_pages import archive_pages
from _ext.pages.built_page import PAGE_BUILT, BuiltPage, read_page
from _ext.pages.content_security_policy import add_policy, refuse_files
from _ext.pages.links import broken_links, links_of, to_look_at
from _ext.pages.redirects import redirect_pages

PAGE = "index.html"


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Prepare a document for its template."""
    if blog_of(app).post(docname):
        post_page.leave_title_to_template(doctree)


def collect_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the pages that list posts, and those at old addresses."""
    yield from archive_pages(blog_of(app).archives)
    yield from redirect_pages(app)


def leave_out_contents(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Give Furo no table of contents of the site, for which it asks on each page (furo#939): a blog is ordered by time."""
    context["toctree"] = lambda **options: ""


class PageContext:
    """Gives each page what its template shows of the blog, and writes what it brings along."""

    def __init__(self) -> None:
        self.policies: dict[tuple[str, ...], str] = {}
        self.bundles: dict[tuple[Any, ...], tuple[list[Any], str]] = {}

    def __call__(self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
        blog = blog_of(app)
        context["archives"], context["newest"] = blog.archives, blog.newest
        context["format_date"] = partial(format_date, format="long", locale=app.config.language)
        context["reading_time"] = blog.reading_time
        if pagename == app.config.root_doc:
            context["home"] = blog.home
        post_page.add_frame(app, pagename, context, doctree)
        cards.write_card(app, pagename)
        social_image.copy_image(app, pagename)
        add_policy(app, templatename, context, self.policies)
        assets.load_bundles(app, context, self.bundles)


def look_at_pages(app: Sphinx, exception: Exception | None) -> None:
    """Tell of each page as built, where the builder, such as Sphinx's own, has not as it wrote it."""
    site = site_of(app.builder)
    if not exception and isinstance(site, MakeAnew):
        for path in site.files():
            if path == PAGE or path.endswith(f"/{PAGE}"):
                page = read_page((site.folder / path).read_bytes(), path.removesuffix(PAGE), app.config.html_baseurl)
                app.emit(PAGE_BUILT, page)


def read_links(app: Sphinx, page: BuiltPage) -> None:
    """Keep where a page links to."""
    site_of(app.builder).tell(page.path, links=links_of(page, absolute_url(app.config.html_baseurl, "")))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write the icons."""
    if not exception and makes_pages(app.builder):
        site_of(app.builder).make(Task(".icons", "", lambda: icons.write_icons(app)))


def close_gate(app: Sphinx, exception: Exception | None) -> None:
    """Tell of each link within the site that leads nowhere, once all is written."""
    if not exception and makes_pages(app.builder):
        site, env = site_of(app.builder), app.env
        links = site.told("links")
        sources = {app.builder.get_target_uri(name): f"{name}.md" for name in env.found_docs}
        linking = to_look_at(links, site.told_before("links"))
        Run.of(app).tell(broken_links(linking, links, site.files(), sources))


def setup(app: Sphinx) -> None:
    app.add_config_value("repository_url", "", "html", str)
    # Sources of scripts that are not of the site: what a server adds to its pages, see _ext.commands.serve.
    app.add_config_value("content_security_policy_scripts", [], "html", list)
    app.connect("doctree-read", refuse_files, priority=600)  # after Sphinx has found the files
    app.connect("doctree-resolved", resolve)
    app.connect("html-collect-pages", collect_pages)
    app.connect("html-page-context", leave_out_contents)  # before Furo asks for it
    app.connect("html-page-context", PageContext(), priority=900)  # after Furo, and all that add to a page's files
    app.add_event(PAGE_BUILT)
    app.connect(PAGE_BUILT, read_links)
    app.connect("build-finished", look_at_pages, priority=100)  # before all that work with what is told of pages
    app.connect("build-finished", finish)
    app.connect("build-finished", close_gate, priority=900)  # after all that write
