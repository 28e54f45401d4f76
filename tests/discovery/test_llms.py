"""The list of posts for language models."""

from markdown_it import MarkdownIt

from _ext.discovery.llms import llms
from testing.posts import post
from testing.sites import Build


def test_it_lists_the_posts_newest_first_with_their_copies(build: Build) -> None:
    text = (build("order", html_baseurl="https://example.org/en").folder / "llms.txt").read_text(encoding="utf-8")
    assert text.startswith("# Under Load\n\n> Backend systems that hold up under load")
    lines = [line.partition(": ")[0] for line in text.split("## Posts\n\n")[1].splitlines()]
    assert lines == [
        "- [Third](https://example.org/en/posts/2025/third/index.md)",
        "- [Second](https://example.org/en/posts/2024/second/index.md)",
        "- [First](https://example.org/en/posts/2024/first/index.md)",
    ]


def test_each_copy_that_it_lists_is_there(build: Build) -> None:
    site = build("order", html_baseurl="https://example.org")
    tokens = MarkdownIt().parse((site.folder / "llms.txt").read_text(encoding="utf-8"))
    links = [child.attrs["href"] for token in tokens for child in token.children or [] if child.type == "link_open"]
    copies = [str(link).removeprefix("https://example.org/") for link in links if str(link).endswith(".md")]
    assert [site.exists(copy) for copy in copies] == [True] * 3


def test_a_title_is_text() -> None:
    title = "[a](b) `c` *d* <e> ] \\"
    text = llms("Blog", "On things", [(post(title=title), "https://example.org/p/")])
    (link,) = [token for token in MarkdownIt().parse(text.split("## Posts")[1]) if token.type == "inline"]
    opening, *inside, _, _ = link.children or []
    assert opening.type == "link_open"
    assert "".join(child.content for child in inside) == title


def test_what_is_not_published_is_not_in_it(build: Build) -> None:
    site = build("unpublished", preview=True)
    assert "Aardvark" not in (site.folder / "llms.txt").read_text()
    assert list((site.folder / "posts").rglob("*.md")) == []
