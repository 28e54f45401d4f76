"""What a build costs: ``python -m bench.builds [POSTS] [--sizes POSTS…] [--engine NAME…]``, from the folder of the site.

Each engine builds the same made-up posts (bench.corpus) in a folder that is new, so that nothing is cached; again after a word
more in one body; again after another title; and again with nothing changed. What it has built is looked at: every post has
its page, code is coloured, the tags have archives, the feed has entries with full texts. ``wall`` and ``cpu`` are seconds of
the command and all that it starts, ``memory`` the MB of its largest process alone, however many there are, ``site`` the MB of
the built files; the ratios are multiples of ours in the same run. Engines take turns, so that a busy minute of the machine is
not one engine's alone. One of them makes pages alone and no blog: Sphinx with MyST-Parser and Furo, below which we cannot come.

With ``--sizes`` each engine builds so many posts from nothing and after the word more, and a last table says how the seconds
grow from size to size: as the exponent of the number of posts, 1 where twice the posts cost twice as much.

Exit status 1 where a build fails, or something is missing in what an engine has built.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import lxml.html
from lxml import etree

from bench.corpus import TAGS, WORDS, Article, articles
from bench.engine import Engine
from bench.peers import ENGINES

METERED = Path(__file__).with_name("metered.py")
POSTS = 1000
STEPS = ("clean", "body", "title", "nothing")
GROWTH_STEPS = ("clean", "body")
LIMIT = 900  # seconds
FEED_ENTRIES = 10


@dataclass(frozen=True)
class Cost:
    """What one build took: seconds, the MB of the largest process, the MB of the site."""

    wall: float
    cpu: float
    memory: int
    site: float


Costs = dict[tuple[str, str], Cost]
"""What builds took, by step and engine."""


def megabytes(folder: Path) -> float:
    """Return the size of all files below *folder*."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def build(engine: Engine, programs: Path, site: Path) -> Cost:
    """Let the *engine*, of which *programs* is the folder, build the *site*; raises RuntimeError where it fails."""
    program, *options = engine.command
    command = [sys.executable, METERED, programs / program, *options]
    done = subprocess.run(command, cwd=site, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    took = json.loads(done.stdout)
    return Cost(took["wall"], took["cpu"], took["memory"] // 1024, megabytes(site / engine.output))


def edit(engine: Engine, site: Path, article: Article, step: str) -> None:
    """Change the *article* in the *site* as the *step* says."""
    path = site / engine.source(article)
    text = path.read_text(encoding="utf-8")
    if step == "body":
        path.write_text(f"{text}\nUnheardof words at the end.\n", encoding="utf-8")
    elif step == "title":
        path.write_text(text.replace(article.title, f"Another {article.title}"), encoding="utf-8")


def missing(engine: Engine, built: Path, blog: list[Article], edited: Article, step: str) -> Iterator[str]:
    """Yield what is not in what the *engine* has *built*."""
    if lost := [article.slug for article in blog if not (built / engine.page(article)).is_file()]:
        yield f"{len(lost)} pages of posts, such as {lost[0]}"
        return
    page = (built / engine.page(edited)).read_text(encoding="utf-8")
    if not lxml.html.fromstring(page).xpath("//pre//span[@class]"):
        yield "colours of code"
    if step != "clean" and "Unheardof" not in page:
        yield "the edited body"
    if step in ("title", "nothing") and f"Another {edited.title}" not in page:
        yield "the edited title"
    if not engine.tag or not engine.feed:
        return
    used = {tag for article in blog for tag in article.tags}
    if lost := [tag for tag in TAGS if tag in used and not (built / engine.tag(tag)).is_file()]:
        yield f"{len(lost)} archives of tags, such as {lost[0]}"
    if not (built / engine.feed).is_file():
        yield "the feed"
        return
    entries = [*etree.parse(built / engine.feed).getroot().iter("{*}entry", "item")]
    if len(entries) < min(FEED_ENTRIES, len(blog)):
        yield f"entries of the feed, which has {len(entries)}"
    if any(len("".join(entry.itertext()).split()) < WORDS for entry in entries):
        yield "full texts in the feed"


def measure(engines: list[Engine], posts: int, steps: tuple[str, ...]) -> tuple[Costs, list[str]]:
    """Return what builds of so many *posts* took in each of the *steps*, and what failed or was missing."""
    blog = list(articles(posts))
    edited = blog[len(blog) // 2]
    costs: Costs = {}
    faults = []
    failed = set()
    with tempfile.TemporaryDirectory() as scratch:
        sites = {engine.name: Path(scratch, engine.name) for engine in engines}
        programs = {engine.name: engine.programs() for engine in engines}
        for engine in engines:
            engine.lay_out(sites[engine.name], blog)
        for step in steps:
            for engine in engines:
                if engine.name in failed:
                    continue
                site = sites[engine.name]
                edit(engine, site, edited, step)
                try:
                    costs[step, engine.name] = build(engine, programs[engine.name], site)
                except RuntimeError as failure:
                    faults.append(f"{engine.name}, {step}: {failure}")
                    failed.add(engine.name)
                    continue
                lacks = missing(engine, site / engine.output, blog, edited, step)
                faults += [f"{engine.name}, {step}: lacks {what}" for what in lacks]
    return costs, faults


def as_table(costs: Costs) -> str:
    """Return a Markdown table of the *costs*; the first engine of a step is what the others are compared with."""
    lines = [
        "| Build | Engine | wall s | cpu s | memory MB | site MB | ratio of wall | ratio of cpu |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    first: dict[str, Cost] = {}
    for (step, engine), cost in costs.items():
        base = first.setdefault(step, cost)
        figures = f"{cost.wall:.2f} | {cost.cpu:.2f} | {cost.memory} | {cost.site:.1f}"
        ratios = f"{cost.wall / base.wall:.2f} | {cost.cpu / base.cpu:.2f}"
        lines.append(f"| {step} | {engine} | {figures} | {ratios} |")
    return "\n".join(lines)


def exponents(before: Cost | None, after: Cost | None, ratio: float) -> list[str]:
    """Return by which exponents of the *ratio* of posts wall and cpu have grown; empty where one was not measured."""
    if before is None or after is None:
        return ["", ""]
    grown = (after.wall / before.wall, after.cpu / before.cpu)
    return [f"{math.log(times, ratio):.2f}" for times in grown]


def growth_table(by_size: dict[int, Costs]) -> str:
    """Return a Markdown table of how the costs grow from one number of posts to the next, as exponents of the posts."""
    lines = [
        "| Posts | Engine | clean wall | clean cpu | body wall | body cpu |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for (fewer, before), (more, after) in pairwise(by_size.items()):
        for engine in dict.fromkeys(name for _, name in after):
            figures = [
                figure
                for step in GROWTH_STEPS
                for figure in exponents(before.get((step, engine)), after.get((step, engine)), more / fewer)
            ]
            lines.append(f"| {fewer:,} to {more:,} | {engine} | {' | '.join(figures)} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.builds", description=__doc__)
    parser.add_argument("posts", type=int, nargs="?", default=POSTS, help="(default: %(default)s)")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[], metavar="POSTS", help="in place of POSTS, such as 100 1000 10000"
    )
    parser.add_argument(
        "--limit",
        type=float,
        default=LIMIT,
        metavar="SECONDS",
        help="an engine whose clean build took longer is left out of larger sizes (default: %(default)s)",
    )
    parser.add_argument("--engine", action="append", choices=[engine.name for engine in ENGINES], help="(default: all)")
    asked = parser.parse_args(arguments)
    engines = [engine for engine in ENGINES if not asked.engine or engine.name in asked.engine]
    by_size: dict[int, Costs] = {}
    status = 0
    for posts in sorted({*asked.sizes} or {asked.posts}):
        costs, faults = measure(engines, posts, GROWTH_STEPS if asked.sizes else STEPS)
        by_size[posts] = costs
        print(f"{posts:,} posts:\n\n{as_table(costs)}\n", flush=True)
        if faults:
            print(*faults, sep="\n", file=sys.stderr)
            status = 1
        took = {name: cost.wall for (step, name), cost in costs.items() if step == "clean"}
        engines = [engine for engine in engines if took.get(engine.name, math.inf) <= asked.limit]
    if len(by_size) > 1:
        print(growth_table(by_size))
    return status


if __name__ == "__main__":
    sys.exit(main())
