"""Code blocks."""

from __future__ import annotations

from collections.abc import Callable

from tests.sites import Site


def test_the_keyboard_can_scroll_a_code_block(build: Callable[..., Site]) -> None:
    (block,) = build("feed").page("posts/2024/linked").cssselect("div.highlight pre")
    assert block.get("tabindex") == "0"
