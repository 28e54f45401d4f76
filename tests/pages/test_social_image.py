"""The picture that stands for a page where it is shared."""

import shutil
from pathlib import Path

from testing.sites import ROOTS, Build, Site

URL = "https://under-load.readthedocs.io"


def with_image(folder: Path) -> None:
    """Give the first post a picture of its own."""
    post = folder / "posts/2024/first"
    shutil.copy(ROOTS / "test-feed/posts/2024/linked/dot.png", post)
    text = (post / "index.md").read_text()
    (post / "index.md").write_text(text.replace(":tags:", ":image: dot.png\n:image-alt: A dot.\n:tags:"))


def properties(site: Site, path: str) -> dict[str, str]:
    """Return what the page at *path* says of its picture."""
    found = site.page(path).cssselect("meta[property^='og:image']")
    return {meta.get("property"): meta.get("content") for meta in found}


def test_a_posts_card_stands_for_it(build: Build) -> None:
    assert properties(build("order"), "posts/2024/first") == {
        "og:image": f"{URL}/_cards/first.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "First",
    }


def test_a_posts_own_picture_stands_for_it(build: Build) -> None:
    site = build("order", edit=with_image)
    assert site.warnings == ""
    assert properties(site, "posts/2024/first") == {
        "og:image": f"{URL}/_images/first/dot.png",
        "og:image:width": "1",
        "og:image:height": "1",
        "og:image:alt": "A dot.",
    }
    original = ROOTS / "test-feed/posts/2024/linked/dot.png"
    assert (site.folder / "_images/first/dot.png").read_bytes() == original.read_bytes()


def test_the_blogs_card_stands_for_a_page_that_is_no_post(build: Build) -> None:
    site = build("order")
    assert {properties(site, path)["og:image"] for path in ("", "about", "blog", "blog/tag", "blog/tag/alpha")} == {
        f"{URL}/_cards/_blog.png"
    }
