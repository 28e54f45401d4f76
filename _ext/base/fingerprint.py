"""Tells whether what something is made of is still the same, by a short text that stands for it."""

from hashlib import sha256
from typing import Union

Plain = Union[str, int, None, tuple["Plain", ...]]  # noqa: UP007  # which a recursive one needs


def fingerprint(*inputs: Plain) -> str:
    """Return 32 hexadecimal digits that are the same for the same *inputs* and for no others."""
    return sha256(repr(inputs).encode(errors="surrogatepass")).hexdigest()[:32]
