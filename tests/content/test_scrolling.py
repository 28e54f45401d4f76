"""What is wide can be scrolled with the keyboard."""

from testing.sites import Build


def test_the_keyboard_can_scroll_a_code_block(build: Build) -> None:
    (block,) = build("feed").page("posts/2024/linked").cssselect(".post-text div.highlight pre")
    assert block.get("tabindex") == "0"


def test_the_keyboard_can_scroll_a_table(build: Build) -> None:
    (wrapper,) = build("feed").page("posts/2024/linked").cssselect(".table-wrapper")
    assert wrapper.get("tabindex") == "0"
    assert wrapper.cssselect("table")
