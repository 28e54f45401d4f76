"""Clients that send one request after the other, and what they see of the service."""

import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from scalable_api.fuse import Unavailable

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Seen:
    """What the clients got: answers per second, milliseconds that one took, and requests that were turned away."""

    per_second: float
    p50: float
    p99: float
    longest: float
    refused: float


def ask(request: Callable[[], object], clients: int, seconds: float, pause: float | None = None) -> Seen:
    """Let `clients` threads send requests for `seconds`, each with a `pause` after an answer or at once."""
    end: list[float] = []
    start = threading.Barrier(clients, action=lambda: end.append(time.perf_counter() + seconds))
    done: list[tuple[float, float]] = []
    refused: list[Unavailable] = []

    def client(_: int) -> None:
        start.wait()
        while (began := time.perf_counter()) < end[0]:
            try:
                request()
            except Unavailable as error:
                refused.append(error)
            else:
                now = time.perf_counter()
                done.append((now, now - began))
            if pause:
                time.sleep(pause)

    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(client, range(clients)))
    rate = sum(now <= end[0] for now, _ in done) / seconds
    took = sorted(duration * 1000 for _, duration in done)
    return Seen(rate, took[len(took) // 2], took[len(took) * 99 // 100], took[-1], len(refused))


def in_turns(ways: Mapping[Key, Callable[[], Seen]], rounds: int) -> dict[Key, Seen]:
    """Try each of `ways` in each round, so that what else the machine does strikes all alike; return what is in the middle."""
    seen = [{key: way() for key, way in ways.items()} for _ in range(rounds)]
    return {key: middle([one[key] for one in seen]) for key in ways}


def middle(rounds: Sequence[Seen]) -> Seen:
    """Return the medians of several rounds, but of the longest and the refused the most."""
    medians = (median(getattr(seen, name) for seen in rounds) for name in ("per_second", "p50", "p99"))
    return Seen(*medians, max(seen.longest for seen in rounds), max(seen.refused for seen in rounds))
