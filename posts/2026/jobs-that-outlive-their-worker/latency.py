"""To do a job inline, or to accept it."""

from __future__ import annotations

import logging
import os
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
from scalable_api.jobs import Attempt, accept, take
from scalable_api.service import Service
from scalable_api.settings import Settings
from scalable_api_testing import api, client_of, environment
from stage import ORDERS, OWNER, PATHS, Scale, accept_job, mail_server, milliseconds, percentile, service_of


def taken(service: Service, kind: str) -> Attempt:
    """Return a job as a worker has it in hands that begins."""
    with service.primary.session() as session:
        job, _ = accept(session, kind, ORDERS[kind], OWNER, None, service.settings.most_waiting)
        attempt = take(session, job.id, job.attempts, service.settings.lease_seconds)
    assert attempt
    return attempt


def worker_functions(settings: Settings) -> dict[str, Callable[[Attempt], None]]:
    """Return what a worker calls for each kind of job; their module reads the environment when it is imported."""
    os.environ.update({name: value for name, value in environment(settings).items() if name.startswith("API_")})
    work: dict[str, Callable[[Attempt], None]] = import_module("scalable_api.tasks").WORK
    logging.getLogger().setLevel(
        logging.WARNING
    )  # this process is the client's as well, whose calls are not to be logged
    return work


def seconds_of(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def order(client: httpx.Client, kind: str) -> None:
    body = {name: value for name, value in ORDERS[kind].items() if name != "user_id"}
    client.post(PATHS[kind], json=body).raise_for_status()


def latency(settings: Settings, home: Path, scale: Scale) -> list[dict[str, Any]]:
    """Compare, by kind of job: the work itself, its acceptance, and its acceptance over HTTP. No worker runs."""
    work, taking = worker_functions(settings), defaultdict[tuple[str, str], list[float]](list)
    program, url = api(settings, home / "latency-api")
    client = client_of(url, OWNER, settings)
    with service_of(settings) as service, mail_server(settings, scale.smtp), program, client:
        for kind in ORDERS:
            order(client, kind)  # so that connections are open
        for _ in range(scale.rounds):
            for kind, arguments in ORDERS.items():
                attempts = [taken(service, kind) for _ in range(scale.calls)]
                taking[kind, "inline"] += [seconds_of(partial(work[kind], attempt)) for attempt in attempts]
                accepting, ordering = partial(accept_job, service, kind, arguments), partial(order, client, kind)
                taking[kind, "accepted"] += [seconds_of(accepting) for _ in attempts]
                taking[kind, "http"] += [seconds_of(ordering) for _ in attempts]
    return [compared(kind, *(taking[kind, way] for way in ("inline", "accepted", "http"))) for kind in ORDERS]


def compared(kind: str, inline: list[float], accepted: list[float], http: list[float]) -> dict[str, Any]:
    row: dict[str, Any] = {"kind": kind, "calls": len(inline)}
    for share in (50, 99):
        at = {"inline": inline, "accepted": accepted, "http": http}
        times = {way: percentile(seconds, share) for way, seconds in at.items()}
        row |= {f"{way}_p{share}": milliseconds(seconds) for way, seconds in times.items()}
        row[f"ratio_p{share}"] = round(times["inline"] / times["accepted"], 1)
        row[f"http_ratio_p{share}"] = round(times["inline"] / times["http"], 1)
    return row
