"""Breaks each part of the service while it is under load, and counts what the clients lost: python faults.py "kill the queue".

What must hold, whatever is killed, paused, emptied or filled:

- A job that was answered by 202 is done, or dead with a reason, and its effect is there once.
- A write that was answered by 200 is there, and a read that says what its client has seen is not older.
- A user is let in at most burst + rate × seconds times, in whatever window.
- Each answer comes within 5 seconds, and each error is a problem document.
- 15 seconds after the fault has ended everything works, and nothing else had to be started again.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import redis
from load import BROKEN, Answer, Client, Load, Order, load, new_order
from local_services import LocalServices, local_services
from scalable_api.rate_limit import SINCE, RateLimit

from services.redis import Redis
from services.server import Server

RATE, BURST = 10, 20
MOST_WAITING = 100
SETTINGS = {
    "API_RATE_PER_SECOND": str(RATE),
    "API_RATE_BURST": str(BURST),
    "API_MOST_WAITING": str(MOST_WAITING),
    # Shorter than a pause: a worker that wakes up finds that another one has taken its job.
    "API_LEASE_SECONDS": "2.5",
}
PAUSE_SECONDS = 3.0
LONG_SECONDS = 6.0  # longer than an answer may take
DOWN_SECONDS = 0.7
ANSWER_SECONDS = 5.0
SLACK_SECONDS = 1.0
"""What two slow cores, on which the load runs too, may add to an answer."""
RECOVERY_SECONDS = 15.0
GIVE_UP_SECONDS = 60.0
AFTER_SECONDS = 0.3
LET_IN = {200, 202}
TOO_MANY, UNAVAILABLE = 429, 503
ENDED = "Exception in thread "

STEADY, GREEDY, FLOOD, PROBES = range(1, 9), range(101, 103), range(201, 221), range(1001, 3001)
"""Users, by id. Each look whether all is well is another one's, so that the rate limit is not what it meets."""
USERS = 3000


@dataclass
class Outcome:
    """What one run of a fault has led to. Where all holds, the counts up to `errors` are 0 but for what was asked."""

    fault: str
    jobs: int = 0
    """Those answered by 202."""
    jobs_lost: int = 0
    """Those of them that are neither done nor dead with a reason."""
    jobs_doubled: int = 0
    """Those whose effect is not there once (of a mail: at least once)."""
    jobs_dead: int = 0
    writes: int = 0
    writes_lost: int = 0
    reads: int = 0
    reads_stale: int = 0
    let_in: int = 0
    refused: int = 0
    """Those answered by 429."""
    over_the_limit: int = 0
    superfluous: int = 0
    """Messages in Redis beyond two for each job that waited."""
    late: int = 0
    broken: int = 0
    """Connections that ended without an answer."""
    no_problem: int = 0
    """Answers that are errors but no problem documents."""
    relapses: int = 0
    """Errors after all had been well again."""
    threads_ended: int = 0
    """Threads of the service's processes that an error has ended: nobody starts them again."""
    errors: dict[int, int] = field(default_factory=dict)
    """How many there were of each status but 429."""
    slowest: float = 0.0
    """Seconds of the slowest answer."""
    recovery: float = 0.0
    """Seconds from the end of the fault until all was well and all jobs accepted until then were finished."""


COUNTS = [one.name for one in fields(Outcome) if one.type == "int"]


@dataclass
class Scene:
    """The service and the load on it."""

    services: LocalServices
    tokens: Mapping[int, str]
    running: Load
    superfluous: int = 0
    """Messages that were found in Redis beyond two for each job that waited."""


@contextmanager
def broken_service() -> Iterator[tuple[LocalServices, Mapping[int, str]]]:
    """Run the service that the faults are for: two API processes, two workers; gives it and the tokens of its users."""
    with local_services(apis=2, workers=2, users=USERS, settings=SETTINGS) as services:
        yield services, services.tokens([*STEADY, *GREEDY, *FLOOD, *PROBES])


# --- What is done to the service. Each returns when the fault has ended: what was down answers again.


