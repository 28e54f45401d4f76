"""How long a post takes to read."""

import pytest

from _ext.blog.reading_time import minutes


@pytest.mark.parametrize(
    ("words", "code_lines", "time"),
    [
        (0, 0, 1),
        (225, 0, 1),
        (226, 0, 2),
        (450, 0, 2),
        (0, 45, 1),
        (0, 46, 2),
        (225, 45, 2),
    ],
)
def test_reading_time_in_whole_minutes(words: int, code_lines: int, time: int) -> None:
    assert minutes(words, code_lines) == time
