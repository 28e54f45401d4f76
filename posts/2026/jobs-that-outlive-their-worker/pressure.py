"""A producer that is faster than the worker."""

from __future__ import annotations

import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Any

from scalable_api.settings import Settings
from scalable_api_testing import api, client_of, relay, wait_until, worker
from stage import OWNER, PATHS, Scale, count, mail_server, milliseconds, percentile, rows, service_of

from services.server import folder


@dataclass(frozen=True)
class Answer:
    at: float  # since the beginning
    status: int
    seconds: float


def produce(url: str, settings: Settings, seconds: float, rate: float, threads: int = 4) -> list[Answer]:
    """Order mails at an even *rate*, whatever the answers are, for *seconds*."""
    began = time.perf_counter()

    def orders(first: int) -> list[Answer]:
        answers = []
        with client_of(url, OWNER, settings) as client:
            for number in range(first, int(seconds * rate), threads):
                time.sleep(max(0.0, began + number / rate - time.perf_counter()))
                sent = time.perf_counter()
                status = client.post(PATHS["notification"], json={"subject": "S", "text": "T"}).status_code
                answers.append(Answer(sent - began, status, time.perf_counter() - sent))
        return answers

    with ThreadPoolExecutor(threads) as pool:
        return [answer for answers in pool.map(orders, range(threads)) for answer in answers]


def watch(settings: Settings, seconds: float) -> list[int]:
    """Return how many jobs wait, at the end of each second."""
    began, waiting = time.perf_counter(), []
    for second in range(1, int(seconds) + 1):
        time.sleep(max(0.0, began + second - time.perf_counter()))
        waiting.append(count(settings, "jobs WHERE state = 'waiting'"))
    return waiting


def pressed(settings: Settings, scale: Scale, most_waiting: int) -> dict[str, Any]:
    """Order mails faster than a worker can send them, with *most_waiting* jobs allowed; return what came of it."""
    ours = settings.model_copy(update={"most_waiting": most_waiting})
    with folder("pressure-") as home, service_of(ours), mail_server(ours, scale.pressure_smtp) as mailbox:
        program, url = api(ours, home / "api")
        with program, worker(ours, home / "worker"), relay(ours, home / "relay"), ThreadPoolExecutor(1) as pool:
            with client_of(url, OWNER, ours) as client:
                client.get(f"/users/{OWNER}").raise_for_status()  # so that connections are open
            watching = pool.submit(watch, ours, scale.produced)
            answers = produce(url, ours, scale.produced, scale.rate)
            waiting, accepted = watching.result(), sum(answer.status == 202 for answer in answers)
            wait_until(lambda: count(ours, "jobs WHERE state = 'done'") >= accepted, 60)
        waits = rows(ours, "SELECT extract(epoch FROM finished_at - created_at)::float FROM jobs WHERE state = 'done'")
    return {
        "answers": answers,
        "waiting": waiting,
        "waits": [wait for (wait,) in waits],
        "mails": len(set(mailbox.received)),
    }


def told(name: str, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the totals of *runs* with the same bound."""
    answers = [answer for run in runs for answer in run["answers"]]
    accepted = [answer.seconds for answer in answers if answer.status == 202]
    refused = [answer.seconds for answer in answers if answer.status == 503]
    waits = [wait for run in runs for wait in run["waits"]]
    return {
        "bound": name,
        "requests": len(answers),
        "accepted": len(accepted),
        "refused": len(refused),
        "other": len(answers) - len(accepted) - len(refused),
        "done": len(waits),
        "lost": len(accepted) - len(waits),
        "mails": sum(run["mails"] for run in runs),
        "most_waiting": max(max(run["waiting"]) for run in runs),
        "accepted_p50": milliseconds(percentile(accepted, 50)),
        "accepted_p99": milliseconds(percentile(accepted, 99)),
        "refused_p50": milliseconds(percentile(refused, 50)) if refused else 0,
        "wait_p50": round(percentile(waits, 50), 1),
        "wait_p99": round(percentile(waits, 99), 1),
    }


def by_second(bounded: list[dict[str, Any]], unbounded: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return, for each second, how many waited and how long an answer took: medians of the runs of each kind."""

    def answered(runs: list[dict[str, Any]], second: int) -> float:
        of_second = [a.seconds for run in runs for a in run["answers"] if second - 1 <= a.at < second]
        return milliseconds(median(of_second))

    return [
        {
            "second": second,
            "bounded": median(run["waiting"][second - 1] for run in bounded),
            "unbounded": median(run["waiting"][second - 1] for run in unbounded),
            "bounded_ms": answered(bounded, second),
            "unbounded_ms": answered(unbounded, second),
        }
        for second in range(1, len(bounded[0]["waiting"]) + 1)
    ]


def pressure(settings: Settings, scale: Scale) -> dict[str, Any]:
    """Compare a small bound of waiting jobs with one that is never reached, in alternating rounds."""
    bounds = {"small": scale.most_waiting, "none": settings.most_waiting}
    runs = defaultdict[str, list[dict[str, Any]]](list)
    for _ in range(scale.rounds):
        for name, most_waiting in bounds.items():
            runs[name].append(pressed(settings, scale, most_waiting))
    small, none = (told(name, runs[name]) for name in bounds)
    longer = round(none["wait_p99"] / small["wait_p99"], 1)
    return {"small": small, "none": none, "longer": longer, "seconds": by_second(runs["small"], runs["none"])}