def kill(server: Server) -> None:
    server.kill()
    time.sleep(DOWN_SECONDS)
    server.start()


def pause(server: Server, seconds: float = PAUSE_SECONDS) -> None:
    server.pause()
    try:
        time.sleep(seconds)
    finally:
        server.resume()


def empty(server: Redis) -> None:
    with redis.Redis.from_url(server.url) as connection:
        connection.flushall()


def empty_ahead(server: Redis, seconds: float) -> None:
    """Empty the queue's Redis, and have the limiter count from then on, by a clock that was ahead and has been set right."""
    with redis.Redis.from_url(server.url) as connection, connection.pipeline(transaction=True) as steps:
        now, microseconds = connection.time()
        steps.flushall().set(SINCE, int((now + seconds) * 1_000_000 + microseconds)).execute()


def strand_the_replica(scene: Scene) -> None:
    """Lose the primary and the cache while the replica is behind: what is left is older than what clients have seen."""
    with psycopg.connect(scene.services.replica.url, autocommit=True) as replica:
        replica.execute("SELECT pg_wal_replay_pause()")
        time.sleep(DOWN_SECONDS)
        scene.services.primary.kill()
        empty(scene.services.cache)
        time.sleep(DOWN_SECONDS)
        scene.services.primary.start()
        replica.execute("SELECT pg_wal_replay_resume()")


@contextmanager
def in_a_job(scene: Scene) -> Iterator[Server]:
    """Have a worker at the end of an import, where it is to note that it is done, and wait there; gives the worker."""
    first, *others = scene.services.workers
    user = next(iter(FLOOD))
    order = new_order(user, 2)
    running = "SELECT state = 'running' FROM jobs WHERE id = %s"
    blocked = "SELECT count(*) > 0 FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
    with ExitStack() as stack:
        before, end, looker = (stack.enter_context(psycopg.connect(scene.services.primary.url)) for _ in range(3))
        looker.autocommit = True
        with ExitStack() as paused:
            for worker in others:
                worker.pause()
                paused.callback(worker.resume)
            # It waits for a row that we do not commit, so that we have the time to lock that of the job.
            before.execute("INSERT INTO users (email, name, city) VALUES (%s, '', '')", [f"{order.key}@example.org"])
            Client(scene.running, user, scene.tokens[user]).order(order)
            wait_until(lambda: looker.execute(running, [order.job]).fetchone() == (True,), "the import runs")
            end.execute("SELECT FROM jobs WHERE id = %s FOR UPDATE", [order.job])
            before.rollback()
            wait_until(lambda: looker.execute(blocked, [end.info.backend_pid]).fetchone() == (True,), "it ends")
        yield first
        end.rollback()


def kill_in_a_job(scene: Scene) -> None:
    with in_a_job(scene) as worker:
        worker.kill()
    time.sleep(DOWN_SECONDS)
    worker.start()


def pause_in_a_job(scene: Scene) -> None:
    with in_a_job(scene) as worker:
        worker.pause()
    time.sleep(PAUSE_SECONDS)
    worker.resume()


def flood(scene: Scene) -> None:
    """Order jobs while no worker runs, until the API takes no more, and let leases pass.

    Raises AssertionError where the API takes all.
    """
    for worker in scene.services.workers:
        worker.pause()
    try:
        with ThreadPoolExecutor(8) as pool:
            refused = list(pool.map(partial(_order_many, scene), FLOOD))
        assert any(refused), f"{len(FLOOD) * BURST} jobs were taken, though not more than {MOST_WAITING} may wait"
        for _ in range(4):
            pass_a_lease(scene.services)
        with redis.Redis.from_url(scene.services.queue.url) as connection:
            scene.superfluous = max(0, connection.llen("dramatiq:jobs") - 2 * MOST_WAITING)
    finally:
        for worker in scene.services.workers:
            worker.resume()


