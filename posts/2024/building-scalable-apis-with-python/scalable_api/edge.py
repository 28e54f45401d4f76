"""Around the application: how much it takes on, how long an answer may take, what the log and the metrics say of it."""

import asyncio
import logging
import re
import sys
import time
import uuid
from collections.abc import Mapping
from contextvars import ContextVar

from prometheus_client import Gauge, Histogram
from pythonjsonlogger.json import JsonFormatter
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scalable_api.fuse import deadline
from scalable_api.problems import problem, unavailable

MOST_AT_ONCE = 200  # requests in one process, which has 40 threads for them
ANSWER_SECONDS = 4.5
MOST_HEADER_BYTES = 16_384
MOST_BODY_BYTES = 100_000
ALWAYS_ANSWERED = ("/health", "/metrics")
REQUEST_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)

request_id: ContextVar[str] = ContextVar("request_id", default="-")
log = logging.getLogger(__name__)
SECONDS = Histogram("http_request_seconds", "Time to the end of the answer", ["method", "route", "status"])
AT_ONCE = Gauge("http_requests_at_once", "Requests that are being worked on")


def log_as_json() -> None:
    """Write the logs to standard output, one JSON object a line, with the id of the request that is worked on."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter("%(levelname)s %(name)s %(message)s %(request)s", timestamp=True))
    handler.addFilter(_add_request_id)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
    logging.getLogger("uvicorn").propagate = True
    logging.getLogger("uvicorn.access").propagate = False  # Edge has its own line for each request


def _add_request_id(record: logging.LogRecord) -> bool:
    record.request = request_id.get()
    return True


class Exchange:
    """A request and its answer, of which either may be overdue."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, most_bytes: int) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._bytes_left = most_bytes
        self.waits_for_body = self.given_up = False
        self.status = 0  # none yet

    async def receive(self) -> Message:
        self.waits_for_body = True
        message = await self._receive()
        self.waits_for_body = False
        self._bytes_left -= len(message.get("body", b""))
        if self._bytes_left < 0:
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = request_id.get()
            headers.update(self._scope.get("state", {}).get("headers", {}))
        await self._send(message)

    async def send_unless_given_up(self, message: Message) -> None:
        if not self.given_up:
            await self.send(message)

    async def give_up(self, answer: Response) -> None:
        """Send this answer, and nothing that the application still says."""
        self.given_up = True
        await answer(self._scope, self._receive, self.send)


class Edge:
    """ASGI middleware, the outermost."""

    def __init__(self, app: ASGIApp, most_body_bytes: Mapping[str, int]) -> None:
        """`most_body_bytes` has the paths that take more than MOST_BODY_BYTES."""
        self.app, self.most_body_bytes = app, most_body_bytes
        self.tasks: set[asyncio.Future[None]] = set()
        AT_ONCE.set_function(lambda: len(self.tasks))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = Headers(scope=scope)
        given = headers.get("X-Request-ID", "")
        deadline.set(time.monotonic() + ANSWER_SECONDS)
        request_id.set(given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
        most_bytes = self.most_body_bytes.get(scope["path"], MOST_BODY_BYTES)
        exchange = Exchange(scope, receive, send, most_bytes)
        if sum(len(name) + len(value) for name, value in headers.raw) > MOST_HEADER_BYTES:
            await exchange.give_up(problem(431, headers={"Connection": "close"}))
        elif int(headers.get("Content-Length", 0)) > most_bytes:
            await exchange.give_up(problem(413))
        elif len(self.tasks) >= MOST_AT_ONCE and scope["path"] not in ALWAYS_ANSWERED:
            await exchange.give_up(unavailable("this server has enough to do"))
        else:
            await self._answer(scope, exchange)
        seconds = time.perf_counter() - began
        route = getattr(scope.get("route"), "path", "none")  # not the path: each would be a series of its own
        SECONDS.labels(scope["method"], route, exchange.status).observe(seconds)
        fields = {"method": scope["method"], "path": scope["path"], "status": exchange.status}
        log.info("request", extra=fields | {"seconds": round(seconds, 4), "user": scope.get("state", {}).get("user")})

    async def _answer(self, scope: Scope, exchange: Exchange) -> None:
        task = asyncio.ensure_future(self.app(scope, exchange.receive, exchange.send_unless_given_up))
        self.tasks.add(task)
        task.add_done_callback(self._ended)
        await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        if exchange.status:
            await asyncio.wait({task})
        elif exchange.waits_for_body:
            task.cancel()
            await exchange.give_up(problem(408, headers={"Connection": "close"}))
        else:
            # A thread cannot be stopped. It ends by the time-outs of what it waits for, and commits nothing any more.
            await exchange.give_up(unavailable("it takes too long"))

    def _ended(self, task: asyncio.Future[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("failed", exc_info=error)  # the client has got 500
