"""Say where a build spends its CPU time, as shares of the whole; print them as JSON.

python sphinxcost_profile.py cprofile ARM SOURCE OUTPUT
python sphinxcost_profile.py sample ARM SOURCE OUTPUT
"""

import cProfile
import gc
import json
import pstats
import signal
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Self

from sphinxcost_child import build

STDLIB = sysconfig.get_path("stdlib")
WITH = {"mdit_py_plugins": "markdown_it", "mdurl": "markdown_it", "markupsafe": "jinja2", "soupsieve": "bs4"}

# Functions to be counted with everything that they call: name -> (end of the file's path, our word for it).
TASKS = {
    "_find_and_load": ("<frozen importlib._bootstrap>", "imports"),
    "parse": ("myst_parser/parsers/sphinx_.py", "Markdown to document tree"),
    "_get_settings": ("sphinx/util/docutils.py", "docutils settings"),
    "apply_transforms": ("docutils/transforms/__init__.py", "transforms"),
    "write_doctree": ("sphinx/builders/__init__.py", "pickling document trees"),
    "feed": ("sphinx/search/__init__.py", "search index"),
    "walkabout": ("docutils/nodes.py", "HTML visitors"),
    "highlight_block": ("sphinx/highlighting.py", "Pygments"),
    "get_formatter": ("sphinx/highlighting.py", "Pygments formatters built"),
    "render": ("sphinx/jinja2glue.py", "Jinja templates"),
    "_compute_navigation_tree": ("furo/__init__.py", "Furo's navigation tree"),
    "to_html": ("ablog/blog.py", "ABlog's excerpts"),
}

# Functions whose calls are worth counting, in the same form.
CALLS = {
    "populate_from_components": ("docutils/frontend.py", "option parsers"),
    "get_formatter": ("sphinx/highlighting.py", "formatters"),
    "to_html": ("ablog/blog.py", "excerpts"),
    "_stem": ("snowballstemmer/english_stemmer.py", "stems"),
}


def owner(filename: str) -> str:
    """Name the package that a source file belongs to."""
    if filename.endswith((".html", ".xml")) or filename == "<template>":
        return "jinja2"  # a compiled template carries the template's own path
    if filename.startswith("<frozen importlib"):
        return "import system"
    _, installed, inside = filename.rpartition("/site-packages/")
    if installed:
        package = inside.partition("/")[0].removesuffix(".py")
        return "sphinx.search" if inside.startswith("sphinx/search/") else WITH.get(package, package)
    return "standard library" if filename.startswith((STDLIB, "<frozen ")) else "other"


def by_package(stats: pstats.Stats) -> Counter[str]:
    """Add up each package's own seconds; those of a built-in function go to the packages that called it."""
    seconds: Counter[str] = Counter()
    for (filename, _, _), (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined]
        if filename != "~":
            seconds[owner(filename)] += own
        else:
            for (caller, _, _), (_, _, part, _) in callers.items():
                seconds[owner(caller)] += part
    return seconds


class Sampler:
    """While it runs: every `interval` seconds of CPU time, charge the time since to the code on the stack."""

    def __init__(self, interval: float = 0.004) -> None:
        self.interval = interval
        self.busy = False
        self.packages: Counter[str] = Counter()  # seconds, charged to the innermost Python function
        self.tasks: Counter[str] = Counter()  # seconds, charged to every task on the stack

    def __enter__(self) -> Self:
        gc.callbacks.append(self.collector)
        self.last = time.process_time()
        signal.signal(signal.SIGPROF, self.tick)
        signal.setitimer(signal.ITIMER_PROF, self.interval, self.interval)
        return self

    def __exit__(self, *exception: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        gc.callbacks.remove(self.collector)

    def tick(self, signum: int, frame: FrameType | None) -> None:
        """Charge the CPU time since the last tick to the code on the stack.

        Python calls this between two bytecodes, so after a long C call one tick stands for many: weigh it.
        """
        if frame is None or self.busy or frame.f_code is Sampler.collector.__code__:
            return  # not into our own bookkeeping; the next tick takes the time along
        self.busy = True
        seconds = time.process_time() - self.last
        self.packages[owner(frame.f_code.co_filename)] += seconds
        found = set()
        while frame:
            end, task = TASKS.get(frame.f_code.co_name, ("", ""))
            if end and frame.f_code.co_filename.endswith(end):
                found.add(task)
            frame = frame.f_back
        for task in found:
            self.tasks[task] += seconds
        self.last = time.process_time()  # the sampler's own work belongs to nobody
        self.busy = False

    def collector(self, phase: str, info: dict[str, int]) -> None:
        """Take the time of a garbage collection out of what the next tick charges, into a row of its own."""
        if phase == "start":
            self.started = time.process_time()
        else:
            seconds = time.process_time() - self.started
            self.packages["garbage collector"] += seconds
            self.last += seconds


def shares(seconds: Counter[str], whole: float) -> dict[str, float]:
    """Divide by `whole`, the largest first."""
    return {name: round(value / whole, 5) for name, value in seconds.most_common()}


def with_cprofile(work: Callable[[], object]) -> dict[str, object]:
    """Do `work` under cProfile; return its seconds, each package's share of them, and calls counted."""
    profile = cProfile.Profile()
    profile.runcall(work)
    stats = pstats.Stats(profile)
    packages = by_package(stats)
    whole = packages.total()
    calls = {}
    for (filename, _, name), (_, count, *_) in stats.stats.items():  # type: ignore[attr-defined]
        end, label = CALLS.get(name, ("", ""))
        if end and filename.endswith(end):
            calls[label] = count
    return {"seconds": whole, "packages": shares(packages, whole), "calls": calls}


def with_sampler(work: Callable[[], object]) -> dict[str, object]:
    """Do `work` under the sampler; return its seconds and the shares of packages and of tasks."""
    with Sampler() as sampler:
        work()
    whole = sampler.packages.total()
    return {
        "seconds": whole,
        "packages": shares(sampler.packages, whole),
        "tasks": shares(sampler.tasks, whole),
    }


if __name__ == "__main__":
    how, arm, source, output = sys.argv[1:]
    instrument = {"cprofile": with_cprofile, "sample": with_sampler}[how]
    print(json.dumps(instrument(lambda: build(arm, Path(source), Path(output)))))
