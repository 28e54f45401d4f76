"""The service on this machine alone, as `make services` runs it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
from local_services import HERE, USERS, free_ports


def test_the_service_runs_until_it_is_told_to_end(tmp_path: Path) -> None:
    port = port_before_free_ones()
    log = tmp_path / "log"
    with log.open("w") as output:
        command = [sys.executable, str(HERE / "local_services.py"), "--port", str(port)]
        process = subprocess.Popen(command, cwd=tmp_path, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 60
        while "curl" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        said = log.read_text()
        token = re.search(r"^token of user 7 +(\S+)$", said, re.MULTILINE)
        assert token
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {token[1]}"})
        # The buckets of a new Redis begin empty.
        while int(re.findall("r=([0-9]+)", client.get("/users/7").headers["RateLimit"])[0]) < 10:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        assert client.get("/users/7").json()["id"] == 7
        assert client.get(f"/users/{USERS}").status_code == 200
        assert client.get(f"/users/{USERS + 1}").status_code == 404
        mails = Path(re.findall(r"^mails +(\S+)$", said, re.MULTILINE)[0])
        assert client.post("/users/7/notifications", json={"subject": "Hello", "text": "It works."}).status_code == 202
        while not any((mails / "new").iterdir()):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        children = psutil.Process(process.pid).children(recursive=True)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert process.returncode == 0
    assert children
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    assert not mails.exists()


def port_before_free_ones() -> int:
    """Return a port that is free, as are those after it that the servers take."""
    for _ in range(100):
        (port,) = free_ports(1)
        if port < 65_000 and not {port + after for after in range(6)} & used_ports():
            return port
    raise RuntimeError("no six free ports in a row")


def used_ports() -> set[int]:
    return {connection.laddr.port for connection in psutil.net_connections("tcp") if connection.laddr}
