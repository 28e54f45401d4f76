"""PostgreSQL: a primary on a new cluster, and replicas that stream from it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from lab import programs
from lab.server import Server, folder

USER = DATABASE = "postgres"


class Postgres(Server):
    """A PostgreSQL server that listens on a Unix socket in its folder and, where *port* is given, on the loopback address."""

    def __init__(self, home: Path, settings: Mapping[str, str], port: int | None = None) -> None:
        own = {
            "listen_addresses": "127.0.0.1" if port else "",
            "port": str(port or 5432),
            "unix_socket_directories": str(home),
            "fsync": "off",  # a killed process loses nothing by it, only a killed machine does
            **settings,
        }
        self.url = f"postgresql://{USER}@/{DATABASE}?host={home}" + (f"&port={port}" if port else "")
        """What libpq and psycopg connect by."""
        program = programs.postgres() / "postgres"
        super().__init__(
            f"PostgreSQL {programs.release(program)}",
            [program, "-D", home / "data", *(part for pair in own.items() for part in ("-c", "=".join(pair)))],
            home,
            lambda: psycopg.connect(self.url, connect_timeout=2).close(),
            psycopg.OperationalError,
            stop_signal="INT",  # a fast shutdown: https://www.postgresql.org/docs/18/server-shutdown.html
            owner=programs.postgres_owner(),
        )

    def start(self) -> None:
        # What a killed server has left says that it runs, of a process number that may be another's by now.
        if not self._processes():
            (self.home / "data" / "postmaster.pid").unlink(missing_ok=True)
        super().start()


@contextmanager
def postgres(settings: Mapping[str, str] | None = None, port: int | None = None) -> Iterator[Postgres]:
    """Run PostgreSQL on a new cluster, with *settings* of postgresql.conf."""
    with folder("pg-") as home:
        _own(home)
        options = ["--username", USER, "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
        _run("initdb", home, f"--pgdata={home / 'data'}", *options)
        with Postgres(home, settings or {}, port) as server:
            yield server


@contextmanager
def replica_of(
    primary: Postgres, settings: Mapping[str, str] | None = None, port: int | None = None
) -> Iterator[Postgres]:
    """Run a replica that streams from *primary*: https://www.postgresql.org/docs/18/app-pgbasebackup.html."""
    with folder("pg-") as home:
        _own(home)
        options = ["--write-recovery-conf", "--no-sync", "--checkpoint=fast"]
        _run("pg_basebackup", home, f"--dbname={primary.url}", f"--pgdata={home / 'data'}", *options)
        with Postgres(home, settings or {}, port) as server:
            yield server


def _own(home: Path) -> None:
    if owner := programs.postgres_owner():
        os.chown(home, owner["user"], owner["group"])


def _run(name: str, home: Path, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as its user; raises RuntimeError where it fails."""
    programs.run(programs.postgres() / name, *arguments, cwd=home, **programs.postgres_owner())
