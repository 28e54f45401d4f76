"""How the process does, for those who run it."""

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from redis import RedisError
from sqlalchemy import func, select, text

from scalable_api.database import Database, Job
from scalable_api.fuse import Unavailable
from scalable_api.service import ServiceOf

router = APIRouter()
POOL = Gauge("database_connections_in_use", "Connections of this process's pools that are lent out", ["server"])
WAITING = Gauge("jobs_waiting", "Jobs that no worker has taken yet")
OLDEST = Gauge("jobs_oldest_seconds", "Age of the oldest job that no worker has taken yet")


@router.get("/health")
async def health() -> dict[str, str]:
    """200 as long as the process runs, whatever else does not: to start it anew would mend nothing."""
    return {"status": "alive"}


@router.get("/ready", responses={503: {"description": "Something is missing that every request needs"}})
def ready(service: ServiceOf) -> JSONResponse:
    """Whether to send requests here, and what is missing. Without the replica, reads go to the primary."""
    servers: dict[str, Callable[[], Any]] = {
        "primary": lambda: _ask(service.primary),
        "replica": lambda: _ask(service.replica),
        "cache": service.users.redis.ping,
        "queue": service.queue.ping,
    }
    missing = [name for name, ask in servers.items() if not _answers(ask)]
    status = "not ready" if {*missing} - {"replica"} else "degraded" if missing else "ready"
    return JSONResponse({"status": status, "missing": missing}, 503 if status == "not ready" else 200)


def _ask(database: Database) -> None:
    with database.session() as session:
        session.execute(text("SELECT 1"))


def _answers(ask: Callable[[], Any]) -> bool:
    try:
        ask()
    except (Unavailable, RedisError):
        return False
    return True


@router.get("/metrics", response_class=Response)
def metrics(service: ServiceOf) -> Response:
    """For Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/."""
    for database in {service.primary, service.replica}:
        POOL.labels(database.name).set(database.engine.pool.checkedout())  # type: ignore[attr-defined]  # a QueuePool
    age = func.extract("epoch", func.now() - func.min(Job.created_at))
    count: float | None = math.nan
    oldest: float | None = math.nan
    with suppress(Unavailable), service.primary.session() as session:
        waiting = select(func.count(), age).where(Job.state == "waiting", Job.finished_at.is_(None))
        count, oldest = session.execute(waiting).one()
    WAITING.set(count or 0)
    OLDEST.set(oldest or 0)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
