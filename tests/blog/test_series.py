"""Series: the place of a post in one, and their lists."""

from collections.abc import Callable
from pathlib import Path

from _ext.blog.series import part_of
from _ext.posts import Series
from testing.posts import post
from testing.sites import Site, texts, write_post

Build = Callable[..., Site]
WHOLE = Series("whole", "The whole", "")


def three_parts(folder: Path) -> None:
    (folder / "posts/series.toml").write_text('[whole]\ntitle = "The <i>whole</i>"\ndescription = "Its parts."\n')
    for number in (1, 2, 3):
        write_post(folder, f"part-{number}", f"2024-01-0{number}", options=":series: whole\n")


def test_a_post_says_which_part_it_is(build: Build) -> None:
    page = build(edit=three_parts).page("posts/2024/part-2")
    assert texts(page, ".series h2") == ["Part 2 of 3: The <i>whole</i>"]
    assert texts(page, ".series li") == ["Part 1", "Part 2", "Part 3"]
    assert texts(page, ".series [aria-current]") == ["Part 2"]
    assert [link.get("href") for link in page.cssselect(".series li a")] == ["../part-1/", "../part-3/"]


def test_a_series_has_a_page_and_a_place_in_the_overview(build: Build) -> None:
    site = build(edit=three_parts)
    assert texts(site.page("blog/series/whole"), ".posts h2") == ["Part 3", "Part 2", "Part 1"]
    assert texts(site.page("blog/series"), ".overview .count") == ["3 posts"]
    assert "Series" in texts(site.page("about"), ".sidebar-tree a")


def test_a_blog_without_series_has_no_page_of_them(build: Build) -> None:
    site = build("order")
    assert not site.exists("blog/series")
    assert "Series" not in texts(site.page("about"), ".sidebar-tree a")


def test_of_a_long_series_the_parts_nearby_are_listed() -> None:
    parts = [post(path=f"posts/2024/part-{number}/index.md", series=WHOLE) for number in range(1, 101)]
    for at, first, last in ((1, 1, 5), (50, 46, 54), (100, 96, 100)):
        part = part_of(parts[at - 1], parts)
        assert part and (part.number, part.count) == (at, 100)
        assert [number for number, _ in part.shown] == list(range(first, last + 1))


def test_what_is_not_published_is_no_part() -> None:
    assert part_of(post(series=WHOLE), []) is None
