"""Which posts a reader of one may want to read next: those that share its rarest tags."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from math import log

from _ext.posts import Post

MOST = 3
WINDOW = 100
"""The newest posts of each tag that are looked at, so that a page costs the same however many posts there are. A tag
with more is common: it says little about a post, and among equals the newest posts win anyway."""


def related(post: Post, by_tag: Mapping[str, Sequence[Post]], count: int) -> tuple[Post, ...]:
    """Return at most MOST posts that share a tag with *post*, the nearest first.

    *by_tag* gives the posts of each tag by its slug, newest first; *count* is the number of all posts. A shared tag
    counts for its rarity, the logarithm of how many posts there are for one that has it (Sparck Jones, "A statistical
    interpretation of term specificity", https://doi.org/10.1108/eb026526); among equals the newer post comes first.
    """
    scores: dict[str, float] = defaultdict(float)  # by path: to hash a post is to hash all that it declares
    posts: dict[str, Post] = {}
    for tag in post.tags:
        sharing = by_tag.get(tag.slug, ())
        for other in sharing[:WINDOW]:
            if other.path != post.path:
                posts[other.path] = other
                scores[other.path] += log((1 + count) / len(sharing))
    # Sums of floats differ in their last digits with the order of the tags, which means nothing.
    ranked = sorted(
        posts.values(),
        key=lambda other: (-round(scores[other.path], 9), -(other.date or date.min).toordinal(), other.path),
    )
    return tuple(ranked[:MOST])
