"""Files that can go at any time: each begins with a hash of what it holds.

What cannot be read or is not what was kept counts as not there, and what cannot be written is made again next time.
"""

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from _ext.base.atomic_write import write_whole


def keep(path: Path, content: bytes) -> None:
    """Keep *content* in the file at *path*, where that can be written."""
    with suppress(OSError):
        write_whole(path, sha256(content).digest() + content)


def recall(path: Path) -> bytes | None:
    """Return what was kept in the file at *path*; None where there is none, or it is not what was kept there."""
    try:
        entry = path.read_bytes()
    except OSError:
        return None
    digest, content = entry[:32], entry[32:]
    return content if sha256(content).digest() == digest else None


def kept(folder: Path, depends_on: bytes, make: Callable[[], bytes]) -> bytes:
    """Return what *make* returns, or what it once returned for the same *depends_on*, which *folder* keeps."""
    path = folder / sha256(depends_on).hexdigest()
    content = recall(path)
    if content is None:
        content = make()
        keep(path, content)
    return content
