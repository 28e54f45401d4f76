"""Which characters a text may have, and which of them a reader sees."""

import re
import unicodedata

# Besides the control characters (categories Cc and Zl, Zp): those that turn the direction of writing around
# (https://trojansource.codes/), a byte order mark within, and what is no character.
REFUSED = re.compile(
    r"[^\t\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufff8\ufffc\ufffd"
    r"\U00010000-\U0010ffff]"
    r"|[" + "".join(chr(plane * 0x10000 + end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF)) + "]"
    # The signs of which the flags of England, Scotland and Wales are made are seen nowhere else.
    r"|(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0000-\U000e007f]"
)
BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs that show nothing."""


def visible(text: str) -> int:
    """Return how many characters of *text* a reader sees."""
    return sum(unicodedata.category(character) != "Cf" and character not in BLANK for character in text.strip())
