"""Runs the service with all that it needs, on this machine alone: `python local_services.py`, until Ctrl-C.

Without root, Docker or the network: the servers come from wheels. Tests and measuring programs use `local_services`.
"""

from __future__ import annotations

import argparse
import mailbox
import os
import platform
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psycopg

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2]))  # the repository, for its package services

from services.postgres import Postgres, postgres, replica_of
from services.redis import Redis, redis
from services.server import Server, folder

USERS = 10_000
PORT = 8080
# How often a replica looks for a primary that is away; 5 seconds if not said:
# https://www.postgresql.org/docs/18/runtime-config-replication.html.
REPLICA = {"wal_retrieve_retry_interval": "500ms"}
CACHE = {"maxmemory": "64mb", "maxmemory-policy": "allkeys-lru"}
# Nothing is written to disk. A Redis that comes back empty is what the limit and the relay are made for; one that comes back
# with what it knew a second ago would let in once more whom it had let in since.
QUEUE = {"maxmemory-policy": "noeviction"}


class Program(Server):
    """A Python module that runs as a server; it is ready when it has written *word* to its log."""

    def __init__(self, home: Path, environment: Mapping[str, str], word: str, *command: str) -> None:
        home.mkdir()
        self._word, self._said = word, 0
        title = f"Python {platform.python_version()}"
        with suppress(PackageNotFoundError):  # a module of ours
            title = f"{command[0]} {version(command[0])}"
        program = [sys.executable, "-m", *command]
        super().__init__(title, program, home, self._has_said, LookupError, environment=environment)

    def start(self) -> None:
        self._said = self.log.stat().st_size if self.log.exists() else 0
        super().start()

    def _has_said(self) -> None:
        with self.log.open("rb") as log:
            log.seek(self._said)
            if self._word.encode() not in log.read():
                raise LookupError(self._word)


@dataclass
class LocalServices:
    """The servers of one running service; each can be killed, paused, resumed and started."""

    home: Path
    environment: Mapping[str, str]
    """What its processes are told, the settings `API_…` among it."""
    primary: Postgres
    replica: Postgres
    cache: Redis
    queue: Redis
    mail: Server
    relay: Server
    workers: list[Server] = field(default_factory=list)
    apis: list[Server] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    """The address of each API process."""

    def run(self, *arguments: str) -> str:
        """Run Python with *arguments* in the post's folder as one of the service's processes; return what it prints.

        Raises RuntimeError with what it said where it fails.
        """
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=HERE,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed; it said:\n{done.stdout}")
        return done.stdout

    def tokens(self, users: Iterable[int]) -> dict[int, str]:
        """Return by what each of *users* (ids) is known to the API."""
        ids = list(users)
        code = "import sys; from scalable_api.identity import token_for; print(*map(token_for, map(int, sys.argv[1:])))"
        return dict(zip(ids, self.run("-c", code, *map(str, ids)).split(), strict=True))

    def mails(self) -> list[mailbox.MaildirMessage]:
        """Return the mails that have been received."""
        return list(mailbox.Maildir(self.home / "mails", create=False))

    def wait_for_replica(self, seconds: float = 30.0) -> None:
        """Wait until the replica has what the primary has now; raises TimeoutError after *seconds*."""
        with psycopg.connect(self.primary.url) as connection:
            (position,) = connection.execute("SELECT pg_current_wal_lsn()").fetchone() or (None,)
        deadline = time.monotonic() + seconds
        with psycopg.connect(self.replica.url, autocommit=True) as connection:
            while connection.execute("SELECT pg_last_wal_replay_lsn() >= %s", [position]).fetchone() != (True,):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"the replica is not at {position} after {seconds} s")
                time.sleep(0.02)