def pass_a_lease(services: LocalServices) -> None:
    """Have all jobs that wait be due, as they would be after a while, and wait until the relay has seen to them."""
    due = "SELECT count(*) FROM jobs WHERE state = 'waiting' AND due_at <= now()"
    with psycopg.connect(services.primary.url, autocommit=True) as connection:
        connection.execute("UPDATE jobs SET due_at = now() WHERE state = 'waiting'")
        wait_until(lambda: connection.execute(due).fetchone() == (0,), "the relay has seen to the jobs that are due")


def _order_many(scene: Scene, user: int) -> bool:
    """Order as many jobs as a user may at once; return whether one was refused for want of room."""
    client = Client(scene.running, user, scene.tokens[user])
    answers = [client.order(new_order(user, number)) for number in range(BURST)]
    return any(answer.status == 503 and "retry-after" in answer.headers for answer in answers)


def shift_clock(scene: Scene, seconds: float) -> None:
    """Have the limiter decide once for each user at another time than it is, as while Redis's clock is wrong."""
    with redis.Redis.from_url(scene.services.queue.url) as connection:
        limit = RateLimit(connection, RATE, BURST)
        now, microseconds = connection.time()
        for user in (*STEADY, *GREEDY):
            limit.take(user, int((now + seconds) * 1_000_000 + microseconds))


def shift_clock_and_back(scene: Scene) -> None:
    shift_clock(scene, 3600)
    shift_clock(scene, -3600)


def kill_one(server: Callable[[LocalServices], Server], scene: Scene) -> None:
    kill(server(scene.services))


def pause_one(server: Callable[[LocalServices], Server], scene: Scene) -> None:
    pause(server(scene.services))


SERVERS: dict[str, Callable[[LocalServices], Server]] = {
    "the primary": lambda services: services.primary,
    "the replica": lambda services: services.replica,
    "the cache": lambda services: services.cache,
    "the queue": lambda services: services.queue,
    "the relay": lambda services: services.relay,
    "the mail server": lambda services: services.mail,
    "an API process": lambda services: services.apis[0],
}
PAUSED = {
    name: server for name, server in SERVERS.items() if name not in {"the primary", "the relay", "the mail server"}
}
FAULTS: dict[str, Callable[[Scene], None]] = {
    **{f"kill {name}": partial(kill_one, server) for name, server in SERVERS.items()},
    **{f"pause {name}": partial(pause_one, server) for name, server in PAUSED.items()},
    "kill the primary and empty the cache while the replica is behind": strand_the_replica,
    "kill a worker in a job": kill_in_a_job,
    "pause a worker in a job": pause_in_a_job,
    "pause the primary": lambda scene: pause(scene.services.primary, LONG_SECONDS),
    "empty the cache": lambda scene: empty(scene.services.cache),
    "empty the queue": lambda scene: empty(scene.services.queue),
    "fill the queue": flood,
    "set the clock an hour on and back": shift_clock_and_back,
    "empty the queue while its clock is an hour ahead": lambda scene: empty_ahead(scene.services.queue, 3600),
}


# --- What must hold


def over_the_limit(answers: Sequence[Answer]) -> int:
    """Return by how many requests the limit was exceeded at worst, over all users and windows of time.

    A request that began and ended within a window was decided in it, so it takes no clock but the client's.
    """
    by_user: dict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.status in LET_IN:
            by_user[answer.user].append(answer)
    worst = 0.0
    for of_user in by_user.values():
        for first in of_user:
            ends = sorted(answer.end for answer in of_user if answer.start >= first.start)
            worst = max(worst, *(count - BURST - RATE * (end - first.start) for count, end in enumerate(ends, 1)))
    return math.ceil(worst - 1e-6)


