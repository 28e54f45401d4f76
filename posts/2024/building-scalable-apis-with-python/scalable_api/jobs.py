"""Jobs: the table says what is to be done, a message only wakes a worker.

A job is accepted by one INSERT. From then on it cannot be lost, whatever becomes of the message: each unfinished job has a
time `due_at`, at which the relay sends it (again). A message is a job's id and its number of attempts so far; with
another number of attempts in the row it is out of date, and so is a worker that still works on it.
"""

import hashlib
import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Row, Select, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from scalable_api.database import Job
from scalable_api.settings import Settings

SEND_SECONDS = 5  # what the API has for the first message; after that, the relay sees to it
MOST_BACKOFF_SECONDS = 600
PUBLIC = (Job.id, Job.kind, Job.state, Job.attempts, Job.result)
"""What a user is told of a job. Not its arguments, which may be megabytes."""


class KeyReused(Exception):
    """The idempotency key belongs to another request."""


class QueueFull(Exception):
    """As many jobs wait as may wait."""


class LeaseLost(Exception):
    """The worker took too long, and the job is somebody else's by now."""


@dataclass(frozen=True)
class Attempt:
    """A job in the hands of a worker."""

    id: uuid.UUID
    kind: str
    arguments: dict[str, Any]
    number: int  # 1 is the first


def waiting(session: Session, most: int | None = None) -> int:
    """Return how many jobs wait for a worker, counted up to `most`."""
    jobs = select(Job.id).where(Job.state == "waiting", Job.finished_at.is_(None)).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(jobs)) or 0


def accept(
    session: Session, kind: str, arguments: dict[str, Any], owner: int, key: str | None, most_waiting: int
) -> tuple[Row[Any], bool]:
    """Write a job down; return it and whether it is new. It is accepted once the transaction is committed.

    A job of the same owner and idempotency key is returned as it is; raises KeyReused if that was another request,
    QueueFull if `most_waiting` jobs wait.
    """
    request = hashlib.sha256(json.dumps([kind, arguments], sort_keys=True).encode()).hexdigest()
    if key and (known := _known(session, owner, key, request)):
        return known, False
    if waiting(session, most_waiting) == most_waiting:
        raise QueueFull
    values = {"kind": kind, "arguments": arguments, "owner": owner, "idempotency_key": key, "request_hash": request}
    new = insert(Job).values(due_at=func.now() + timedelta(seconds=SEND_SECONDS), **values)
    job = session.execute(new.on_conflict_do_nothing().returning(*PUBLIC)).first()
    if job is None and key:  # another request with this key came at the same time
        job = _known(session, owner, key, request)
        assert job
        return job, False
    assert job
    return job, True


def _known(session: Session, owner: int, key: str, request: str) -> Row[Any] | None:
    mine = select(Job.request_hash, *PUBLIC).where(Job.owner == owner, Job.idempotency_key == key)
    job = session.execute(mine).first()
    if job and job.request_hash != request:
        raise KeyReused
    return job


def take(session: Session, job_id: uuid.UUID, attempts: int, lease_seconds: float) -> Attempt | None:
    """Take a job for `lease_seconds`; return None if the message is out of date: it is done, or in other hands."""
    # The message may come before the relay has committed; then this waits for it. Should the relay not commit, the lease
    # has ended all the same.
    is_free = or_(Job.state == "waiting", (Job.state == "running") & (Job.due_at <= func.now()))
    row = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.attempts == attempts, is_free)
        .values(state="running", attempts=Job.attempts + 1, due_at=func.now() + timedelta(seconds=lease_seconds))
        .returning(Job.id, Job.kind, Job.arguments, Job.attempts)
    ).first()
    return Attempt(*row) if row else None


def finish(session: Session, attempt: Attempt, result: dict[str, Any]) -> None:
    """Mark a job as done, in the transaction that does its work where there is one; raises LeaseLost."""
    # Its arguments have served: an import's are megabytes, a notification's are private.
    if not _update(session, attempt, state="done", result=result, arguments={}, finished_at=func.now()):
        raise LeaseLost


def fail(session: Session, attempt: Attempt, error: str, settings: Settings, *, for_good: bool = False) -> None:
    """Have a job tried again after a while, or set it aside as dead."""
    if for_good or attempt.number >= settings.most_attempts:
        _update(session, attempt, state="dead", result={"error": error}, finished_at=func.now())
        return
    # Twice as long each time, and not all at once: what failed together does not come back together.
    seconds = min(settings.retry_seconds * 2 ** (attempt.number - 1), MOST_BACKOFF_SECONDS) * random.uniform(0.5, 1.5)
    _update(session, attempt, state="waiting", due_at=func.now() + timedelta(seconds=seconds))


def _update(session: Session, attempt: Attempt, **values: Any) -> bool:
    """Update the job unless somebody has finished or taken it since; return whether it was so."""
    mine = (Job.id == attempt.id, Job.attempts == attempt.number, Job.finished_at.is_(None))
    return cast(CursorResult[Any], session.execute(update(Job).where(*mine).values(**values))).rowcount == 1


def due(session: Session, most: int, settings: Settings) -> Sequence[Row[uuid.UUID, int]]:
    """Return the id and attempts of up to `most` jobs that must be sent now, and put off when they must be next.

    Among them are those whose workers were killed; those whose last attempt ended so are dead. Several relays may ask at
    once; each gets others.
    """
    unfinished = (Job.state.in_(("waiting", "running")), Job.finished_at.is_(None), Job.due_at <= func.now())
    # A job whose workers end with it, all of them, is not tried for ever.
    last = select(Job.id).where(*unfinished, Job.state == "running", Job.attempts >= settings.most_attempts)
    killer = update(Job).where(Job.id.in_(last.with_for_update(skip_locked=True)))
    dead = {"state": "dead", "result": {"error": "its workers did not come back"}, "finished_at": func.now()}
    session.execute(killer.values(dead).execution_options(synchronize_session=False))
    oldest = select(Job.id).where(*unfinished).order_by(Job.due_at).limit(most).with_for_update(skip_locked=True)
    picked = oldest.cte("picked")
    again = {"state": "waiting", "due_at": func.now() + timedelta(seconds=settings.lease_seconds)}
    jobs = update(Job).where(Job.id == picked.c.id).values(again).returning(Job.id, Job.attempts)
    return session.execute(jobs.execution_options(synchronize_session=False)).all()


def finished_long_ago(most: int, settings: Settings) -> Select[uuid.UUID]:
    """The ids of up to `most` jobs that were finished `keep_days` ago."""
    age = timedelta(days=settings.keep_days)
    # An id begins with the time of its making, so that the index says where to stop: none that is younger can be old enough.
    made_before = select(func.uuidv7(-age)).scalar_subquery()
    old = select(Job.id).where(Job.id < made_before, Job.finished_at < func.now() - age)
    return old.order_by(Job.id).limit(most).with_for_update(skip_locked=True)


def forget(session: Session, most: int, settings: Settings) -> Sequence[uuid.UUID]:
    """Delete up to `most` jobs that were finished `keep_days` ago; return their ids."""
    return session.scalars(delete(Job).where(Job.id.in_(finished_long_ago(most, settings))).returning(Job.id)).all()
