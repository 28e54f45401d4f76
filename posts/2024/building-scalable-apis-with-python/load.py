"""Puts a bounded load on the API, and keeps what each request got, for `faults.py` to find out what was lost.

Each client is a user of its own in a thread of its own and has at most one request open, sent at a fixed time.
(What the service does under load alone, `locustfile.py` and `measure.py` find out.)
"""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

PATIENCE_SECONDS = 15.0
"""How long a client waits; longer than any answer may take, so that one that takes too long is seen."""
BROKEN = 0
"""The status of a request whose connection ended without an answer."""


@dataclass(frozen=True)
class Answer:
    """One request and what came back; all times are seconds of `time.monotonic`, one clock for all of this machine."""

    user: int
    request: str
    """Method and path."""
    due: float
    start: float
    end: float
    status: int
    version: int | None = None
    """Of the record, as the answer has it."""
    seen: int | None = None
    """The version that the client says it has seen, as Seen-Version."""
    body: Mapping[str, Any] = field(default_factory=dict)
    """The JSON object that came back."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Order:
    """A job that a client has ordered, and orders again under the same key until it is accepted."""

    user: int
    path: str
    key: str
    content: Mapping[str, Any]
    """The body and its headers, as arguments of httpx."""
    job: str | None = None
    """The id of the job, once accepted."""


class Load:
    """What is running against *urls*, the addresses of the API processes, and what it has seen so far."""

    def __init__(self, urls: Sequence[str]) -> None:
        self.urls = list(urls)
        self.answers: list[Answer] = []
        self.orders: dict[str, Order] = {}
        """By their keys."""
        self.stopping = threading.Event()

    @property
    def accepted(self) -> list[Order]:
        """The orders that were answered by 202."""
        return [order for order in self.orders.values() if order.job]


class Client:
    """One user of the API; goes to another process of it where it cannot connect to one, as a proxy in front would."""

    def __init__(self, load: Load, user: int, token: str) -> None:
        self._load, self._user = load, user
        self._urls = itertools.cycle(load.urls[user % len(load.urls) :] + load.urls[: user % len(load.urls)])
        self._url = next(self._urls)
        self._http = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_SECONDS)
        self._seen = 0

    def ask(self, method: str, path: str, due: float | None = None, **content: Any) -> Answer:
        """Send one request, and return what came of it; *content* are arguments of httpx."""
        start = time.monotonic()
        seen = content.get("headers", {}).get("Seen-Version")
        for _ in self._load.urls:
            try:
                response = self._http.request(method, self._url + path, **content)
                break
            except httpx.ConnectError:
                self._url, response = next(self._urls), None  # nothing was sent yet
            except httpx.TransportError:
                response = None
                break
        end = time.monotonic()
        body: dict[str, Any] = {}
        headers: dict[str, str] = {}
        if response is not None:
            headers = dict(response.headers)
            body = response.json() if "json" in headers.get("content-type", "") else {}
        answer = Answer(
            self._user,
            f"{method} {path}",
            start if due is None else due,
            start,
            end,
            BROKEN if response is None else response.status_code,
            body.get("version"),
            None if seen is None else int(seen),
            body,
            headers,
        )
        self._load.answers.append(answer)
        return answer

    def read_own(self, due: float | None = None) -> None:
        """Read the client's own record, which must be as new as what it has seen of it."""
        headers = {"Seen-Version": str(self._seen)} if self._seen else {}
        answer = self.ask("GET", f"/users/{self._user}", due, headers=headers)
        if answer.status == httpx.codes.OK:
            self._seen = max(self._seen, answer.version or 0)

    def write_own(self, due: float | None = None) -> None:
        """Give the client's own record another city."""
        content = {"name": f"User {self._user}", "city": f"City {time.monotonic_ns()}"}
        answer = self.ask("PUT", f"/users/{self._user}", due, json=content)
        if answer.status == httpx.codes.OK:
            self._seen = max(self._seen, answer.version or 0)

    def order(self, order: Order, due: float | None = None) -> Answer:
        """Order a job, for the first time or again; what came of it is kept in *order*."""
        self._load.orders[order.key] = order
        answer = self.ask("POST", order.path, due, **order.content)
        if answer.status == httpx.codes.ACCEPTED:
            order.job = answer.body["id"]
        return answer

    def run(self, every: float) -> None:
        """Do what users do, one request after the other, each *every* seconds after the one before, until the load stops."""
        open_order: Order | None = None
        number = self._user  # so that not all do the same at once
        due = time.monotonic() + every * (self._user % 7) / 7
        while not self._load.stopping.wait(max(0.0, due - time.monotonic())):
            match number % 6:
                case 0:
                    self.write_own(due)
                case 1 | 3:
                    self.read_own(due)
                case 2:
                    self.ask("GET", f"/users/{1 + number % 50}", due)
                case 4:
                    self.ask("GET", "/users?city=City+1&limit=5", due)
                case 5:
                    open_order = open_order or new_order(self._user, number // 6)
                    self.order(open_order, due)
                    open_order = None if open_order.job else open_order
            number += 1
            due += every

    def run_greedily(self, every: float) -> None:
        """Read the own record more often than the rate limit admits."""
        due = time.monotonic()
        while not self._load.stopping.wait(max(0.0, due - time.monotonic())):
            self.read_own(due)
            due += every


def new_order(user: int, number: int) -> Order:
    """Return an order of a report, a mail or an import, in turn, whose effects can be told from those of all others."""
    key = uuid.uuid4().hex
    headers = {"Idempotency-Key": key}
    match number % 3:
        case 0:
            return Order(user, "/reports", key, {"headers": headers, "json": {"city": None}})
        case 1:
            content = {"headers": headers, "json": {"subject": key, "text": "Hello"}}
            return Order(user, f"/users/{user}/notifications", key, content)
        case _:
            table = f"email,name,city\n{key}@example.org,{key},Imported\n"
            return Order(user, "/imports", key, {"headers": headers | {"Content-Type": "text/csv"}, "content": table})


@contextmanager
def load(
    urls: Sequence[str], tokens: Mapping[int, str], every: float = 0.25, greedy: Mapping[int, str] | None = None
) -> Iterator[Load]:
    """Put load on *urls* while the context lasts: a client for each of *tokens*, by user, with a request *every* so many seconds.

    The clients of *greedy* ask twenty times as often.
    """
    running = Load(urls)
    threads = [
        *(threading.Thread(target=Client(running, *who).run, args=[every]) for who in tokens.items()),
        *(
            threading.Thread(target=Client(running, *who).run_greedily, args=[every / 20])
            for who in (greedy or {}).items()
        ),
    ]
    for thread in threads:
        thread.start()
    try:
        yield running
    finally:
        running.stopping.set()
        for thread in threads:
            thread.join()
