"""What a page is made of is plain data, and what is not known to be is refused."""

import pytest

from _ext.build.page_inputs import shown


def test_an_object_that_is_not_known_is_refused() -> None:
    with pytest.raises(TypeError, match="what a page shows must be plain data or a list of posts: <object"):
        shown({"title": "Title", "other": object()}, lambda post: 1)


def test_the_order_of_what_is_shown_counts() -> None:
    assert shown([1, 2], lambda post: 1) != shown([2, 1], lambda post: 1)
