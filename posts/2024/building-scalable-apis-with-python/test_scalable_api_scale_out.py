"""nginx, PgBouncer and RabbitMQ with the real service, as the files for Docker set them up; and these files themselves."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import psycopg
import pytest
import yaml
from local_services import HERE, LocalServices, Program, free_ports, local_services
from scalable_api.broker import make_broker, queued, send
from scalable_api.fuse import Unavailable
from scalable_api.settings import Settings

from services.server import Server, folder
from testing.debian import find_or_install

LONG = "UNDER_LOAD_LONG"
"""The variable by which `make test-long` asks for what takes minutes."""
pytestmark = pytest.mark.skipif(LONG not in os.environ, reason="a part of make test-long")

PROBLEM = "application/problem+json"
USERS = range(1, 41)


@pytest.fixture(scope="module")
def service() -> Iterator[LocalServices]:
    settings = {"API_RATE_PER_SECOND": "1000", "API_RATE_BURST": "10000"}
    with local_services(apis=2, workers=0, users=100, settings=settings) as services:
        yield services


@pytest.fixture(scope="module")
def tokens(service: LocalServices) -> dict[int, str]:
    return service.tokens(USERS)


def program(name: str, package: str) -> str:
    """Return the path of a program, installed where that can be; skips the test otherwise."""
    found = find_or_install([name, f"/usr/sbin/{name}"], package)
    if not found:
        pytest.skip(f"{name} is not there, and Debian's package {package} cannot be installed here")
    return found


def release(*command: str) -> str:
    """Return the first release that *command* tells of, such as ``1.22.1``."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    assert found, done.stdout
    return found[0]


def adapted(name: str, changes: Mapping[str, str]) -> str:
    """Return a file of this folder with names and ports of this machine; each of *changes* must apply once."""
    content = (HERE / name).read_text(encoding="utf-8")
    for old, new in changes.items():
        assert content.count(old) == 1, f"{name} has {old!r} {content.count(old)} times"
        content = content.replace(old, new)
    return content


def wait_until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def is_problem(answer: httpx.Response, status: int) -> bool:
    return (answer.status_code, answer.headers["content-type"], answer.json()["status"]) == (status, PROBLEM, status)


# --- nginx


@contextmanager
def nginx(first: int, second: int) -> Iterator[tuple[Server, str]]:
    """Run nginx in front of two API processes, by their ports; gives it and its address."""
    command = program("nginx", "nginx-light")
    with folder("nginx-") as home:
        home.chmod(0o755)  # its workers are another user, and keep large bodies here
        (port,) = free_ports(1)
        changes = {
            "api-1:8080": f"127.0.0.1:{first}",
            "api-2:8080": f"127.0.0.1:{second}",
            "listen 8080": f"listen 127.0.0.1:{port}",
        }
        (home / "nginx.conf").write_text(adapted("nginx.conf", changes), encoding="utf-8")
        title, url = f"nginx {release(command, '-v')}", f"http://127.0.0.1:{port}"
        arguments = ["-p", f"{home}/", "-c", "nginx.conf", "-g", "daemon off;"]
        ready = partial(httpx.get, f"{url}/metrics")
        with Server(title, [command, *arguments], home, ready, httpx.TransportError) as server:
            yield server, url


@pytest.fixture(scope="module")
def front(service: LocalServices) -> Iterator[tuple[Server, str]]:
    first, second = (httpx.URL(url).port or 0 for url in service.urls)
    with nginx(first, second) as running:
        yield running


def upstreams(server: Server, begin: int) -> Counter[str]:
    """Return how many requests each API process has got, by the log of nginx from the character *begin* on."""
    lines = [json.loads(line) for line in server.log.read_text()[begin:].splitlines() if line.startswith("{")]
    return Counter(address for line in lines for address in line["upstream"].split(", ") if address)


def read_all(url: str, tokens: Mapping[int, str]) -> set[int]:
    with httpx.Client(base_url=url) as client, ThreadPoolExecutor(8) as pool:
        return set(pool.map(lambda user: client.get(f"/users/{user}", headers=bearer(tokens[user])).status_code, USERS))


