"""What the tests of the service share."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
from local_services import Program, free_ports
from pydantic import SecretStr
from scalable_api.identity import token_for
from scalable_api.settings import Settings
from sqlalchemy import Engine, event

from services.postgres import Postgres

HERE = Path(__file__).parent
ADA, ALAN, GRACE = 1, 2, 3
"""The users that there are at the beginning of each test, of version 1."""


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collects the SQL that `engine` sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@contextmanager
def paused(*servers: Any) -> Iterator[None]:
    """Servers that accept connections and do not answer, as when their machine hangs."""
    for server in servers:
        server.pause()
    try:
        yield
    finally:
        for server in servers:
            server.resume()


def query(server: Postgres, statement: str) -> Any:
    """The first value of the first row."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None


def environment(settings: Settings) -> dict[str, str]:
    """The settings as another process is told them."""
    values = {name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in settings}
    return {f"API_{name.upper()}": str(value) for name, value in values.items()} | {
        "PYTHONPATH": str(HERE),
        "PYTHONUNBUFFERED": "1",
    }


def in_python(code: str, *arguments: str) -> "subprocess.Popen[str]":
    """Another process that can import the service."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True)


def api(settings: Settings, home: Path) -> tuple[Program, str]:
    """An API process, to be started by `with`, and its address."""
    (port,) = free_ports(1)
    command = ["uvicorn", "scalable_api.app:app", "--port", str(port)]
    return Program(home, environment(settings), "Uvicorn running", *command), f"http://127.0.0.1:{port}"


def worker(settings: Settings, home: Path) -> Program:
    command = ["dramatiq", "scalable_api.tasks", "--processes", "1", "--threads", "2"]
    return Program(home, environment(settings), "ready for action", *command)


def relay(settings: Settings, home: Path) -> Program:
    return Program(home, environment(settings), "", "scalable_api.relay")


def client_of(url: str, user_id: int, settings: Settings) -> httpx.Client:
    """A client with the token of a user; patient, so that an answer that takes too long is seen as such."""
    headers = {"Authorization": f"Bearer {token_for(user_id, settings)}"}
    return httpx.Client(base_url=url, headers=headers, timeout=20)


def said(program: Program) -> list[dict[str, Any]]:
    """What a program has written to its log, line by line."""
    return [json.loads(line) for line in program.log.read_text().splitlines() if line.startswith("{")]
