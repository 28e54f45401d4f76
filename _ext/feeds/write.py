"""Writes each feed beside its archive, and the list of all feeds: a page for people, and OPML for feed readers."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from sphinx.application import Sphinx
from sphinx.locale import _

from _ext.base.fingerprint import fingerprint
from _ext.base.output import Task, site_of
from _ext.blog.archives import Archive
from _ext.blog.blog import Blog, blog_of
from _ext.blog.permalinks import absolute_url, permalink
from _ext.feeds.atom import atom
from _ext.feeds.feed import NEWEST, Entry, entry_id, entry_text, feed_of, feed_path, json_path
from _ext.feeds.json_feed import json_feed
from _ext.feeds.opml import opml
from _ext.pages.built_page import read_page
from _ext.pages.links import Links, targets
from _ext.pages.social_image import social_image
from _ext.posts import Post

PAGE = "blog/feeds"
OPML = "blog/feeds.opml"
AT_ONCE = 20
"""The feeds that one process writes: they share entries."""


def collect_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page that lists the feeds, where there are any."""
    archives = blog_of(app).archives
    kinds = [_("The blog"), _("Tags"), _("Authors"), _("Series")]
    lists = [(archives.everything,), archives.tags, archives.authors, archives.series]
    kept = [[archive for archive in of if archive.docname in archives.with_feed] for of in lists]
    context = {
        "title": _("Feeds to subscribe to"),
        "description": _(
            "Give the address of a feed to a feed reader, and new posts come to you, whole and without an account."
        ),
        "feed_groups": [group for group in zip(kinds, kept, strict=True) if group[1]],
        "feed_path": feed_path,
        "json_path": json_path,
        "opml_path": OPML,
    }
    if archives.with_feed:
        yield PAGE, context, "feeds.html"


def in_feeds(blog: Blog) -> set[str]:
    """Return the docname of each post of the *blog* that a feed has."""
    return {post.docname for archive in blog.archives.with_feed.values() for post in archive.posts[:NEWEST]}


def feed_inputs(app: Sphinx, archive: Archive) -> str:
    """Return the fingerprint of what the feed of *archive* is made of: the pages of its posts."""
    key_of, posts = site_of(app.builder).page_key, archive.posts[:NEWEST]
    entries = ((post.docname, str(post.updated), key_of(post.docname)) for post in posts)
    return fingerprint(archive.title, archive.description, *entries)


def write_feeds(app: Sphinx) -> None:
    """Write every feed and the list of them, once all pages are written."""
    blog, site = blog_of(app), site_of(app.builder)
    base, texts = absolute_url(app.config.html_baseurl, ""), site.told("text")

    def entry_of(post: Post) -> Entry:
        url, path = permalink(app, post.docname), app.builder.get_target_uri(post.docname)
        if path not in texts:  # a page of the last build
            texts[path] = entry_text(read_page(site.read_page(post.docname), path, base))
        image = social_image(app, post).url if post.image else None
        return Entry(entry_id(app.config.feed_authority, post), post, url, texts[path], image)

    def write(archive: Archive) -> None:
        feed, path = feed_of(app, archive, entry_of), feed_path(archive.docname)
        site.write_file(path, atom(feed))
        site.write_file(json_path(archive.docname), json_feed(feed))
        leads_to = [feed.url, feed.json_url, feed.page_url, feed.style_url, *(entry.url for entry in feed.entries)]
        site.tell(path, links=Links(frozenset(), targets(leads_to, absolute_url(base, path), base)))

    lists = blog.archives.with_feed.values()
    tasks = [Task(feed_path(each.docname), feed_inputs(app, each), partial(write, each)) for each in lists]
    if tasks:
        tasks.append(Task(OPML, blog.lists_key, lambda: site.write_file(OPML, opml(app))))
    site.make(*tasks, at_once=AT_ONCE)
