"""What the measuring programs share: how much is measured, the mail server, the service's own parts."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from statistics import quantiles
from typing import Any

import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from local_services import HERE, free_ports
from pydantic import SecretStr
from scalable_api.broker import send
from scalable_api.database import make_engine
from scalable_api.fill import fill
from scalable_api.jobs import accept
from scalable_api.service import Service
from scalable_api.settings import Settings
from scalable_api_testing import environment

from services.postgres import Postgres
from services.redis import Redis

OWNER = 1
MAIL = {"user_id": 1, "subject": "Your report", "text": "It is ready."}
ORDERS: dict[str, dict[str, Any]] = {"report": {"city": None}, "notification": MAIL}
PATHS = {"report": "/reports", "notification": f"/users/{OWNER}/notifications"}


@dataclass(frozen=True)
class Scale:
    """How much is measured; times in seconds."""

    users: int = 200_000
    rounds: int = 3
    calls: int = 30  # of each way, in each round
    smtp: float = 0.2
    lease: float = 3
    kills: int = 5  # of each kind of job
    flushed: int = 200  # jobs
    without_relay: float = 7
    keys: int = 12
    threads: int = 8
    repeats: int = 5  # of each thread with each key
    produced: float = 6  # for so long
    rate: float = 30  # orders a second
    most_waiting: int = 20
    pressure_smtp: float = 0.15


@dataclass
class Mailbox:
    """An SMTP server that takes its time before it says that it has a mail."""

    seconds: float
    received: list[str] = field(default_factory=list)
    """The Message-ID of each mail, in the order of their coming."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.received.append(message_from_bytes(bytes(envelope.content or b""))["Message-ID"])
        await asyncio.sleep(self.seconds)
        return "250 OK"


@contextmanager
def mail_server(settings: Settings, seconds: float) -> Iterator[Mailbox]:
    box = Mailbox(seconds)
    controller = Controller(box, hostname=settings.smtp_host, port=settings.smtp_port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def settings_for(primary: Postgres, cache: Redis, queue: Redis, home: Path) -> Settings:
    """Return settings for these servers, with the tables made; nobody reaches the limit of requests."""
    (port,) = free_ports(1)
    settings = Settings(
        primary_url=primary.url,
        cache_url=cache.url,
        queue_url=queue.url,
        smtp_port=port,
        reports=home / "reports",
        secret=SecretStr("a secret of the measuring program"),
        rate_per_second=10_000,
        rate_burst=10_000,
        most_waiting=100_000,
    )
    migrate = [sys.executable, "-m", "alembic", "upgrade", "head"]
    subprocess.run(migrate, cwd=HERE, env=os.environ | environment(settings), check=True, stderr=subprocess.DEVNULL)
    return settings


def add_users(settings: Settings, users: int) -> None:
    engine = make_engine(settings.primary_url, pool_size=1, statement_seconds=None)
    fill(engine, users)
    engine.dispose()


@contextmanager
def service_of(settings: Settings) -> Iterator[Service]:
    """What an API process works with, and neither jobs nor messages of before."""
    rows(settings, "DELETE FROM jobs RETURNING id")
    service = Service.of(settings)
    service.queue.flushall()
    try:
        yield service
    finally:
        service.close()


def rows(settings: Settings, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(settings.primary_url, autocommit=True) as connection:
        return connection.execute(statement, values).fetchall()


def count(settings: Settings, what: str, *values: object) -> int:
    """Return the number of rows in *what*, a table and its conditions."""
    return int(rows(settings, f"SELECT count(*) FROM {what}", *values)[0][0])


def percentile(seconds: list[float], share: int) -> float:
    return quantiles(seconds, n=100, method="inclusive")[share - 1] if len(seconds) > 1 else seconds[0]


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


def accept_job(service: Service, kind: str, arguments: dict[str, Any]) -> uuid.UUID:
    """Accept a job as the API does: one INSERT, and after its commit a message."""
    with service.primary.session() as session:
        job, _ = accept(session, kind, arguments, OWNER, None, service.settings.most_waiting)
    send(service.broker, job.id, job.attempts)
    job_id: uuid.UUID = job.id
    return job_id
