"""Measures how the service does under load, and what its clients lose when its parts fail: python measure.py, in 20 minutes."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

from faults import ANSWER_SECONDS, fault_runs
from local_services import HERE, local_services

from services.results import save

USERS, SECONDS = 20, 60
RUNS = 10
PACKAGES = ["fastapi", "uvicorn", "SQLAlchemy", "psycopg", "redis", "dramatiq", "locust"]


def under_load(users: int, seconds: int) -> list[dict[str, Any]]:
    """Return, for each kind of request, how many there were, how many failed, and what they took (milliseconds)."""
    with local_services() as services, tempfile.TemporaryDirectory() as place:
        where = ["--locustfile", str(HERE / "locustfile.py"), "--host", services.urls[0], "--csv", f"{place}/load"]
        how = ["--users", str(users), "--spawn-rate", str(users), "--run-time", f"{seconds}s", "--stop-timeout", "10"]
        services.run("-m", "locust", "--headless", "--only-summary", "--exit-code-on-error", "0", *where, *how)
        lines = list(csv.DictReader(Path(place, "load_stats.csv").read_text(encoding="utf-8").splitlines()))
    return [
        {
            "request": f"{line['Type']} {line['Name']}".strip(),
            "requests": int(line["Request Count"]),
            "failures": int(line["Failure Count"]),
            "per_second": round(float(line["Requests/s"]), 1),
            "p50": int(line["50%"]),
            "p99": int(line["99%"]),
        }
        for line in lines
    ]


def main() -> None:
    load = under_load(USERS, SECONDS)
    faults, servers = fault_runs(RUNS)
    results = {
        "scale": {"users": USERS, "seconds": SECONDS, "runs": RUNS, "answer_seconds": ANSWER_SECONDS},
        "load": load,
        "faults": faults,
        "all_faults": {
            name: sum(row[name] for row in faults) for name, value in faults[0].items() if isinstance(value, int)
        },
        "slowest": max(row["slowest"] for row in faults),
        "recovery": max(row["recovery"] for row in faults),
    }
    save(__file__, results, servers=servers, packages=PACKAGES)


if __name__ == "__main__":
    main()
