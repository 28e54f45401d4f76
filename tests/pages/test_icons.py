"""The icons that are drawn from the blog's sign."""

from PIL import Image

from _ext.pages.icons import drawn, read_mark
from testing.sites import ROOT, Build


def test_the_icons_are_small_and_of_the_sizes_that_are_asked_for(build: Build) -> None:
    folder = build().folder
    for file, size in {"favicon.ico": 32, "apple-touch-icon.png": 180}.items():
        assert Image.open(folder / file).size == (size, size)
        assert (folder / file).stat().st_size < 5_000
    # What is transparent is black on a home screen.
    assert Image.open(folder / "apple-touch-icon.png").convert("RGB").getpixel((0, 0)) == (30, 64, 175)


def test_an_icon_has_round_corners_and_a_white_line() -> None:
    picture = drawn(read_mark(ROOT / "_static/favicon.svg"), 64)
    assert picture.getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert picture.getpixel((26, 21)) == (255, 255, 255, 255)


def test_a_page_names_its_icons(build: Build) -> None:
    links = build("order").page("about").cssselect("link[rel~=icon], link[rel=apple-touch-icon]")
    icons = ["../_static/favicon.svg", "../favicon.ico", "../apple-touch-icon.png"]
    assert [link.get("href") for link in links] == icons
