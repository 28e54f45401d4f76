"""Workers and relay as they run: real processes, which are killed."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from local_services import Program
from redis import Redis
from scalable_api.identity import token_for
from scalable_api.settings import Settings
from scalable_api_testing import ADA, ALAN, api, client_of, paused, query, relay, wait_until, worker

from services.postgres import Postgres

CSV = {"Content-Type": "text/csv"}
LEASE = 2.5


@dataclass
class Mailbox:
    """What an SMTP server receives; the first `refusals` mails it refuses, and each it thinks about for `seconds`."""

    refusals: int = 0
    seconds: float = 0
    offered: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.offered.append(envelope.content.decode())
        await asyncio.sleep(self.seconds)
        if len(self.offered) <= self.refusals:
            return "451 not now"
        self.kept.append(self.offered[-1])
        return "250 OK"


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=settings.smtp_port)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture(scope="module")
def crew(make_settings: Callable[..., Settings], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A worker, with a relay."""
    home = tmp_path_factory.mktemp("processes")
    settings = make_settings(lease_seconds=LEASE, retry_seconds=0.1, most_attempts=3)
    with relay(settings, home / "relay"), worker(settings, home / "worker") as program:
        assert isinstance(program, Program)
        yield program


def job(ada: httpx.Client, accepted: httpx.Response) -> dict[str, object]:
    assert accepted.status_code == 202, accepted.text
    answer: dict[str, object] = ada.get(accepted.headers["Location"]).json()
    return answer


def finished(ada: httpx.Client, accepted: httpx.Response) -> dict[str, object]:
    wait_until(lambda: job(ada, accepted)["state"] in ("done", "dead"))
    return job(ada, accepted)


def test_a_report_is_a_file_once_it_is_done(crew: Program, ada: httpx.Client, postgres_replica: Postgres) -> None:
    wait_until(lambda: query(postgres_replica, "SELECT count(*) FROM users") == 3)
    with paused(crew):
        order = ada.post("/reports", json={"city": "London"})
        assert order.json() == {"id": order.headers["Location"].removeprefix("/jobs/"), "state": "waiting"}
        assert ada.get(f"{order.headers['Location']}/report.csv").status_code == 404
    assert finished(ada, order)["result"] == {"months": 1}
    report = ada.get(f"{order.headers['Location']}/report.csv")
    assert (report.headers["Content-Type"], report.text) == ("text/csv; charset=utf-8", "month,joined\n2024-01,2\n")
    assert finished(ada, ada.post("/reports", json={"city": "Nowhere"}))["result"] == {"months": 0}


def test_nobody_sees_anothers_jobs(ada: httpx.Client, settings: Settings) -> None:
    order = ada.post("/reports", json={"city": None}).headers["Location"]
    alan = {"Authorization": f"Bearer {token_for(ALAN, settings)}"}
    assert ada.get(order, headers=alan).status_code == 404
    assert ada.get(f"{order}/report.csv", headers=alan).status_code == 404


