"""Environments of the peers, one for each, made from its lock on first use and again after the lock has changed."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SITES = HERE / "sites"


def is_made(stamp: Path, lock: Path) -> bool:
    """Tell whether the environment with this *stamp* was made from the *lock* as it is."""
    return stamp.is_file() and stamp.stat().st_mtime >= lock.stat().st_mtime


def python(name: str) -> Path:
    """Return the folder of programs that requirements-*name*.txt brings, in a virtual environment of their own."""
    folder, lock = HERE / f".venv-{name}", HERE / f"requirements-{name}.txt"
    stamp = folder / "installed"
    if not is_made(stamp, lock):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
        subprocess.run([*install, "--requirement", str(lock)], check=True)
        stamp.touch()
    return folder / "bin"


def node(name: str) -> Path:
    """Return the folder of programs that package-lock.json in the site of *name* brings; raises OSError without npm."""
    site = SITES / name
    if not is_made(site / "node_modules/.package-lock.json", site / "package-lock.json"):
        subprocess.run(["npm", "ci", "--prefix", str(site), "--loglevel=error"], check=True)
    return site / "node_modules/.bin"
