"""Measures what jobs cost and what they survive, on real servers, in about four minutes: make refresh POST=posts/2026/jobs-that-outlive-their-worker"""

from __future__ import annotations

from latency import latency
from pressure import pressure
from repeated import repeated
from stage import Scale, add_users, settings_for
from survival import emptied, killed

from services.postgres import postgres
from services.redis import redis
from services.results import save
from services.server import folder


def main() -> None:
    scale = Scale()
    with postgres() as primary, redis() as cache, redis() as queue, folder("jobs-") as home:
        settings = settings_for(primary, cache, queue, home)
        add_users(settings, scale.users)
        latencies = latency(settings, home, scale)
        kills = killed(settings, home, scale)
        results = {
            "scale": vars(scale) | {"sends": scale.threads * scale.repeats, "smtp_ms": round(scale.smtp * 1000)},
            "latency": latencies,
            "report": latencies[0],
            "mail": latencies[1],
            "kills": kills,
            "killed_import": kills[0],
            "killed_mail": kills[1],
            "emptied": emptied(settings, home, scale),
            "repeated": repeated(settings, home, scale),
            "pressure": pressure(settings, scale),
        }
        packages = ["SQLAlchemy", "psycopg", "redis", "dramatiq", "fastapi", "aiosmtpd"]
        save(__file__, results, servers=[primary.title, queue.title], packages=packages)


if __name__ == "__main__":
    main()
