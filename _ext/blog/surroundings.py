"""What stands around a post in the blog: its neighbours in time, its place in its series, what to read next."""

from dataclasses import dataclass
from datetime import date

from _ext.blog.aging import has_aged
from _ext.blog.archives import Archives, series_docname, tag_docname
from _ext.blog.related import related
from _ext.blog.series import Part, part_of
from _ext.posts import Post


@dataclass(frozen=True)
class Surroundings:
    """What the page of a post shows that its own source does not say."""

    unpublished: bool
    aged: bool
    """Whether readers are told of its age."""
    part: Part | None
    """Its place in its series."""
    related: tuple[Post, ...]
    has_series_feed: bool
    """Whether its series has a feed, which its page announces."""
    before: Post | None
    after: Post | None
    """The posts published before and after it. What is not published has no place in time yet, and the page of a
    published post is the same in a preview."""


def surroundings(post: Post, archives: Archives, today: date) -> Surroundings:
    """Return what stands around *post*, which *archives* list, on the day *today* (UTC)."""
    by_docname = archives.by_docname
    whole = by_docname.get(series_docname(post.series)) if post.series else None
    by_tag = {tag.slug: by_docname[tag_docname(tag)].posts for tag in post.tags}
    return Surroundings(
        not post.is_published(today),
        has_aged(post, today),
        part_of(post, whole.posts[::-1]) if whole else None,
        related(post, by_tag, len(archives.everything.posts)),
        bool(whole and whole.posts),
        *archives.neighbours(post),
    )
