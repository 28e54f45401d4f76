"""Workers that are killed in the middle of a job, and a Redis that is emptied."""

from __future__ import annotations

import time
import uuid
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from local_services import Program
from scalable_api.service import Service
from scalable_api.settings import Settings
from scalable_api_testing import relay, wait_until, worker
from stage import MAIL, Mailbox, Scale, accept_job, count, mail_server, rows, service_of


def kill_in_import(service: Service, program: Program) -> uuid.UUID:
    """Kill a worker when it has copied its rows and is about to add them; return the job's id."""
    csv = f"email,name,city\n{uuid.uuid4()}@example.org,Imported,City 1\n"
    with psycopg.connect(service.settings.primary_url) as other:
        other.execute("LOCK TABLE users IN SHARE MODE")  # nobody can add a user
        job = accept_job(service, "import", {"csv": csv})
        wait_until(lambda: count(service.settings, "pg_stat_activity WHERE wait_event = 'relation'"))
        program.kill()
    return job


def kill_in_mail(service: Service, program: Program, mailbox: Mailbox) -> uuid.UUID:
    """Kill a worker when the mail server has its mail and has not yet said so; return the job's id."""
    before = len(mailbox.received)
    job = accept_job(service, "notification", MAIL)
    wait_until(lambda: len(mailbox.received) > before)
    program.kill()
    return job


def taken_over(settings: Settings, job: uuid.UUID) -> float:
    """Wait until another worker has begun the job, and until it is done; return how long the former took."""
    began = time.monotonic()
    wait_until(lambda: count(settings, "jobs WHERE id = %s AND attempts >= 2", job), 60)
    seconds = time.monotonic() - began
    wait_until(lambda: count(settings, "jobs WHERE id = %s AND state = 'done'", job), 60)
    return seconds


def killed(settings: Settings, home: Path, scale: Scale) -> list[dict[str, Any]]:
    """Kill a worker in the middle of each job, with another worker and the relay there to take it over."""
    short = settings.model_copy(update={"lease_seconds": scale.lease})
    victim, heir = (worker(short, home / name) for name in ("victim", "heir"))
    results = []
    with service_of(short) as service, mail_server(short, scale.lease / 4) as mailbox:
        kinds = {"import": kill_in_import, "notification": partial(kill_in_mail, mailbox=mailbox)}
        with relay(short, home / "kill-relay"), heir, victim:
            for kind, kill in kinds.items():
                users, seconds = count(short, "users"), []
                for _ in range(scale.kills):
                    heir.pause()
                    job = kill(service, victim)
                    heir.resume()
                    seconds.append(taken_over(short, job))
                    victim.start()
                effects = {"import": count(short, "users") - users, "notification": len(mailbox.received)}[kind]
                results.append(survived(short, kind, effects, seconds))
    results[1]["message_ids"] = len(set(mailbox.received))
    return results


def survived(settings: Settings, kind: str, effects: int, seconds: list[float]) -> dict[str, Any]:
    ((started, finished, imported),) = rows(
        settings,
        "SELECT sum(attempts), count(*) FILTER (WHERE state = 'done'), coalesce(sum((result->>'imported')::int), 0)"
        " FROM jobs WHERE kind = %s",
        kind,
    )
    row = {"kind": kind, "killed": len(seconds), "started": started, "finished": finished, "effects": effects}
    times = {"taken_over": round(median(seconds), 1), "taken_over_last": round(max(seconds), 1)}
    return row | {"imported": imported} | times


def emptied(settings: Settings, home: Path, scale: Scale) -> dict[str, Any]:
    """Empty the queue's Redis under accepted jobs; then run a worker, first without the relay, then with it."""
    users = count(settings, "users")
    with service_of(settings) as service:
        for number in range(scale.flushed):
            csv = f"email,name,city\n{number}@emptied.example.org,Imported,City 1\n"
            accept_job(service, "import", {"csv": csv})
        messages = service.queue.llen("dramatiq:jobs")
        service.queue.flushall()
        with worker(settings, home / "worker"):
            time.sleep(scale.without_relay)
            before = count(settings, "jobs WHERE state = 'done'")
            began = time.monotonic()
            with relay(settings, home / "relay"):
                wait_until(lambda: count(settings, "jobs WHERE state = 'done'") == scale.flushed, 60)
            seconds = time.monotonic() - began
        started = rows(settings, "SELECT sum(attempts) FROM jobs")[0][0]
    row = {"jobs": scale.flushed, "messages": messages, "done_without_relay": before, "seconds": round(seconds, 1)}
    return row | {"lost": scale.flushed - (count(settings, "users") - users), "started": started}