def test_an_order_can_be_sent_twice(ada: httpx.Client) -> None:
    key = {"Idempotency-Key": "5f2c"}
    first, second = (ada.post("/reports", json={"city": None}, headers=key) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert ada.post("/reports", json={"city": "Rome"}, headers=key).status_code == 422
    assert ada.post("/reports", json={"city": None}, headers={"Idempotency-Key": "a b"}).status_code == 422


def test_a_mail_is_sent_with_the_id_of_its_job(crew: Program, ada: httpx.Client, mailbox: Mailbox) -> None:
    order = ada.post(f"/users/{ALAN}/notifications", json={"subject": "Grüße", "text": "Hello Alan"})
    assert finished(ada, order)["result"] == {"sent": True}
    (mail,) = mailbox.kept
    assert f"Message-ID: <{order.json()['id']}@example.com>" in mail
    assert "To: alan@example.com" in mail
    assert "Hello Alan" in mail


def test_a_mail_that_is_refused_is_tried_again_under_the_same_id(
    crew: Program, ada: httpx.Client, mailbox: Mailbox
) -> None:
    mailbox.refusals = 2
    order = ada.post(f"/users/{ALAN}/notifications", json={"subject": "Hello", "text": "Alan"})
    assert finished(ada, order)["attempts"] == 3
    assert (len(mailbox.offered), len(mailbox.kept)) == (3, 1)
    assert all(f"<{order.json()['id']}@" in mail for mail in mailbox.offered)


def test_a_mail_that_cannot_be_sent_is_a_dead_letter_without_the_address(
    crew: Program, ada: httpx.Client, settings: Settings
) -> None:
    order = ada.post(f"/users/{ALAN}/notifications", json={"subject": "Hello", "text": "Alan"})  # and no SMTP server
    letter = finished(ada, order)
    assert (letter["state"], letter["attempts"], letter["result"]) == ("dead", 3, {"error": "ConnectionRefusedError"})
    assert ada.get("/jobs", params={"state": "dead"}).json() == {"jobs": [letter]}


def test_an_import_adds_who_is_new_and_leaves_the_others_alone(
    crew: Program, ada: httpx.Client, postgres: Postgres
) -> None:
    csv = 'email,name,city\nada@example.com,Eve,Oslo\nkatherine@example.com,"Johnson, K.",Hampton\n'
    result = finished(ada, ada.post("/imports", content=csv, headers=CSV))["result"]
    assert result == {"imported": 1, "known": 1}
    names = query(postgres, "SELECT string_agg(name, '|' ORDER BY id) FROM users")
    assert names == "Ada|Alan|Grace|Johnson, K."


@pytest.mark.parametrize(
    ("csv", "reason"),
    [
        ("email,name\na@example.com,A\n", "COPY incoming"),
        ("email,name,city\na@example.com,A,B\nb@example.com,B\n", "line 3"),
        ("email,name,city\na@example.com,A,B\nnobody,B,C\n", "incoming_email_check"),
        ("email,name,city\na@example.com,A,B\nb@example.com,,C\n", "null value"),
    ],
)
def test_an_import_with_a_mistake_adds_nobody_and_says_where_it_is(
    crew: Program, ada: httpx.Client, postgres: Postgres, csv: str, reason: str
) -> None:
    letter = finished(ada, ada.post("/imports", content=csv, headers=CSV))
    assert (letter["state"], letter["attempts"]) == ("dead", 1)  # it does not become right by itself
    assert reason in str(letter["result"])
    assert query(postgres, "SELECT count(*) FROM users") == 3


def test_when_redis_loses_everything_no_job_is_lost(
    crew: Program, ada: httpx.Client, redis: Redis, postgres: Postgres
) -> None:
    with paused(crew):
        for number in range(20):
            csv = f"email,name,city\n{number}@example.com,N,C\n"
            assert ada.post("/imports", content=csv, headers=CSV).status_code == 202
        redis.flushall()
        query(postgres, "UPDATE jobs SET due_at = due_at - interval '6 seconds' RETURNING 1")
    wait_until(lambda: query(postgres, "SELECT count(*) FROM jobs WHERE state = 'done'") == 20)
    assert query(postgres, "SELECT count(*) FROM users") == 23
    assert query(postgres, "SELECT max(attempts) FROM jobs") == 1


def test_a_worker_that_is_killed_in_the_middle_of_a_job_leaves_it_to_another(
    crew: Program, ada: httpx.Client, postgres: Postgres
) -> None:
    with psycopg.connect(postgres.url) as other:
        other.execute("LOCK TABLE users IN SHARE MODE")  # nobody can add a user
        order = ada.post("/imports", content="email,name,city\nk@example.com,K,H\n", headers=CSV)
        wait_until(lambda: query(postgres, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'relation'") == 1)
        crew.kill()
    assert job(ada, order)["state"] == "running"
    assert query(postgres, "SELECT count(*) FROM users") == 3
    crew.start()
    done = finished(ada, order)
    assert (done["state"], done["attempts"], done["result"]) == ("done", 2, {"imported": 1, "known": 0})
    assert query(postgres, "SELECT count(*) FROM users") == 4


@pytest.fixture
def patient(crew: Program, make_settings: Callable[..., Settings], tmp_path: Path) -> Iterator[Program]:
    """A worker that has a minute for each job; the other one rests."""
    with paused(crew), worker(make_settings(), tmp_path / "worker") as program:
        yield program


def test_a_job_that_comes_while_the_primary_is_away_does_not_wait_for_a_lease(
    patient: Program, ada: httpx.Client, postgres: Postgres
) -> None:
    with paused(patient):
        order = ada.post("/reports", json={"city": None})
        query(postgres, "UPDATE jobs SET due_at = due_at + interval '1 minute' RETURNING 1")  # not by the relay
        postgres.kill()
    time.sleep(1)
    postgres.start()
    wait_until(lambda: job_state(postgres) == "done", 10)
    assert job(ada, order)["attempts"] == 1


def test_a_mail_is_sent_once_though_the_primary_is_away_at_its_end(
    patient: Program, ada: httpx.Client, postgres: Postgres, mailbox: Mailbox
) -> None:
    mailbox.seconds = 0.5
    ada.post(f"/users/{ALAN}/notifications", json={"subject": "S", "text": "T"})
    wait_until(lambda: mailbox.offered)
    postgres.kill()
    time.sleep(1)
    postgres.start()
    wait_until(lambda: job_state(postgres) == "done", 10)
    assert len(mailbox.kept) == 1


def job_state(postgres: Postgres) -> str:
    return str(query(postgres, "SELECT state FROM jobs"))


def test_a_worker_that_is_told_to_stop_finishes_its_job_and_takes_no_other(
    crew: Program, ada: httpx.Client, mailbox: Mailbox
) -> None:
    mailbox.seconds = 0.8
    orders = [ada.post(f"/users/{ADA}/notifications", json={"subject": "S", "text": str(n)}) for n in range(6)]
    wait_until(lambda: len(mailbox.offered) == 2)  # there are two threads
    began = time.monotonic()
    crew.stop()
    assert time.monotonic() - began < 8
    states = [job(ada, order)["state"] for order in orders]
    assert states.count("running") == 0
    assert states.count("done") == len(mailbox.kept) >= 2
    crew.start()
    wait_until(lambda: all(job(ada, order)["state"] == "done" for order in orders))
    assert len(mailbox.kept) == 6


def test_when_too_many_jobs_wait_no_more_are_accepted(
    make_settings: Callable[..., Settings], settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    small = make_settings(most_waiting=2)
    program, url = api(small, tmp_path_factory.mktemp("processes") / "small-api")
    with program, client_of(url, ADA, small) as client:
        answers = [client.post("/reports", json={"city": None}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 503]
    assert answers[2].headers["Retry-After"] == "10"
