"""The edge of the service: what is hostile, slow or too much is refused clearly, and holds up nobody else."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import psycopg
import pytest
from local_services import Program
from psutil import Process
from scalable_api.identity import token_for
from scalable_api.settings import Settings
from scalable_api_testing import ADA, api, client_of, paused, query, said, wait_until

from services.postgres import Postgres
from services.redis import Redis as RedisServer


@pytest.fixture
def send(api_process: tuple[Program, str], settings: Settings) -> Callable[[bytes], bytes]:
    """A function that sends bytes, with TOKEN replaced by a token of Ada's, and gives all that comes back."""
    host, port = api_process[1].removeprefix("http://").split(":")

    def send(request: bytes) -> bytes:
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(request.replace(b"TOKEN", token_for(ADA, settings).encode()))
            received = b""
            while block := connection.recv(65536):
                received += block
        return received

    return send


def memory(program: Program) -> int:
    """The memory that a program uses, in bytes."""
    return sum(Process(process.pid).memory_info().rss for process in program._processes())


def test_a_body_of_50_megabytes_is_refused_before_it_is_in_memory(
    api_process: tuple[Program, str], ada: httpx.Client
) -> None:
    def without_length() -> Iterator[bytes]:
        for _ in range(800):
            yield b"x" * 65_536

    before = memory(api_process[0])
    csv = {"Content-Type": "text/csv"}
    assert ada.post("/imports", content=b"x" * 52_428_800, headers=csv).status_code == 413
    for answer in (
        ada.post("/imports", content=without_length(), headers=csv),
        ada.put(f"/users/{ADA}", content=b'{"name": "' + b"x" * 200_000),
    ):
        assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert memory(api_process[0]) - before < 20_000_000


def test_an_import_of_nearly_5_megabytes_is_accepted(ada: httpx.Client) -> None:
    csv = b"email,name,city\n" + b"x" * 4_900_000
    assert ada.post("/imports", content=csv, headers={"Content-Type": "text/csv"}).status_code == 202


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"email,name,city\n", "application/json", 415),
        (b"", "text/csv", 422),
        (b"\xff\xfe", "text/csv", 422),
        (b"email,name,city\n\0", "text/csv", 422),
    ],
)
def test_an_import_that_is_not_csv_is_refused(ada: httpx.Client, body: bytes, kind: str, status: int) -> None:
    assert ada.post("/imports", content=body, headers={"Content-Type": kind}).status_code == status


def test_slow_clients_hold_up_nobody_and_are_given_up(ada: httpx.Client, settings: Settings) -> None:
    host, port = str(ada.base_url.host), int(ada.base_url.port or 0)
    head = f"PUT /users/1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token_for(ADA, settings)}\r\n"
    slow = [socket.create_connection((host, port), timeout=10) for _ in range(150)]
    for number, connection in enumerate(slow):
        # One half does not come to the end of its headers, the other not to that of its body.
        body = "Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{" if number % 2 else ""
        connection.sendall((head + body).encode())
    began = time.monotonic()
    assert [ada.get(f"/users/{ADA}").status_code for _ in range(10)] == [200] * 10
    assert time.monotonic() - began < 1
    assert slow[1].recv(100).startswith(b"HTTP/1.1 408 ")
    for connection in slow:
        connection.close()


AUTHORIZED = b"Host: x\r\nConnection: close\r\nAuthorization: Bearer TOKEN\r\n"
GET = b"GET /users/1 HTTP/1.1\r\n" + AUTHORIZED
POST = b"POST /reports HTTP/1.1\r\nContent-Type: application/json\r\n" + AUTHORIZED


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(GET + b"Authorization: Bearer 2.x\r\n\r\n", 400, id="two identities"),
        pytest.param(GET + b"X-Much: " + b"x" * 20_000 + b"\r\n\r\n", 431, id="a large header"),
        pytest.param(GET + b"X-M: x\r\n" * 6_000 + b"\r\n", 431, id="many headers"),
        pytest.param(GET + b"X: a\0b\r\n\r\n", 400, id="NUL in a header"),
        pytest.param(GET + b"X : y\r\n\r\n", 400, id="space before the colon"),
        pytest.param(POST + b"Content-Length: 3\r\nContent-Length: 40\r\n\r\n{}", 400, id="two lengths"),
        pytest.param(POST + b"Content-Length: -1\r\n\r\n{}", 400, id="negative length"),
        pytest.param(POST + b"Content-Length: 1e3\r\n\r\n{}", 400, id="length that is no number"),
        pytest.param(
            POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, id="length and chunks"
        ),
        pytest.param(
            POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n",
            400,
            id="unknown encoding",
        ),
        pytest.param(b"GET /users/1 HTTP/1.1\r\nX: y\n injected: z\r\n\r\n", 400, id="folded header"),
        pytest.param(b"GET /users/1 HTTP/9.9\r\n\r\n", 400, id="unknown version"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01", 400, id="TLS"),
        pytest.param(GET.replace(b"TOKEN", b"\xff\xfe") + b"\r\n", 401, id="token of other bytes"),
    ],
)
def test_a_request_that_two_servers_could_read_in_two_ways_is_refused(
    send: Callable[[bytes], bytes], request_: bytes, status: int
) -> None:
    answer = send(request_)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer
    assert answer.count(b"HTTP/1.1 ") == 1  # nothing smuggled in behind it is answered


