"""How long a post takes to read."""

from __future__ import annotations

from math import ceil

WORDS_A_MINUTE = 225
"""A little below the 238 of adults who read English non-fiction silently (https://doi.org/10.1016/j.jml.2019.104047)."""
WORDS_A_CODE_LINE = 5
"""What a line of code counts for, so 45 lines a minute: our own rule, since code in a post is followed, not reviewed."""


def minutes(words: int, code_lines: int) -> int:
    """Return the reading time of so many *words* of prose and *code_lines* that are not blank, in whole minutes."""
    return max(1, ceil((words + WORDS_A_CODE_LINE * code_lines) / WORDS_A_MINUTE))
