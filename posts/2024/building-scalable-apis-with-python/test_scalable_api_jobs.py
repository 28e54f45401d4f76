"""Jobs: what has been accepted is done, once, whatever is lost or killed on the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from redis import Redis
from scalable_api.database import Job, plan_of
from scalable_api.fuse import Unavailable
from scalable_api.jobs import (
    Attempt,
    KeyReused,
    LeaseLost,
    QueueFull,
    accept,
    due,
    fail,
    finish,
    finished_long_ago,
    take,
)
from scalable_api.relay import relay, tidy
from scalable_api.service import Service
from scalable_api_testing import ADA, ALAN, paused, wait_until
from sqlalchemy import func, select, text, update

from services.redis import Redis as RedisServer

LEASE = 60


def accepted(service: Service, city: str = "London", owner: int = ADA, key: str | None = None, most: int = 100) -> UUID:
    with service.primary.session() as session:
        job, _ = accept(session, "report", {"city": city}, owner, key, most)
    job_id: UUID = job.id
    return job_id


def taken(service: Service, job_id: UUID, attempts: int = 0) -> Attempt | None:
    with service.primary.session() as session:
        return take(session, job_id, attempts, LEASE)


def taken_for_sure(service: Service, job_id: UUID, attempts: int = 0) -> Attempt:
    attempt = taken(service, job_id, attempts)
    assert attempt
    return attempt


def row(service: Service, job_id: UUID) -> Job:
    with service.primary.session() as session:
        return session.get_one(Job, job_id)


def time_passes(service: Service, seconds: float) -> None:
    with service.primary.session() as session:
        session.execute(update(Job).values(due_at=Job.due_at - timedelta(seconds=seconds)))


def sent(redis: Redis) -> int:
    """How many messages are in the queue."""
    return int(redis.llen("dramatiq:jobs"))


def test_a_request_with_a_known_key_is_the_same_job(service: Service) -> None:
    first = accepted(service, key="k")
    assert accepted(service, key="k") == first
    assert accepted(service, key="k", owner=ALAN) != first
    assert accepted(service, key="other") != first
    with pytest.raises(KeyReused):
        accepted(service, "Paris", key="k")


def test_many_requests_with_one_key_at_once_are_one_job(service: Service) -> None:
    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(lambda _: accepted(service, key="k"), range(40)))
    assert len(ids) == 1
    with service.primary.session() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_no_more_jobs_wait_than_may_wait(service: Service) -> None:
    first = accepted(service, key="k", most=2)
    accepted(service, most=2)
    with pytest.raises(QueueFull):
        accepted(service, most=2)
    assert accepted(service, key="k", most=2) == first  # no new one
    assert taken(service, first)
    accepted(service, most=2)


def test_a_job_is_taken_once_however_often_it_is_sent(service: Service) -> None:
    job_id = accepted(service)
    with ThreadPoolExecutor(8) as threads:
        attempts = [attempt for attempt in threads.map(lambda _: taken(service, job_id), range(8)) if attempt]
    assert [(attempt.id, attempt.arguments, attempt.number) for attempt in attempts] == [
        (job_id, {"city": "London"}, 1)
    ]


def test_a_job_that_is_done_stays_done(service: Service, redis: Redis) -> None:
    job_id = accepted(service)
    attempt = taken_for_sure(service, job_id)
    with service.primary.session() as session:
        finish(session, attempt, {"months": 3})
    time_passes(service, 3600)
    assert relay(service.primary, service.broker, service.settings) == 0
    assert taken(service, job_id, attempts=1) is None
    job = row(service, job_id)
    assert (job.state, job.result, job.arguments, job.attempts) == ("done", {"months": 3}, {}, 1)


def test_work_that_is_not_marked_as_done_has_not_happened(service: Service) -> None:
    attempt = taken_for_sure(service, accepted(service))
    with pytest.raises(ZeroDivisionError), service.primary.session() as session:
        finish(session, attempt, {})
        raise ZeroDivisionError
    assert row(service, attempt.id).state == "running"


def test_the_relay_leaves_alone_what_is_in_good_hands(service: Service) -> None:
    accepted(service)  # it has been sent a moment ago
    taken(service, accepted(service))
    assert relay(service.primary, service.broker, service.settings) == 0


def test_the_relay_sends_what_redis_has_lost(service: Service, redis: Redis) -> None:
    for _ in range(3):
        accepted(service)
    redis.flushall()
    time_passes(service, 6)
    assert relay(service.primary, service.broker, service.settings) == 3
    assert sent(redis) == 3
    assert relay(service.primary, service.broker, service.settings) == 0  # not again at once


def test_the_relay_does_not_fill_redis_when_the_workers_are_only_slow(service: Service, redis: Redis) -> None:
    ids = [accepted(service) for _ in range(5)]
    for _ in range(4):
        time_passes(service, LEASE + 1)
        relay(service.primary, service.broker, service.settings)
    assert sent(redis) == 5
    assert taken(service, ids[0])
    redis.lpop("dramatiq:jobs", 2)  # one was for that job, whose worker does not come back; the other is lost
    time_passes(service, LEASE + 1)
    assert relay(service.primary, service.broker, service.settings) == 2


def test_what_the_relay_cannot_send_it_sends_later(service: Service, redis: Redis, redis_server: RedisServer) -> None:
    accepted(service)
    time_passes(service, 6)
    with paused(redis_server), pytest.raises(Unavailable):
        relay(service.primary, service.broker, service.settings)
    redis.flushall()
    assert relay(service.primary, service.broker, service.settings) == 1


def test_two_relays_do_not_send_the_same(service: Service) -> None:
    ids = {accepted(service) for _ in range(4)}
    time_passes(service, 6)
    with service.primary.session() as one, service.primary.session() as other:
        first, second = due(one, 2, service.settings), due(other, 10, service.settings)
    assert (len(first), len(second)) == (2, 2)
    assert {job.id for job in [*first, *second]} == ids


def test_the_job_of_a_worker_that_does_not_come_back_is_done_by_another(service: Service) -> None:
    job_id = accepted(service)
    lost = taken_for_sure(service, job_id)
    time_passes(service, LEASE + 1)
    relay(service.primary, service.broker, service.settings)
    heir = taken_for_sure(service, job_id, attempts=1)
    with pytest.raises(LeaseLost), service.primary.session() as session:
        finish(session, lost, {"by": "the one that was given up"})
    with service.primary.session() as session:
        fail(session, lost, "too late to fail", service.settings)
        finish(session, heir, {"by": "the heir"})
    job = row(service, job_id)
    assert (job.state, job.result, job.attempts) == ("done", {"by": "the heir"}, 2)


def test_a_worker_is_not_too_quick_for_the_relay(service: Service) -> None:
    job_id = accepted(service)
    taken_for_sure(service, job_id)
    time_passes(service, LEASE + 1)
    with ThreadPoolExecutor(1) as thread:
        with service.primary.session() as session:
            due(session, 1, service.settings)
            attempt = thread.submit(taken, service, job_id, 1)  # has the message before the relay has committed
            wait_until(lambda: blocked(service))
        assert attempt.result()


def blocked(service: Service) -> bool:
    with service.primary.session() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")))


def test_what_has_long_been_finished_is_forgotten_with_its_report(service: Service) -> None:
    long_ago = timedelta(days=service.settings.keep_days + 1)
    with service.primary.session() as session:
        for _ in range(3):
            job_id = accepted(service)
            session.execute(update(Job).where(Job.id == job_id).values(id=func.uuidv7(-long_ago)))
    with service.primary.session() as session:
        forgotten, late, open_ = session.scalars(select(Job.id).order_by(Job.id))
    for job_id in (forgotten, late):
        with service.primary.session() as session:
            finish(session, taken_for_sure(service, job_id), {})
        (service.settings.reports / f"{job_id}.csv").touch()
    with service.primary.session() as session:
        session.execute(update(Job).where(Job.id == forgotten).values(finished_at=func.now() - long_ago))
    assert tidy(service.primary, service.settings) == 1
    with service.primary.session() as session:
        assert list(session.scalars(select(Job.id).order_by(Job.id))) == [late, open_]
    assert not (service.settings.reports / f"{forgotten}.csv").exists()
    assert (service.settings.reports / f"{late}.csv").exists()


def test_a_job_that_fails_is_tried_again_ever_later_and_set_aside_in_the_end(service: Service) -> None:
    job_id = accepted(service)
    waits = []
    for number in range(service.settings.most_attempts):
        attempt = taken_for_sure(service, job_id, attempts=number)
        with service.primary.session() as session:
            now: Any = session.scalar(func.now())
            fail(session, attempt, "RuntimeError", service.settings)
        waits.append((row(service, job_id).due_at - now).total_seconds())
        assert taken(service, job_id, attempts=number) is None  # an old message does not shorten the wait
        time_passes(service, 3600)
        relay(service.primary, service.broker, service.settings)
    job = row(service, job_id)
    assert (job.state, job.result, job.attempts) == ("dead", {"error": "RuntimeError"}, 5)
    assert all(0.5 * 2**number <= wait <= 1.5 * 2**number for number, wait in enumerate(waits[:-1]))
    assert taken(service, job_id, attempts=5) is None


def test_a_job_that_kills_its_workers_is_set_aside_as_well(service: Service) -> None:
    job_id = accepted(service)
    for number in range(service.settings.most_attempts):
        taken_for_sure(service, job_id, attempts=number)
        time_passes(service, LEASE + 1)
        relay(service.primary, service.broker, service.settings)
    job = row(service, job_id)
    assert (job.state, job.result) == ("dead", {"error": "its workers did not come back"})
    assert isinstance(job.finished_at, datetime)


def test_ids_are_in_the_order_of_time(service: Service) -> None:
    ids = [accepted(service) for _ in range(20)]
    assert ids == sorted(ids)
    assert {job_id.version for job_id in ids} == {7}


def test_what_is_to_be_forgotten_is_found_by_the_primary_key(service: Service) -> None:
    with service.primary.session() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))  # the table is small
        plan = plan_of(session, finished_long_ago(500, service.settings))
    assert "Index Cond: (id < (InitPlan" in plan


def test_what_the_relay_looks_for_it_finds_by_an_index(service: Service) -> None:
    with service.primary.session() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))  # the table is small
        query = "EXPLAIN SELECT id FROM jobs WHERE state IN ('waiting', 'running') AND finished_at IS NULL AND due_at <= now()"
        plan = "\n".join(session.scalars(text(query)))
    assert "jobs_due" in plan