@pytest.mark.parametrize(
    "path", ["/users/../health", "/users/%2e%2e/1", "/jobs/..%2F..%2Fetc", "//users/1", "/docs", "/redoc"]
)
def test_a_path_is_taken_as_it_is(send: Callable[[bytes], bytes], path: str) -> None:
    answer = send(b"GET " + path.encode() + b" HTTP/1.1\r\n" + AUTHORIZED + b"\r\n")
    assert answer.split(b" ", 2)[1] in (b"404", b"422")


def test_each_request_has_an_id_in_answer_and_log(api_process: tuple[Program, str], ada: httpx.Client) -> None:
    assert (
        ada.get("/users/1", headers={"X-Request-ID": "from-the-proxy.1"}).headers["X-Request-ID"] == "from-the-proxy.1"
    )
    wait_until(lambda: [line for line in said(api_process[0]) if line["request"] == "from-the-proxy.1"])
    (line,) = [line for line in said(api_process[0]) if line["request"] == "from-the-proxy.1"]
    assert (line["path"], line["status"], line["user"]) == ("/users/1", 200, ADA)
    made = ada.get("/users/1", headers={"X-Request-ID": 'forged\t"line"'}).headers["X-Request-ID"]
    assert made.isalnum()
    wait_until(lambda: any(line["request"] == made for line in said(api_process[0])))


@contextmanager
def row_locked(postgres: Postgres) -> Iterator[None]:
    """Nobody can change Ada."""
    with psycopg.connect(postgres.url) as connection:
        connection.execute("SELECT 1 FROM users WHERE id = 1 FOR UPDATE")
        yield


def test_more_requests_than_the_pool_can_take_get_503_at_once_or_in_time(
    make_settings: Callable[..., Settings],
    settings: Settings,
    postgres: Postgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    small = make_settings(pool_size=2, pool_seconds=0.2)
    program, url = api(small, tmp_path_factory.mktemp("processes") / "small-pool-api")

    def change(_: int) -> httpx.Response:
        with client_of(url, ADA, small) as client:
            return client.put(f"/users/{ADA}", json={"name": "A", "city": "B"})

    with program, ThreadPoolExecutor(20) as threads:
        with row_locked(postgres):
            answers = list(threads.map(change, range(20)))
            assert all(answer.elapsed.total_seconds() < 5 for answer in answers)
            assert {answer.status_code for answer in answers} == {503}
            assert all(answer.headers["Retry-After"] for answer in answers)
        assert change(0).status_code == 200


def test_a_change_that_comes_too_late_for_its_answer_is_not_made(
    make_settings: Callable[..., Settings],
    settings: Settings,
    postgres: Postgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    patient = make_settings(statement_seconds=30, hold_seconds=65)
    program, url = api(patient, tmp_path_factory.mktemp("processes") / "patient-api")
    with program, client_of(url, ADA, patient) as client:
        with row_locked(postgres):
            answer = client.put(f"/users/{ADA}", json={"name": "A", "city": "B"})
            assert (answer.status_code, answer.json()["detail"]) == (503, "it takes too long")
        wait_until(lambda: "http_requests_at_once 1.0" in client.get("/metrics").text)  # that for the metrics
        assert client.get(f"/users/{ADA}", headers={"Seen-Version": "0"}).json()["version"] == 1
    assert query(postgres, "SELECT version FROM users WHERE id = 1") == 1


def test_an_api_that_is_told_to_stop_finishes_what_it_has_begun(
    make_settings: Callable[..., Settings],
    settings: Settings,
    postgres: Postgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    program, url = api(settings, tmp_path_factory.mktemp("processes") / "stopped-api")
    answers: list[httpx.Response] = []

    def change() -> None:
        with client_of(url, ADA, settings) as client:
            answers.append(client.put(f"/users/{ADA}", json={"name": "A", "city": "B"}))

    with program:
        request, stop = threading.Thread(target=change), threading.Thread(target=program.stop)
        with row_locked(postgres):
            request.start()
            waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'transactionid'"
            wait_until(lambda: query(postgres, waits) == 1)
            stop.start()
            wait_until(lambda: any("Shutting down" in line["message"] for line in said(program)))
        request.join()
        stop.join()
    assert [answer.status_code for answer in answers] == [200]


def test_health_is_that_of_the_process_alone_and_readiness_that_of_its_servers(
    ada: httpx.Client, redis_server: RedisServer, cache_server: RedisServer
) -> None:
    ada.headers.pop("Authorization")
    assert (ada.get("/ready").status_code, ada.get("/ready").json()) == (200, {"status": "ready", "missing": []})
    with paused(redis_server, cache_server):
        assert ada.get("/health").status_code == 200
        ready = ada.get("/ready")
        assert (ready.status_code, ready.json()["missing"]) == (503, ["cache", "queue"])
    wait_until(lambda: ada.get("/ready").json()["status"] == "ready")


def test_metrics_tell_of_requests_cache_pool_and_jobs(ada: httpx.Client) -> None:
    assert ada.get("/users/1").status_code == ada.get("/users/1").status_code == 200
    ada.get("/users/99")
    ada.post("/reports", json={"city": None})
    metrics = dict(line.rsplit(" ", 1) for line in ada.get("/metrics").text.splitlines() if not line.startswith("#"))
    assert float(metrics['http_request_seconds_count{method="GET",route="/users/{user_id}",status="200"}']) >= 2
    assert float(metrics['cache_lookups_total{outcome="hit"}']) >= 1
    assert float(metrics['rate_limit_decisions_total{outcome="allowed"}']) >= 4
    assert float(metrics['database_connections_in_use{server="primary"}']) == 0
    assert (float(metrics["jobs_waiting"]), 0 <= float(metrics["jobs_oldest_seconds"]) < 5) == (1, True)
