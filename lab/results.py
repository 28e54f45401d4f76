"""Writes what a post has measured into the ``results.json`` beside its program, with all that a reader needs to judge it."""

import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = "results.json"


def save(
    program: str, results: Mapping[str, Any], *, servers: Iterable[str] = (), packages: Iterable[str] = ()
) -> None:
    """Write *results* beside *program*, the path of the measuring program: its ``__file__``.

    Beside them stands ``measured``: the day (UTC), the machine, the releases of Python, of the *servers* (their titles) and of
    the installed *packages*, a hash of each Python file that was loaded of the post (``programs``) or of other posts
    (``other_posts``), and one of the results. When one of these changes, the results are stale (see _ext.posts.evidence.measurements).
    Raises TypeError or ValueError where *results* are no JSON.
    """
    measured_values = json.dumps(results, sort_keys=True, ensure_ascii=False, allow_nan=False)
    own = Path(program).resolve()
    posts = own.parents[2]
    loaded = loaded_programs(posts, own)
    folder = own.parent.relative_to(posts).as_posix()
    measured = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "with": [f"Python {platform.python_version()}", *servers, *(f"{name} {version(name)}" for name in packages)],
        "programs": {
            path.removeprefix(f"{folder}/"): was for path, was in loaded.items() if path.startswith(f"{folder}/")
        },
        "results": sha256(measured_values.encode()).hexdigest(),
        "other_posts": {path: was for path, was in loaded.items() if not path.startswith(f"{folder}/")},
    }
    content = json.dumps({"measured": measured, **results}, indent=1, ensure_ascii=False)
    (own.parent / RESULTS).write_text(content + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """Return what this machine is: processor, cores, kernel."""
    processor = platform.processor()
    if (cpuinfo := Path("/proc/cpuinfo")).exists():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        processor = names[0] if names else processor
    return {"processor": processor, "cores": os.cpu_count(), "system": f"{platform.system()} {platform.release()}"}


def loaded_programs(posts: Path, program: Path) -> dict[str, str]:
    """Return the SHA-256 of *program* and of each Python module in the folder *posts* that is loaded, by path in it."""
    files = {
        program,
        *(Path(file).resolve() for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))),
    }
    here = sorted(file for file in files if file.suffix == ".py" and file.is_relative_to(posts))
    return {file.relative_to(posts).as_posix(): sha256(file.read_bytes()).hexdigest() for file in here}
