"""A server as a process that can be started, stopped, killed and paused, and that never outlives who has started it."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import psutil

BEGIN_SECONDS = 2.0
"""After this time without a process a server has ended."""
START_SECONDS = 30.0
STOP_SECONDS = 10.0
NOTES = "UNDER_LOAD_SERVICES"
"""The variable that names the file in which each server notes what it is, one a line (see lab.runner)."""
# The shell signals the server when its own standard input ends. The kernel sees to that even if who has started it is killed.
# "<&0": POSIX gives an empty input to what runs in the background, and the server must have ours.
GUARD = (
    'signal=$1; shift; "$@" < /dev/null & server=$!; read -r _; kill -s "$signal" $server 2> /dev/null; wait $server'
)


class Server:
    """A program that serves; *command* starts it in the folder *home*.

    *ready* raises *refusal* until it answers. *title* is its name and release, such as ``Redis 6.2.5``. *stop_signal* is that
    of an orderly end. *owner* are arguments of subprocess.Popen that say which user it runs as.
    """

    def __init__(
        self,
        title: str,
        command: Sequence[str | Path],
        home: Path,
        ready: Callable[[], object],
        refusal: type[Exception] | tuple[type[Exception], ...],
        *,
        stop_signal: str = "TERM",
        owner: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.title, self.command, self.home = title, [str(part) for part in command], home
        self.ready, self.refusal, self.stop_signal = ready, refusal, stop_signal
        self.owner, self.environment = dict(owner or {}), environment
        self.log = home / "server.log"
        self._guard: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return once it answers; raises RuntimeError with what it said where it does not within 30 seconds."""
        with self.log.open("ab") as output:
            self._guard = subprocess.Popen(
                ["sh", "-c", GUARD, "guard", self.stop_signal, *self.command],
                cwd=self.home,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # an interrupt at the keyboard is for the tests, not for the server
                env=None if self.environment is None else {**os.environ, **self.environment},
                **self.owner,
            )
        begun = time.monotonic() + BEGIN_SECONDS
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.ready()
                break
            except self.refusal as error:
                ended = time.monotonic() > begun and not self._processes()
                if ended or time.monotonic() > deadline:
                    self.stop()
                    said = self.log.read_text(encoding="utf-8", errors="replace")
                    how = "ended" if ended else f"did not answer within {START_SECONDS:.0f} s"
                    raise RuntimeError(f"{self.title} {how}; it said:\n{said}") from error
                time.sleep(0.02)
        if notes := os.environ.get(NOTES):
            with Path(notes).open("a", encoding="utf-8") as file:
                file.write(f"{self.title}\n")

    def stop(self) -> None:
        """End it in order, as an administrator would; after 10 seconds, kill it."""
        if not self._guard or not self._guard.stdin:
            return
        self.resume()
        with suppress(BrokenPipeError):
            self._guard.stdin.close()
        try:
            self._guard.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill it and all its processes at once with SIGKILL, as a crash or the kernel's out-of-memory killer does."""
        if self._guard and self._guard.stdin:
            self._signal(signal.SIGKILL)
            self._guard.stdin.close()
            self._guard.wait()  # not killed: it is the parent that takes note of the server's end

    def pause(self) -> None:
        """Stop its processes in mid-air with SIGSTOP: connections stay open, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after `pause`."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def _processes(self) -> list[psutil.Process]:
        """Return the processes of the server, parents first; none where it has ended."""
        try:
            found = psutil.Process(self._guard.pid).children(recursive=True) if self._guard else []
            return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]
        except psutil.NoSuchProcess:
            return []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """Make a folder for a server, and remove it at the end.

    Not pytest's `tmp_path`: as root that lies where another user may not enter, and it can be too long for the path of a
    socket (107 bytes).
    """
    home = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)
