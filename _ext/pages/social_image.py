"""The picture that stands for a page where it is shared: a post's own, else its card, and the blog's card for the rest."""

from dataclasses import dataclass
from pathlib import Path

import imagesize
from sphinx.application import Sphinx

from _ext.base.output import site_of
from _ext.blog.blog import blog_of
from _ext.blog.permalinks import absolute_url
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


def copy_image(app: Sphinx, pagename: str) -> None:
    """Copy the picture of a post into the site with the post's page."""
    post = blog_of(app).post(pagename)
    if post and post.image:
        site_of(app.builder).write_file(image_path(post), Path(app.srcdir, post.image).read_bytes())
