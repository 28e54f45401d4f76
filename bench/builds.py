"""What a build costs: ``python -m bench.builds [POSTS] [--engine NAME…]``, from the folder of the site.

Each engine builds the same made-up posts (bench.corpus) from nothing; again after a word more in one body; again after
another title; and again with nothing changed. What it has built is looked at: every post has its page, code is coloured, the
tags have archives, the feed has entries. ``wall`` and ``cpu`` are seconds of the command and all that it starts, ``memory``
the MB of its largest process, ``ratio`` the CPU seconds as multiples of ours in the same run. Engines take turns, so that a
busy minute of the machine is not one engine's alone.

Exit status 1 where something is missing in what an engine has built.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import lxml.html
from lxml import etree

from bench.corpus import TAGS, Article, articles
from bench.peers import ENGINES, Engine

HERE = Path(__file__).parent
POSTS = 1000
STEPS = ("clean", "body", "title", "nothing")


@dataclass(frozen=True)
class Cost:
    """What one build took."""

    wall: float
    cpu: float
    memory: int


def python_of(engine: Engine) -> str:
    """Return the Python of the *engine*, whose environment is made first where it is not there."""
    if not engine.is_peer:
        return sys.executable
    folder = HERE / f".venv-{engine.name}"
    python = folder / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement"]
        subprocess.run([*install, str(HERE / f"requirements-{engine.name}.txt")], check=True)
    return str(python)


def run(command: list[str], folder: Path) -> Cost:
    """Run the *command* in the *folder*; raises RuntimeError with what it said where it fails."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(said.read().decode(errors="replace")[-2000:])
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)


def edit(engine: Engine, site: Path, article: Article, step: str) -> None:
    """Change the *article* in the *site* as the *step* says."""
    path = site / engine.source(article)
    text = path.read_text(encoding="utf-8")
    if step == "body":
        text = f"{text}\nUnheardof words at the end.\n"
    elif step == "title":
        text = text.replace(article.title, f"Another {article.title}")
    if step != "nothing":
        path.write_text(text, encoding="utf-8")


def missing(engine: Engine, site: Path, blog: list[Article], edited: Article, step: str) -> Iterator[str]:
    """Yield what is not in what the *engine* has built."""
    if lost := [article.slug for article in blog if not (site / engine.page(article)).is_file()]:
        yield f"{len(lost)} pages of posts, such as {lost[0]}"
        return
    page = (site / engine.page(edited)).read_text(encoding="utf-8")
    if not lxml.html.fromstring(page).xpath("//pre//span[@class]"):
        yield "colours of code"
    if step != "clean" and "Unheardof" not in page:
        yield "the edited body"
    if step in ("title", "nothing") and f"Another {edited.title}" not in page:
        yield "the edited title"
    used = {tag for article in blog for tag in article.tags}
    if lost := [tag for tag in TAGS if tag in used and not (site / engine.tag(tag)).is_file()]:
        yield f"{len(lost)} archives of tags, such as {lost[0]}"
    entries = etree.parse(site / engine.feed).getroot().findall("{*}entry")
    if len(entries) < min(10, len(blog)):
        yield f"entries of the feed, which has {len(entries)}"


def as_table(costs: dict[tuple[str, str], Cost]) -> str:
    """Return a Markdown table of the *costs* by step and engine; the first engine is what the others are compared with."""
    lines = ["| Build | Engine | wall s | cpu s | memory MB | ratio |", "| --- | --- | ---: | ---: | ---: | ---: |"]
    first = next(iter(costs))[1]
    for (step, engine), cost in costs.items():
        ratio = cost.cpu / costs[step, first].cpu
        lines.append(f"| {step} | {engine} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.memory} | {ratio:.2f} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.builds", description=__doc__)
    parser.add_argument("posts", type=int, nargs="?", default=POSTS, help="(default: %(default)s)")
    parser.add_argument("--engine", action="append", choices=[engine.name for engine in ENGINES], help="(default: all)")
    asked = parser.parse_args(arguments)
    engines = [engine for engine in ENGINES if not asked.engine or engine.name in asked.engine]
    blog = list(articles(asked.posts))
    edited = blog[len(blog) // 2]
    costs: dict[tuple[str, str], Cost] = {}
    status = 0
    with tempfile.TemporaryDirectory() as scratch:
        sites = {engine.name: Path(scratch, engine.name) for engine in engines}
        pythons = {engine.name: python_of(engine) for engine in engines}
        for engine in engines:
            engine.lay_out(sites[engine.name], blog)
        for step in STEPS:
            for engine in engines:
                site = sites[engine.name]
                if step != "clean":
                    edit(engine, site, edited, step)
                costs[step, engine.name] = run([pythons[engine.name], *engine.command], site)
                for what in missing(engine, site, blog, edited, step):
                    print(f"{engine.name}, {step}: lacks {what}", file=sys.stderr)
                    status = 1
    print(as_table(costs))
    return status


if __name__ == "__main__":
    sys.exit(main())