@contextmanager
def local_services(
    *,
    port: int | None = None,
    apis: int = 1,
    workers: int = 1,
    users: int = USERS,
    settings: Mapping[str, str] | None = None,
) -> Iterator[LocalServices]:
    """Run the service: servers, tables, *users* users, relay, *workers* workers and *apis* API processes.

    *port* is that of the first API process, the others follow; without it all ports are free ones. *settings* replace those
    made here, by the names of their variables (`API_RATE_PER_SECOND`). At the end all stop in order, the API first.
    """
    ports = iter(range(port, port + apis + 5)) if port else free_ports(apis + 5)
    api_ports = [next(ports) for _ in range(apis)]
    with ExitStack() as stack:
        home = stack.enter_context(folder("scalable-api-"))
        primary_port, replica_port, mail_port = next(ports), next(ports), next(ports)
        primary = stack.enter_context(postgres(port=primary_port))
        replica = stack.enter_context(replica_of(primary, REPLICA, replica_port))
        cache, queue = (stack.enter_context(redis(options, next(ports))) for options in (CACHE, QUEUE))
        environment = {
            # By the port, as from another machine.
            "API_PRIMARY_URL": f"postgresql://postgres@127.0.0.1:{primary_port}/postgres",
            "API_REPLICA_URL": f"postgresql://postgres@127.0.0.1:{replica_port}/postgres",
            "API_CACHE_URL": cache.url,
            "API_QUEUE_URL": queue.url,
            "API_SMTP_HOST": "127.0.0.1",
            "API_SMTP_PORT": str(mail_port),
            "API_MAIL_FROM": "api@example.org",
            "API_SECRET": secrets.token_urlsafe(32),
            "API_REPORTS": str(home / "reports"),
            "PYTHONPATH": str(HERE),
            "PYTHONUNBUFFERED": "1",
            **(settings or {}),
        }
        (home / "reports").mkdir()

        def program(name: str, word: str, *command: str) -> Program:
            return Program(home / name, environment, word, *command)

        keep = ["--class", "aiosmtpd.handlers.Mailbox", str(home / "mails")]
        listen = ["--nosetuid", "--debug", "--listen", f"127.0.0.1:{mail_port}"]
        mail = program("mail", "Server is listening", "aiosmtpd", *listen, *keep)
        relay = program("relay", "", "scalable_api.relay")
        services = LocalServices(home, environment, primary, replica, cache, queue, mail, relay)
        stack.enter_context(mail)
        services.run("-m", "alembic", "upgrade", "head")
        services.run("-m", "scalable_api.fill", str(users))
        services.wait_for_replica()
        stack.enter_context(relay)
        for number in range(1, workers + 1):
            command = ["dramatiq", "scalable_api.tasks", "--processes", "1", "--threads", "4"]
            worker = program(f"worker-{number}", "ready for action", *command)
            services.workers.append(worker)
            stack.enter_context(worker)
        for number, api_port in enumerate(api_ports, 1):
            command = ["uvicorn", "scalable_api.app:app", "--port", str(api_port), "--no-access-log"]
            api = program(f"api-{number}", "Uvicorn running", *command)
            services.apis.append(api)
            services.urls.append(f"http://127.0.0.1:{api_port}")
            stack.enter_context(api)
        yield services


def free_ports(count: int) -> Iterator[int]:
    """Return *count* ports of the loopback address that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return iter([one.getsockname()[1] for one in sockets])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"of the API, {PORT} if not said; the servers take the next ones"
    )
    parser.add_argument("--users", type=int, default=USERS, help=f"how many there are, {USERS} if not said")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with suppress(KeyboardInterrupt), local_services(port=arguments.port, users=arguments.users) as services:
        settings, token = services.environment, services.tokens([7])[7]
        for name, value in {
            "API": services.urls[0],
            "PostgreSQL": settings["API_PRIMARY_URL"],
            "its replica": settings["API_REPLICA_URL"],
            "Redis, cache": settings["API_CACHE_URL"],
            "Redis, queue": settings["API_QUEUE_URL"],
            "SMTP": f"{settings['API_SMTP_HOST']}:{settings['API_SMTP_PORT']}",
            "mails": services.home / "mails",
            "logs": services.home / "*" / "server.log",
            "token of user 7": token,
        }.items():
            print(f"{name:16} {value}")
        print(f"\ncurl -i -H 'Authorization: Bearer {token}' {services.urls[0]}/users/7\n", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