def finished(services: LocalServices, jobs: Sequence[str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return state and result of those of *jobs* that are done, or dead with a reason."""
    with psycopg.connect(services.primary.url) as connection:
        rows = connection.execute(
            "SELECT id::text, state, result FROM jobs WHERE id = ANY(%s::uuid[])"
            " AND state IN ('done', 'dead') AND result IS NOT NULL AND (state = 'done' OR result ? 'error')",
            [list(jobs)],
        )
        return {job: (state, result) for job, state, result in rows}


def doubled(services: LocalServices, orders: Sequence[Order], states: Mapping[str, tuple[str, dict[str, Any]]]) -> int:
    """Return how many of *orders* have another effect than their jobs' *states* say: once if done, and one job for a key."""
    keys = [order.key for order in orders]
    with psycopg.connect(services.primary.url) as connection:
        jobs: dict[str, int] = dict(
            connection.execute(
                "SELECT idempotency_key, count(*) FROM jobs WHERE idempotency_key = ANY(%s) GROUP BY 1", [keys]
            ).fetchall()
        )
        imported = {name for (name,) in connection.execute("SELECT name FROM users WHERE name = ANY(%s)", [keys])}
    sent = Counter(str(mail["Message-ID"]) for mail in services.mails())
    wrong = 0
    for order in orders:
        state, result = states.get(order.job or "", ("lost", {}))
        match order.path.split("/")[-1]:
            case "imports":
                # Done a second time, it would have found the user known.
                right = (order.key in imported) == (state == "done") and result.get("imported", 1) == 1
            case "notifications":
                right = state != "done" or any(order.job and order.job in message for message in sent)
            case _:
                right = state != "done" or Path(services.environment["API_REPORTS"], f"{order.job}.csv").exists()
        wrong += not (right and jobs.get(order.key) == 1)
    return wrong


def is_well(scene: Scene, looks: Iterator[int]) -> bool:
    """Return whether each API process reads, writes, lists, takes a job, and has all its servers at hand."""
    for url in scene.services.urls:
        user = next(looks)
        look = Load([url])
        client = Client(look, user, scene.tokens[user])
        client.write_own()
        client.read_own()
        client.ask("GET", "/users?city=City+1&limit=1")
        client.order(new_order(user, 1))
        ready = client.ask("GET", "/ready")
        if any(answer.status not in LET_IN for answer in look.answers) or ready.body["missing"]:
            return False
    return True


def is_busy(running: Load) -> bool:
    """Return whether a job has been accepted, a record written, and each greedy user refused."""
    refused = {answer.user for answer in running.answers if answer.status == TOO_MANY}
    written = any(answer.request.startswith("PUT") and answer.status in LET_IN for answer in running.answers)
    return bool(running.accepted) and written and set(GREEDY) <= refused


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait until *condition* holds; raises TimeoutError after a minute."""
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {GIVE_UP_SECONDS:.0f} s, still not: {what}")
        time.sleep(0.02)


def run(services: LocalServices, tokens: Mapping[int, str], fault: str, looks: Iterator[int]) -> Outcome:
    """Run *fault* under load once, and return what became of it; *looks* are users for looking whether all is well."""
    steady, greedy = ({user: tokens[user] for user in users} for users in (STEADY, GREEDY))
    threads_ended_before = threads_ended(services)
    with load(services.urls, steady, greedy=greedy) as running:
        scene = Scene(services, tokens, running)
        wait_until(partial(is_well, scene, looks), f"all is well before: {fault}")
        wait_until(partial(is_busy, running), "the load is on")
        FAULTS[fault](scene)
        ended = time.monotonic()
        wait_until(partial(is_well, scene, looks), f"all is well after: {fault}")
        jobs = [order.job for order in running.accepted if order.job]
        with suppress(TimeoutError):  # those that are lost are counted below
            wait_until(lambda: len(finished(services, jobs)) == len(jobs), f"all jobs are finished after: {fault}")
        recovered = time.monotonic()
        time.sleep(AFTER_SECONDS)
    answers, orders = running.answers, running.accepted
    jobs = [order.job for order in orders if order.job]
    with suppress(TimeoutError):
        wait_until(lambda: len(finished(services, jobs)) == len(jobs), "all jobs are finished")
    states = finished(services, jobs)
    errors = [answer for answer in answers if answer.status not in {*LET_IN, TOO_MANY, BROKEN}]
    with psycopg.connect(services.primary.url) as connection:
        versions: dict[int, int] = dict(
            connection.execute("SELECT id, version FROM users WHERE id = ANY(%s)", [list(STEADY)]).fetchall()
        )
    written = [answer for answer in answers if answer.request.startswith("PUT") and answer.status in LET_IN]
    read = [
        answer for answer in answers if answer.request.startswith("GET") and answer.status in LET_IN and answer.version
    ]
    return Outcome(
        fault,
        jobs=len(jobs),
        jobs_lost=len(set(jobs) - states.keys()),
        jobs_doubled=doubled(services, orders, states),
        jobs_dead=sum(state == "dead" for state, _ in states.values()),
        writes=len(written),
        writes_lost=sum(versions[answer.user] < (answer.version or 0) for answer in written),
        reads=len(read),
        reads_stale=sum((answer.version or 0) < (answer.seen or 0) for answer in read) + stale_at_rest(scene, versions),
        let_in=sum(answer.status in LET_IN for answer in answers),
        refused=sum(answer.status == TOO_MANY for answer in answers),
        over_the_limit=over_the_limit(answers),
        superfluous=scene.superfluous,
        late=sum(answer.end - answer.start > ANSWER_SECONDS + SLACK_SECONDS for answer in answers),
        no_problem=sum(
            not answer.headers.get("content-type", "").startswith("application/problem+json")
            for answer in answers
            if answer.status not in {*LET_IN, BROKEN}
        ),
        broken=sum(answer.status == BROKEN for answer in answers),
        relapses=sum(answer.start > recovered for answer in errors),
        threads_ended=threads_ended(services) - threads_ended_before,
        errors=dict(Counter(answer.status for answer in errors)),
        slowest=max(answer.end - answer.start for answer in answers),
        recovery=recovered - ended,
    )


def threads_ended(services: LocalServices) -> int:
    """Return how many threads have ended by an error so far, as Python says it in the logs."""
    processes = [services.relay, *services.workers, *services.apis]
    return sum(process.log.read_text(encoding="utf-8", errors="replace").count(ENDED) for process in processes)


def stale_at_rest(scene: Scene, versions: Mapping[int, int]) -> int:
    """Return how many users are served with another version than the primary's, now that nobody writes."""
    stale = 0
    for user in versions:
        client = Client(rest := Load(scene.services.urls), user, scene.tokens[user])
        wait_until(partial(_is_let_in, client, rest), f"user {user} may read")
        stale += rest.answers[-1].version != versions[user]
    return stale


def _is_let_in(client: Client, rest: Load) -> bool:
    client.read_own()
    return rest.answers[-1].status in LET_IN


def fault_runs(runs: int) -> tuple[list[dict[str, Any]], list[str]]:
    """Run each fault *runs* times; return for each the sums of its runs and the worst of its times, and the servers."""
    outcomes: list[Outcome] = []
    with broken_service() as (services, tokens):
        looks = itertools.cycle(PROBES)
        for number, fault in itertools.product(range(1, runs + 1), FAULTS):
            outcomes.append(run(services, tokens, fault, looks))
            print(number, json.dumps(asdict(outcomes[-1])), flush=True)
        servers = [services.primary.title, services.queue.title]
    return [summary(fault, [outcome for outcome in outcomes if outcome.fault == fault]) for fault in FAULTS], servers


def summary(fault: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    statuses = Counter(status for outcome in outcomes for status in Counter(outcome.errors).elements())
    return {
        "fault": fault,
        "runs": len(outcomes),
        **{name: sum(getattr(outcome, name) for outcome in outcomes) for name in COUNTS},
        "unavailable": statuses.pop(UNAVAILABLE, 0),
        "other_errors": statuses.total(),
        "slowest": round(max(outcome.slowest for outcome in outcomes), 2),
        "recovery": round(max(outcome.recovery for outcome in outcomes), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fault", choices=FAULTS)
    parser.add_argument("--runs", type=int, default=1)
    asked = parser.parse_args()
    with broken_service() as (services, tokens):
        looks = itertools.cycle(PROBES)
        for _ in range(asked.runs):
            print(json.dumps(asdict(run(services, tokens, asked.fault, looks)), indent=1), flush=True)


if __name__ == "__main__":
    main()
