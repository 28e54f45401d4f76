"""The recorded traffic of one user: the times of requests, the same in each run, and how closely they lie."""

from collections.abc import Sequence
from random import Random

WINDOW = 2_000_000  # microseconds
# A whole number of windows after the epoch, so that windows of the clock begin where these do.
BEGIN = 850_000_000 * WINDOW


def steady(random: Random, windows: int) -> list[int]:
    """8 requests per second, each up to 40 ms early or late."""
    return [number * 125_000 + random.randint(-40_000, 40_000) + 50_000 for number in range(windows * 16)]


def bursty(random: Random, windows: int) -> list[int]:
    """5 to 40 requests within 100 ms, then on average 3 s of silence."""
    times, at = [], 0.0
    while (at := at + random.expovariate(1 / 3_000_000)) < windows * WINDOW:
        times += [int(at) + random.randint(0, 100_000) for _ in range(random.randint(5, 40))]
    return times


def edges(random: Random, windows: int) -> list[int]:
    """At each third edge, 25 requests in the 20 ms before it and 25 in the 20 ms after."""
    return [
        edge * WINDOW + side * random.randint(1, 20_000)
        for edge in range(1, windows, 3)
        for side in (-1, 1)
        for _ in range(25)
    ]


def floods(random: Random, windows: int) -> list[int]:
    """At each fourth edge, 25 requests in the 20 ms before it, then 50 per second for one window."""
    times = []
    for edge in range(1, windows, 4):
        times += [edge * WINDOW - random.randint(1, 20_000) for _ in range(25)]
        times += [edge * WINDOW + number * 20_000 for number in range(100)]
    return times


TRAFFIC = {"steady": steady, "bursty": bursty, "at the edges": edges, "edge, then flood": floods}


def record(name: str, windows: int) -> list[int]:
    """Return the times of the traffic of that name, in order."""
    return sorted(BEGIN + time for time in TRAFFIC[name](Random(name), windows))


def most_within(times: Sequence[int], width: int) -> int:
    """Return how many of *times*, in order, lie in the worst interval of *width*, wherever it begins; its end is not in it."""
    most = first = 0
    for last, time in enumerate(times):
        while times[first] <= time - width:
            first += 1
        most = max(most, last - first + 1)
    return most
