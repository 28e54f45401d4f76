"""What keeps a dead server from taking the living threads along: nobody waits for it for long, and not all at once."""

import time
from contextvars import ContextVar

deadline: ContextVar[float] = ContextVar("deadline", default=float("inf"))
"""When the answer to this request must be there, by `time.monotonic`. What is not committed by then is not committed."""


class Unavailable(Exception):
    """Something that is needed is away or has no room. Its text may be shown to the client, with 503."""

    def __init__(self, what: str, retry_seconds: int = 1) -> None:
        super().__init__(what)
        self.retry_seconds = retry_seconds


class Fuse:
    """Blown by a failure, it lets nobody through for `seconds`, and then one at a time until somebody succeeds.

    Without it, each request to a server that does not answer holds a thread until its time-out, and with some
    dozens of threads a process then serves a few requests per second, of whatever kind.
    """

    def __init__(self, seconds: float = 1.0) -> None:
        self.seconds, self._blown_until = seconds, 0.0

    def lets_through(self) -> bool:
        """Return whether the caller may try; then it must say how it went, by `blow` or `mend`."""
        now = time.monotonic()
        if now < self._blown_until:
            return False
        if self._blown_until:
            self._blown_until = now + self.seconds  # this caller finds out, the others wait for it
        return True

    def blow(self) -> None:
        self._blown_until = time.monotonic() + self.seconds

    def mend(self) -> None:
        self._blown_until = 0.0
