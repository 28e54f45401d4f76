"""A queue on a Redis stream: a job leaves it when it is done, not when it is handed out."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from redis import Redis, ResponseError

log = logging.getLogger(__name__)
STREAM, GROUP, DEAD = "jobs", "workers", "jobs:dead"


@dataclass(frozen=True)
class Job:
    id: str  # given by Redis, the same at every delivery: the key by which a handler knows a repetition
    task: str
    arguments: dict[str, Any]


class JobQueue:
    """At-least-once delivery. A job is taken from a worker that has held it for `claim_seconds`."""

    def __init__(self, redis: Redis, claim_seconds: float = 60, deliveries: int = 5) -> None:
        self.redis, self.claim_ms, self.deliveries = redis, round(claim_seconds * 1000), deliveries
        try:
            redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):  # the group is there already: another process made it
                raise

    def enqueue(self, task: str, **arguments: Any) -> str:
        """Adds a job, arguments as JSON; returns its id."""
        return str(self.redis.xadd(STREAM, {"task": task, "arguments": json.dumps(arguments)}))

    def take(self, worker: str, wait_seconds: float = 1.0) -> Job | None:
        """The next job: one that was abandoned, or else a new one; None if none comes in time."""
        entries = self._claim_abandoned(worker)
        if not entries:
            block = max(1, round(wait_seconds * 1000))  # 0 would block for ever
            streams: Any = self.redis.xreadgroup(GROUP, worker, {STREAM: ">"}, count=1, block=block)
            entries = streams[0][1] if streams else []
        for job_id, fields in entries:
            return Job(job_id, fields["task"], json.loads(fields["arguments"]))
        return None

    def _claim_abandoned(self, worker: str) -> list[Any]:
        pending: Any = self.redis.xpending_range(STREAM, GROUP, "-", "+", count=1, idle=self.claim_ms)
        if not pending:
            return []
        job_id, delivered = pending[0]["message_id"], pending[0]["times_delivered"]
        # Of two workers that see the same job here, one gets it: XCLAIM looks at the idle time again.
        entries: list[Any] = self.redis.xclaim(STREAM, GROUP, worker, self.claim_ms, [job_id])
        if entries and delivered >= self.deliveries:
            self._remove(*entries[0])
            return []
        return entries

    def finish(self, job: Job) -> None:
        """Takes a job that is done out of the queue."""
        self._remove(job.id)

    def _remove(self, job_id: str, to_dead: dict[Any, Any] | None = None) -> None:
        with self.redis.pipeline(transaction=True) as pipe:
            if to_dead:
                pipe.xadd(DEAD, to_dead)
            pipe.xack(STREAM, GROUP, job_id)
            pipe.xdel(STREAM, job_id)  # acknowledging alone leaves the entry in the stream
            pipe.execute()


def work(queue: JobQueue, handlers: Mapping[str, Callable[[Job], None]], worker: str) -> bool:
    """One turn of a worker's loop: True if there was a job. One that fails stays, and is claimed later."""
    job = queue.take(worker)
    if job is None:
        return False
    try:
        handlers[job.task](job)
    except Exception:
        log.exception("job %s (%s) failed", job.id, job.task)
    else:
        queue.finish(job)
    return True
