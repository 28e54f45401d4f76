"""What the post shows of output is what comes."""

import re
import subprocess
import sys

import httpx
import psycopg
from local_services import USERS as LOCAL_USERS
from local_services import Program
from scalable_api.database import make_engine
from scalable_api.fill import fill
from scalable_api.identity import token_for
from scalable_api.settings import Settings
from scalable_api_testing import HERE, wait_until

from services.postgres import Postgres


def test_the_calls_get_these_answers(
    api_process: tuple[Program, str], ada: httpx.Client, settings: Settings, postgres: Postgres
) -> None:
    with psycopg.connect(postgres.url) as connection:
        connection.execute("TRUNCATE users")
    engine = make_engine(postgres.url, statement_seconds=None)
    fill(engine, LOCAL_USERS)
    engine.dispose()
    wait_until(lambda: ada.get("/ready").json()["status"] == "ready")
    shown = (HERE / "calls.txt").read_text()
    calls = re.findall(r"^\$ (.*)\n(.*)\n", shown, re.MULTILINE)
    assert len(calls) == 2
    for command, output in calls:
        here = command.replace("$TOKEN", token_for(7, settings)).replace("http://127.0.0.1:8080", api_process[1])
        done = subprocess.run(["sh", "-c", here], capture_output=True, text=True, check=True)
        pattern = re.escape(output).replace("…", "[0-9a-f-]{36}")
        assert re.fullmatch(pattern, done.stdout), done.stdout


def test_the_index_gains_and_costs_what_is_said() -> None:
    """Each line but that of release and date; two counts may differ by what chance has put on a page."""
    done = subprocess.run(
        [sys.executable, "index_gain_and_cost.py"], cwd=HERE, capture_output=True, text=True, check=True
    )
    now, shown = done.stdout.splitlines()[1:], (HERE / "index_gain_and_cost.txt").read_text().splitlines()[1:]
    numbers = re.compile(r"\d+(?:\.\d+)?")
    assert [numbers.sub("n", line) for line in now] == [numbers.sub("n", line) for line in shown]
    for line, line_shown in zip(now, shown, strict=True):
        for number, number_shown in zip(numbers.findall(line), numbers.findall(line_shown), strict=True):
            assert abs(float(number) - float(number_shown)) <= 2 + 0.03 * float(number_shown), (line, line_shown)
