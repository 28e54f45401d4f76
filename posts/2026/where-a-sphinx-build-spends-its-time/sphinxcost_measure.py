"""Measure builds against each other in one run; write results.json beside this file.

python sphinxcost_measure.py [--text WORDS.txt] [--project NAME=DIRECTORY ...]
"""

import argparse
import datetime
import importlib.metadata
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sphinxcost_corpus
from sphinxcost_child import ARMS

HERE = Path(__file__).parent
PACKAGES = (
    "sphinx docutils myst-parser markdown-it-py furo ablog pygments jinja2 snowballstemmer pystemmer beautifulsoup4"
)


def child(script: list[str], arm: str, source: Path, output: Path) -> dict[str, Any]:
    """Run a script of this folder on (arm, source, output); return what it printed and its CPU seconds."""
    shutil.rmtree(output, ignore_errors=True)
    # Byte code is left behind by the first build, so that no later one pays for compiling.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, str(HERE / script[0]), *script[1:], arm, str(source), str(output)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)  # this child's own bill, and nobody else's
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return {**json.loads(printed), "cpu": usage.ru_utime + usage.ru_stime}


def alternately(jobs: dict[str, tuple[str, Path]], rounds: int, output: Path) -> dict[str, dict[str, Any]]:
    """Build each job (its name, then arm and source) once a round; return reports with the median of CPU."""
    child(["sphinxcost_child.py"], *next(iter(jobs.values())), output)  # warms the caches; not counted
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    reports: dict[str, dict[str, Any]] = {}
    for _ in range(rounds):
        for name, (arm, source) in jobs.items():
            report = child(["sphinxcost_child.py"], arm, source, output)
            seconds[name].append(round(report.pop("cpu"), 3))
            if reports.setdefault(name, report) != report:
                raise RuntimeError(f"{name}: two builds of the same sources differ")
        print(rounds, {name: values[-1] for name, values in seconds.items()}, file=sys.stderr)
    return {
        name: {**reports[name], "rounds": values, "median": round(statistics.median(values), 3)}
        for name, values in seconds.items()
    }


def stemmers(source: Path, rounds: int, output: Path) -> dict[str, dict[str, Any]]:
    """Build `source` with each stemmer; all must write the same index."""
    result = alternately({arm: (arm, source) for arm in ARMS}, rounds, output)
    if len({report.pop("index") for report in result.values()}) != 1:
        raise RuntimeError(f"{source}: the stemmers disagree")
    return result


def profiles(source: Path, rounds: int, output: Path) -> dict[str, dict[str, Any]]:
    """Profile `source` alternately: under cProfile with the Python stemmer, sampled with both; pool the rounds."""
    pooled = {
        (how, arm): {"packages": Counter[str](), "tasks": Counter[str]()}
        for how, arm in (("cprofile", "python"), ("sample", "python"), ("sample", "c"))
    }
    for _ in range(rounds):
        for (how, arm), kinds in pooled.items():
            report = child(["sphinxcost_profile.py", how], arm, source, output)
            print(how, arm, report["packages"].get("snowballstemmer"), file=sys.stderr)
            for kind, sums in kinds.items():
                for name, share in report.get(kind, {}).items():
                    sums[name] += share * report["seconds"]
    result: dict[str, dict[str, Any]] = {}
    for (how, arm), kinds in pooled.items():
        whole = kinds["packages"].total()
        result[f"{how} {arm}"] = {"seconds": round(whole, 2)} | {
            kind: {name: round(value / whole, 5) for name, value in sums.most_common()}
            for kind, sums in kinds.items()
            if sums
        }
    return result


def calls(posts: int, root: Path, output: Path) -> dict[str, dict[str, int]]:
    """Count calls in builds of `posts` posts without and with ABlog, with the Python stemmer."""
    found = {}
    for name, ablog in (("plain", False), ("ablog", True)):
        source = sphinxcost_corpus.write(posts, root / f"calls-{name}", ablog=ablog)
        found[name] = child(["sphinxcost_profile.py", "cprofile"], "python", source, output)["calls"]
    return found


def vocabulary(text: str) -> dict[str, float]:
    """Return the medians, over stretches of 600 words, of different words and of their mean length in letters."""
    words = re.findall("[A-Za-z]+", text)
    stretches = [set(words[start : start + 600]) for start in range(0, len(words) - 600, 600)]
    return {
        "different": statistics.median(len(stretch) for stretch in stretches),
        "letters": round(statistics.median(len("".join(stretch)) / len(stretch) for stretch in stretches), 1),
    }


def machine() -> dict[str, Any]:
    """Return when, on what and with which versions this is measured."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "cpu": next(line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES.split()},
    }


def measure(
    text: str, projects: Iterable[tuple[str, Path]], *, sizes: tuple[int, int] = (200, 1000), rounds: int = 5
) -> dict[str, Any]:
    """Measure everything: `text` gives real words to one corpus, `projects` are Sphinx projects by name."""
    few, many = sizes
    fewer_rounds = (rounds + 1) // 2
    results: dict[str, Any] = {"machine": machine(), "stemmers": {}, "pages": {}}
    with tempfile.TemporaryDirectory() as scratch:
        root, output = Path(scratch), Path(scratch, "output")

        def corpus(posts: int, **options: Any) -> Path:
            target = root / "-".join(["posts", str(posts), *(key for key, value in options.items() if value)])
            return target if target.exists() else sphinxcost_corpus.write(posts, target, **options)

        sources = {
            f"{few} posts": (corpus(few), rounds),
            f"{many} posts": (corpus(many), fewer_rounds),
            f"{few} posts, real words": (corpus(few, text=text), rounds),
            **{name: (project, fewer_rounds) for name, project in projects},
        }
        for name, (source, times) in sources.items():
            results["stemmers"][name] = stemmers(source, times, output)
            results["pages"][name] = sum(1 for _ in output.rglob("*.html"))
        made_up = "".join(path.read_text(encoding="utf-8") for path in corpus(few).glob("post-*.md"))
        results["vocabulary"] = {"made up": vocabulary(made_up), "real": vocabulary(text)}
        results["calls"] = {"posts": few, **calls(few, root, output)}
        results["profile"] = {"posts": many} | profiles(corpus(many), fewer_rounds, output)
        results["toctree"] = alternately(
            {
                f"{posts} {'in' if inside else 'out'}": ("c", corpus(posts, toctree=inside))
                for posts in (few // 2, few, few * 2)
                for inside in (False, True)
            },
            fewer_rounds,
            output,
        )
        results["ablog"] = alternately(
            {
                f"{posts} {'with' if ablog else 'without'}": ("c", corpus(posts, ablog=ablog))
                for posts in sizes
                for ablog in (False, True)
            },
            fewer_rounds,
            output,
        )
        for run in [*results["toctree"].values(), *results["ablog"].values()]:
            del run["index"]  # it says nothing here: different sources
        for name, posts, options in (("toctree", few, {"toctree": True}), ("ablog", many, {"ablog": True})):
            report = child(["sphinxcost_profile.py", "sample"], "c", corpus(posts, **options), output)
            results[f"{name} profile"] = {
                "posts": posts,
                **{key: report[key] for key in ("tasks", "packages")},
            }
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure Sphinx builds and write results.json.")
    parser.add_argument("--text", type=Path, required=True, help="real prose, for the corpus of real words")
    parser.add_argument("--project", action="append", default=[], metavar="NAME=DIRECTORY")
    options = parser.parse_args()
    named = ((name, Path(place)) for name, _, place in (item.partition("=") for item in options.project))
    found = measure(options.text.read_text(encoding="utf-8"), named)
    (HERE / "results.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