def test_requests_go_to_both_processes(front: tuple[Server, str], tokens: dict[int, str]) -> None:
    server, url = front
    begin = len(server.log.read_text())
    assert read_all(url, tokens) == {200}
    assert len(upstreams(server, begin)) == 2


def test_a_reader_does_not_notice_that_a_process_is_killed(
    front: tuple[Server, str], service: LocalServices, tokens: dict[int, str]
) -> None:
    server, url = front
    service.apis[0].kill()
    try:
        assert read_all(url, tokens) == {200}
    finally:
        service.apis[0].start()

    def both() -> bool:
        begin = len(server.log.read_text())
        return read_all(url, tokens) == {200} and len(upstreams(server, begin)) == 2

    wait_until(both)


@contextmanager
def deaf() -> Iterator[tuple[int, list[str]]]:
    """Run an API process that ends each connection when it has read a request; gives its port and what it has read."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard: list[str] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    heard.append(connection.recv(65536).decode().split(" ")[0])

        thread = Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], heard
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_what_may_have_been_done_is_not_sent_again() -> None:
    with deaf() as (first, by_first), deaf() as (second, by_second), nginx(first, second) as (_, url):
        answer = httpx.post(f"{url}/reports", json={"city": None})
        assert is_problem(answer, 503)
        assert int(answer.headers["retry-after"]) > 0
        assert by_first + by_second == ["POST"]
    with deaf() as (first, by_first), deaf() as (second, by_second), nginx(first, second) as (_, url):
        assert is_problem(httpx.get(f"{url}/users/1"), 503)
        assert (by_first, by_second) == (["GET"], ["GET"])


def test_what_nobody_needs_is_refused_before_it_costs_a_thread(
    front: tuple[Server, str], tokens: dict[int, str]
) -> None:
    server, url = front
    csv = {**bearer(tokens[1]), "Content-Type": "text/csv"}
    begin = len(server.log.read_text())
    assert is_problem(httpx.post(f"{url}/imports", headers=csv, content=b"x" * (5 * 1024 * 1024 + 1)), 413)
    assert is_problem(httpx.put(f"{url}/users/1", headers=bearer(tokens[1]), content=b"x" * (64 * 1024 + 1)), 413)
    assert is_problem(httpx.get(f"{url}/users/1", headers={**bearer(tokens[1]), "X-Long": "x" * 40_000}), 400)
    for path in ("/metrics", "/ready"):
        assert is_problem(httpx.get(url + path), 404)
    assert not upstreams(server, begin)


def test_a_large_import_passes(front: tuple[Server, str], tokens: dict[int, str]) -> None:
    csv = "email,name,city\n" + "".join(f"{number}@large.example.org,Name,City\n" for number in range(100_000))
    answer = httpx.post(f"{front[1]}/imports", headers={**bearer(tokens[1]), "Content-Type": "text/csv"}, content=csv)
    assert answer.status_code == 202


def requests_at_once(url: str) -> float:
    """Return how many requests an API process is answering, the one that asks for it among them."""
    found = re.search(r"^http_requests_at_once (\S+)", httpx.get(f"{url}/metrics").text, re.MULTILINE)
    assert found
    return float(found[1])


def test_a_slow_client_holds_no_process(
    front: tuple[Server, str], service: LocalServices, tokens: dict[int, str]
) -> None:
    head = f"PUT /users/1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {tokens[1]}\r\nContent-Length: 1000\r\n\r\n{{"
    address = httpx.URL(front[1])
    slow = [socket.create_connection((address.host, address.port or 0)) for _ in range(100)]
    try:
        for connection in slow:
            connection.sendall(head.encode())
        assert read_all(front[1], tokens) == {200}
        assert [requests_at_once(url) for url in service.urls] == [1, 1]
    finally:
        for connection in slow:
            connection.close()


# --- PgBouncer


@pytest.fixture(scope="module")
def pooler(service: LocalServices) -> Iterator[tuple[Server, str]]:
    """PgBouncer in front of the primary, with three connections to it; gives it and its URL."""
    command = program("pgbouncer", "pgbouncer")
    number = release(command, "--version")
    with psycopg.connect(service.primary.url) as connection:
        connection.execute("CREATE ROLE api SUPERUSER LOGIN")
    with folder("pgbouncer-") as home:
        home.chmod(0o755)
        (port,) = free_ports(1)
        primary = httpx.URL(service.environment["API_PRIMARY_URL"])
        changes = {
            "host=primary port=5432 dbname=api": f"host={primary.host} port={primary.port} dbname=postgres",
            "listen_addr = *": "listen_addr = 127.0.0.1",
            "listen_port = 6432": f"listen_port = {port}",
            "/etc/pgbouncer/userlist.txt": f"{home}/userlist.txt",
            "default_pool_size = 20": "default_pool_size = 3",
        }
        if not tracks_statements(number):
            changes["max_prepared_statements = 200"] = ""
        (home / "pgbouncer.ini").write_text(adapted("pgbouncer.ini", changes), encoding="utf-8")
        (home / "userlist.txt").write_text('"api" "a password"\n', encoding="utf-8")
        url = f"postgresql://api:a%20password@127.0.0.1:{port}/api"
        arguments = ["--user", "nobody"] if Path("/proc/self").stat().st_uid == 0 else []

        def ready() -> None:
            psycopg.connect(url, connect_timeout=2, prepare_threshold=None).close()

        title = f"PgBouncer {number}"
        with Server(
            title, [command, *arguments, home / "pgbouncer.ini"], home, ready, psycopg.OperationalError
        ) as server:
            yield server, url


def tracks_statements(number: str) -> bool:
    """Return whether this release of PgBouncer knows who has prepared what, and psycopg trusts it."""
    return tuple(map(int, number.split("."))) >= (1, 22)


@pytest.fixture(scope="module")
def pooled(service: LocalServices, pooler: tuple[Server, str]) -> Iterator[list[str]]:
    """Two API processes that reach the primary through PgBouncer; gives their addresses."""
    server, url = pooler
    environment = {**service.environment, "API_PRIMARY_URL": url}
    if not tracks_statements(server.title.split()[1]):
        environment["API_PREPARED_STATEMENTS"] = "false"
    first, second = free_ports(2)
    with folder("pooled-") as home:
        commands = [["uvicorn", "scalable_api.app:app", "--port", str(port)] for port in (first, second)]
        apis = [Program(home / command[-1], environment, "Uvicorn running", *command) for command in commands]
        with apis[0], apis[1]:
            yield [f"http://127.0.0.1:{port}" for port in (first, second)]


def test_many_connections_become_few(service: LocalServices, pooled: list[str], tokens: dict[int, str]) -> None:
    def change(number: int) -> tuple[int, int]:
        user, url = 1 + number % 20, pooled[number % 2]
        body = {"name": f"User {user}", "city": f"City {number}"}
        written = client.put(f"{url}/users/{user}", headers=bearer(tokens[user]), json=body)
        ordered = client.post(f"{url}/reports", headers=bearer(tokens[user]), json={"city": body["city"]})
        return written.status_code, ordered.status_code

    with httpx.Client(timeout=10) as client, ThreadPoolExecutor(10) as pool:
        assert Counter(pool.map(change, range(300))) == {(200, 202): 300}
    with psycopg.connect(service.primary.url) as connection:
        ours = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'api'"
        (count,) = connection.execute(ours).fetchone() or (0,)
    assert 1 <= count <= 3


def test_a_statement_ends_in_time_behind_the_pooler(pooler: tuple[Server, str]) -> None:
    # As the service connects: what it asks for by `options` cannot pass, so PgBouncer must set the same.
    options = "-c statement_timeout=2000 -c transaction_timeout=4000"
    with psycopg.connect(pooler[1], options=options, prepare_threshold=None) as connection:
        for name, value in {"statement_timeout": "2s", "transaction_timeout": "4s"}.items():
            assert connection.execute(f"SHOW {name}").fetchone() == (value,)
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(10)")


# --- RabbitMQ


@pytest.fixture
def rabbitmq() -> Iterator[tuple[Server, str]]:
    """A RabbitMQ with a name and a port mapper of its own; gives it and its URL."""
    command, mapper = program("rabbitmq-server", "rabbitmq-server"), program("epmd", "erlang-base")
    port, own_port, mapper_port = free_ports(3)
    server = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # that in the path becomes another user, and runs this one
    if not server.exists():
        pytest.skip(f"{command} is not of Debian's package")
    with folder("rabbitmq-") as home:
        (home / "enabled_plugins").write_text("[].\n", encoding="utf-8")
        (home / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\n", encoding="utf-8")
        environment = {
            "HOME": str(home),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(mapper_port),
            "RABBITMQ_NODENAME": "test@localhost",
            "RABBITMQ_DIST_PORT": str(own_port),
            "RABBITMQ_MNESIA_BASE": str(home / "data"),
            "RABBITMQ_LOG_BASE": str(home),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(home / "pid"),
        }

        def listens(at: int) -> None:
            socket.create_connection(("127.0.0.1", at), 2).close()

        with (
            folder("epmd-") as place,
            Server("epmd", [mapper], place, partial(listens, mapper_port), OSError, environment=environment),
        ):
            title = f"RabbitMQ {release('dpkg-query', '--show', 'rabbitmq-server')}"
            with Server(
                title,
                [server],
                home,
                partial(listens, port),
                OSError,
                environment=environment,
            ) as running:
                yield running, f"amqp://guest:guest@127.0.0.1:{port}"


def test_jobs_go_over_rabbitmq(
    service: LocalServices, tokens: dict[int, str], rabbitmq: tuple[Server, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, url = rabbitmq
    environment = {**service.environment, "API_BROKER_URL": url}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    broker = make_broker(Settings())
    (port,) = free_ports(1)
    with folder("rabbitmq-crew-") as home:
        api = Program(
            home / "api", environment, "Uvicorn running", "uvicorn", "scalable_api.app:app", "--port", f"{port}"
        )
        command = ["dramatiq", "scalable_api.tasks", "--processes", "1", "--threads", "1"]
        worker = Program(home / "worker", environment, "ready for action", *command)
        with api, httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=bearer(tokens[1])) as client:
            job = client.post("/reports", json={"city": None}).json()["id"]
            assert queued(broker) == 1
            with worker:
                wait_until(lambda: client.get(f"/jobs/{job}").json()["state"] == "done")
            assert client.get(f"/jobs/{job}/report.csv").text.startswith("month,joined")
            server.pause()
            with pytest.raises(Unavailable):
                queued(make_broker(Settings()))
            server.resume()
            server.stop()
            with pytest.raises(Unavailable):
                queued(broker)
            with pytest.raises(Unavailable):
                send(broker, job, 0)
            with pytest.raises(Unavailable):
                send(make_broker(Settings(broker_url="amqp://nowhere.invalid:1")), job, 0)
            # It is accepted all the same, and others can go on: the limit is Redis's.
            assert client.post("/reports", json={"city": None}).status_code == 202
            assert client.get("/users/1").status_code == 200


# --- The files for Docker


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((HERE / "compose.yaml").read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("name", ["compose.yaml", "scale-out.yaml"])
def test_the_compose_file_is_one(name: str) -> None:
    pytest.importorskip(
        "check_jsonschema", reason="check-jsonschema, which brings the schema of Compose files, is not installed"
    )
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(HERE / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_file_and_part_that_compose_names_is_there() -> None:
    content = compose()
    services = content["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (HERE / source).is_file() if source.startswith(".") else source in content["volumes"]
        for config in service.get("configs", []):
            assert config["source"] in content["configs"]
    for source in re.findall(r"^COPY (?!--from)(\S+)", (HERE / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE):
        assert (HERE / source).exists()
    for name in re.findall(r"^\s*server (\S+):8080", (HERE / "nginx.conf").read_text(encoding="utf-8"), re.MULTILINE):
        assert name in services


def test_only_nginx_can_be_reached_from_outside() -> None:
    assert [name for name, service in compose()["services"].items() if "ports" in service] == ["nginx"]


def test_compose_sets_what_the_service_reads() -> None:
    read = {f"API_{name.upper()}" for name in Settings.model_fields}
    assert set(compose()["x-settings"]) <= read
    without_default = {
        "API_SECRET",
        "API_PRIMARY_URL",
        "API_REPLICA_URL",
        "API_CACHE_URL",
        "API_QUEUE_URL",
        "API_SMTP_HOST",
    }
    assert without_default <= set(compose()["x-settings"])
