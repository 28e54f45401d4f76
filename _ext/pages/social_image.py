"""The picture that stands for a page where it is shared: a post's own, else its card, and the blog's card for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagesize
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from _ext.base.output import write_output
from _ext.blog.permalinks import absolute_url
from _ext.blog.publishing import post_at
from _ext.content.pictures import picture_path
from _ext.pages.cards import SIZE, card_path
from _ext.posts import Post


@dataclass(frozen=True)
class SocialImage:
    """A picture as others show it beside a link."""

    url: str
    """Absolute."""
    width: int
    height: int
    """In pixels."""
    alt: str


def social_image(app: Sphinx, post: Post | None) -> SocialImage:
    """Return the picture that stands for *post*, or for a page that is none."""
    if post and post.image:
        width, height = imagesize.get(Path(app.srcdir, post.image))
        return SocialImage(absolute_url(app.config.html_baseurl, image_path(post)), width, height, post.image_alt)
    alt = post.title if post else app.config.project
    return SocialImage(absolute_url(app.config.html_baseurl, card_path(post)), *SIZE, alt)


def image_path(post: Post) -> str:
    """Return where the picture of *post*, which has one, stands in the site."""
    assert post.image
    return f"_images/{picture_path(post.image)}"


def copy_image(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Copy the picture of a post into the site with the post's page."""
    post = post_at(app.config, pagename)
    if post and post.image:
        write_output(app, image_path(post), Path(app.srcdir, post.image).read_bytes())


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("_ext.pages.cards")
    app.connect("html-page-context", copy_image)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
