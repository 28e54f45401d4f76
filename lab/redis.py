"""Redis, or its fork Valkey where there is no wheel of Redis."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import redis as client

from lab import programs
from lab.server import Server, folder


class Redis(Server):
    """A Redis that listens on a Unix socket in its folder or, where *port* is given, on the loopback address."""

    def __init__(self, home: Path, settings: Mapping[str, str], port: int | None = None) -> None:
        socket = home / "redis.sock"
        self.url = f"redis://127.0.0.1:{port}/0" if port else f"unix://{socket}"
        """What redis-py connects by."""
        own = {
            "port": str(port or 0),
            "bind": "127.0.0.1",
            "dir": str(home),
            "save": "",
            "unixsocket": str(socket),
            **settings,
        }
        program = programs.redis_server()
        name = "Redis" if program.name.startswith("redis") else "Valkey"
        super().__init__(
            f"{name} {programs.release(program)}",
            [program, *(part for key, value in own.items() for part in (f"--{key}", value))],
            home,
            self._ping,
            client.RedisError,
        )

    def _ping(self) -> None:
        with client.Redis.from_url(self.url, socket_timeout=2) as connection:
            connection.ping()


@contextmanager
def redis(settings: Mapping[str, str] | None = None, port: int | None = None) -> Iterator[Redis]:
    """Run an empty Redis with *settings* of redis.conf, without persistence unless they ask for it."""
    with folder("redis-") as home, Redis(home, settings or {}, port) as server:
        yield server
