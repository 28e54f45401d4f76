"""The same request, many times at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import psycopg
from scalable_api.settings import Settings
from scalable_api_testing import api, client_of
from stage import OWNER, Scale, count, rows, service_of


def order_at_once(url: str, settings: Settings, keys: Iterable[str], threads: int, repeats: int) -> list[Any]:
    """Order a report with each of *keys*, *repeats* times in each of *threads* that begin together; return the answers."""
    barrier, keys = Barrier(threads), list(keys)

    def orders(_: int) -> list[httpx.Response]:
        answers = []
        with client_of(url, OWNER, settings) as client:
            for key in keys:
                barrier.wait()
                headers = {"Idempotency-Key": key}
                answers += [client.post("/reports", json={"city": None}, headers=headers) for _ in range(repeats)]
        return answers

    with ThreadPoolExecutor(threads) as pool:
        return [answer for answers in pool.map(orders, range(threads)) for answer in answers]


@contextmanager
def without_index(settings: Settings, name: str) -> Iterator[None]:
    """Drop an index, and make it again at the end, when no jobs are left."""
    ((definition,),) = rows(settings, "SELECT indexdef FROM pg_indexes WHERE indexname = %s", name)
    with psycopg.connect(settings.primary_url, autocommit=True) as connection:
        connection.execute(f"DROP INDEX {name}")
        try:
            yield
        finally:
            connection.execute("TRUNCATE jobs")
            connection.execute(definition)


def repeated(settings: Settings, home: Path, scale: Scale) -> dict[str, Any]:
    """Send the same orders at once, with the unique index over keys and without it."""

    def jobs(name: str) -> dict[str, int]:
        keys = [f"{name}-{number}" for number in range(scale.keys)]
        answers = order_at_once(url, settings, keys, scale.threads, scale.repeats)
        accepted = [answer for answer in answers if answer.status_code == 202]
        ids = {answer.json()["id"] for answer in accepted}
        return {"requests": len(answers), "accepted": len(accepted), "ids": len(ids), "jobs": count(settings, "jobs")}

    program, url = api(settings, home / "repeated-api")
    with service_of(settings), program:
        with_index = jobs("with")
        rows(settings, "DELETE FROM jobs RETURNING id")
        with without_index(settings, "jobs_once"):
            return {"keys": scale.keys, "with_index": with_index, "without_index": jobs("without")}
