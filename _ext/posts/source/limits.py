"""How much a post may have of everything: what is more costs the build, a reader or a reviewer too much.

The limits of a text, of code and of amounts are measured: ``python -m bench.hostile`` builds the worst that they let through.
"""

# A text, looked at before it is parsed: for each of these there are texts that take the parser minutes.
TEXT = 200_000  # bytes
LINES = 10_000
SIGNS = {"<": 8_000, "[": 10_000, "|": 20_000, "*": 15_000, "_": 15_000}
LINE = 20_000  # characters
WORD = 1_000  # characters

NESTING = 20
"""The levels that markdown-it-py's "commonmark" preset and so MyST reads; what is deeper it leaves out silently."""
NESTED_LINES = 5_000
"""The lines of all directives' bodies together, those of one inside another counted for both: each is parsed again."""
AMOUNTS = {
    "headings": (200, ("heading_open",)),
    "links": (500, ("link_open",)),
    "pictures": (100, ("image",)),
    "footnotes and references to them": (200, ("footnote_ref", "footnote_reference_open")),
    "roles": (500, ("myst_role",)),
    "labels": (200, ("myst_target",)),
    "directives and code blocks": (400, ("fence", "code_block")),
    "cells in tables": (2_000, ("th_open", "td_open")),
    "lists, items and quotations": (
        1_500,
        ("bullet_list_open", "ordered_list_open", "list_item_open", "blockquote_open"),
    ),
    "paragraphs": (2_500, ("paragraph_open",)),
    "breaks and comments": (1_000, ("hardbreak", "hr", "myst_block_break", "myst_line_comment")),
    "emphases and words in code": (4_000, ("em_open", "strong_open", "code_inline")),
}
"""How many a post may have of each, and what the parser calls them."""

# Code, in the post and in the files it shows.
CODE_BLOCK = 20_000  # characters
SLOW_CODE_BLOCK = 10_000  # characters
CODE_LINES = 600
CODE_LINE = 500  # characters
BLANK_LINES = 10  # in a row
CODE = 200_000  # characters of all blocks together
SLOW_CODE = 40_000  # characters

# What a post says of itself.
TITLE = 200  # characters
DESCRIPTION = range(50, 160 + 1)  # characters
TAGS = range(1, 6 + 1)
OPTION = 1_000  # characters of the value
ROLE = 200  # characters; {kbd} makes an element of each sign in it
VOCABULARY_FILE = 200_000  # bytes
VOCABULARY_FIELD = 200  # characters

# The files beside it.
FILE = 500_000  # bytes
PARSED = 80_000  # characters of a file that is looked into: what is larger would take long
PIXELS = 20_000_000  # those of 5,120 by 2,880 and more; decoded, 80 MB
SIDE = 10_000  # pixels of a picture
DRAWN = 50_000  # elements of an SVG, those that are used again counted again

# What is drawn for it.
FORMULA = 1_000  # characters
DIAGRAM = 5_000  # characters
DIAGRAMS = 20
CHARTS = 20
CHART_LABEL = 40  # characters
ROWS = 100
NUMBER = 10**15
"""The largest number of a chart; beyond it, a float does not hold each whole number."""
