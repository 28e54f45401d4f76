"""The processes of a post's tests and of the blocks in its text: what they say, and the end of those that are left behind."""

import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from lab.server import NOTES

LEFT_SECONDS = 5.0
"""How long a server may take to end after the tests."""


def run(
    command: list[str], cwd: Path, environment: Mapping[str, str], seconds: float, given: str = ""
) -> tuple[int, str]:
    """Run *command*, to which *given* is typed, for *seconds* at most; return its exit status and what it said.

    That goes by a file: who reads from a pipe waits for all that have it, such as a server that was left.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        try:
            done = subprocess.run(
                command,
                cwd=cwd,
                env=environment,
                input=given,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=seconds,
            )
            status, end = done.returncode, ""
        except subprocess.TimeoutExpired:
            status, end = 1, f"not done in {seconds:.0f} s\n"
        output.seek(0)
        return status, output.read() + end


def end_what_is_left(notes: Path) -> list[str]:
    """Kill the programs that tests have started and not ended, and return their commands.

    They are known by the path *notes*, which the variable NOTES of their environment names. Servers of lab end a moment after their tests.
    """
    deadline = time.monotonic() + LEFT_SECONDS
    while (left := _with_notes(notes)) and time.monotonic() < deadline:
        time.sleep(0.1)
    commands = []
    for process in left:
        with suppress(psutil.Error):
            commands.append(" ".join(process.cmdline()))
            process.kill()
    return commands


def _with_notes(notes: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(NOTES) == str(notes) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found
