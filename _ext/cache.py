"""A folder of files that were made before: each under the hash of all it depends on, and with one of what it holds.

What cannot be read or is not what was written counts as not there, and what cannot be written is made again next time.
The folder can go at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from _ext.whole_files import write_whole


def kept(folder: Path, depends_on: bytes, make: Callable[[], bytes]) -> bytes:
    """Return what *make* returns, or what it once returned for the same *depends_on*."""
    path = folder / sha256(depends_on).hexdigest()
    with suppress(OSError):
        entry = path.read_bytes()
        digest, content = entry[:32], entry[32:]
        if sha256(content).digest() == digest:
            return content
    content = make()
    with suppress(OSError):
        write_whole(path, sha256(content).digest() + content)
    return content
