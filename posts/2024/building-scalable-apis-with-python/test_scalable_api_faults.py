"""Each part of the service is killed, paused, emptied or filled under load, and no client loses anything by it."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator, Mapping

import pytest
from faults import BURST, FAULTS, PROBES, RECOVERY_SECONDS, broken_service, over_the_limit, run
from load import Answer
from local_services import LocalServices

from services.server import STOP_SECONDS

LONG = "UNDER_LOAD_LONG"
"""The variable by which `make test-long` asks for what takes minutes."""
pytestmark = pytest.mark.skipif(LONG not in os.environ, reason="a part of make test-long")

LOOKS = itertools.cycle(PROBES)
BREAKS_CONNECTIONS = {"kill an API process"}
MUST_BE_FELT = {
    "kill the primary",
    "kill the primary and empty the cache while the replica is behind",
    "kill the queue",
    "pause the primary",
    "pause the cache",
    "pause the queue",
    "fill the queue",
}


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[LocalServices, Mapping[int, str]]]:
    with broken_service() as service:
        yield service


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost_by(fault: str, service: tuple[LocalServices, Mapping[int, str]]) -> None:
    outcome = run(*service, fault, LOOKS)
    assert outcome.jobs
    assert (outcome.jobs_lost, outcome.jobs_doubled, outcome.jobs_dead) == (0, 0, 0)
    assert outcome.writes
    assert (outcome.writes_lost, outcome.reads_stale) == (0, 0)
    assert outcome.refused, "no client came to its limit"
    # By the clock that jumps an hour, a bucket has had the time to fill once more.
    assert outcome.over_the_limit <= (BURST if fault == "set the clock an hour on and back" else 0)
    assert outcome.superfluous == 0
    assert (outcome.late, outcome.no_problem, outcome.relapses, outcome.threads_ended) == (0, 0, 0, 0)
    assert not outcome.broken or fault in BREAKS_CONNECTIONS
    assert outcome.errors.keys() <= {503}
    assert outcome.errors or fault not in MUST_BE_FELT
    assert outcome.recovery < RECOVERY_SECONDS


def test_all_end_in_order_after_all_this(service: tuple[LocalServices, Mapping[int, str]]) -> None:
    services, _ = service
    for server in (*services.apis, *services.workers, services.relay):
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < STOP_SECONDS, f"{server.title} had to be killed"


def answer(start: float, end: float, status: int = 200, user: int = 1) -> Answer:
    return Answer(user, "GET /users/1", start, start, end, status)


def test_the_limit_is_counted_over_every_window() -> None:
    burst = [answer(0, 0.01)] * 20
    assert over_the_limit([answer(-9, -8.9), *burst]) == 0
    assert over_the_limit([*burst, answer(0.5, 0.6)]) == 0  # six tokens have come since
    assert over_the_limit([*burst, answer(0.005, 0.01, 429), answer(0, 0.01, user=2)]) == 0
    assert over_the_limit([answer(-9, -8.9), *burst, answer(0.005, 0.01)]) == 1
    assert over_the_limit([answer(0, 0.01)] * 24) == 4
