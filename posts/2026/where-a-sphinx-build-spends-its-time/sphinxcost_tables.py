"""Print results.json as the tables that the text shows and the phrases that it must contain.

python sphinxcost_tables.py
"""

import json
from pathlib import Path
from typing import Any

PACKAGES = "snowballstemmer docutils sphinx sphinx.search markdown_it myst_parser pygments jinja2 furo"

NAVIGATION, EXCERPTS = "Furo's navigation tree", "ABlog's excerpts"


def percent(share: float) -> str:
    """Show a share of 1 as whole per cent, or as "<1 %"."""
    return f"{share:.0%}".replace("%", " %") if share >= 0.005 else "<1 %"


def table(head: str, rows: list[list[str]]) -> str:
    """Lay out one Markdown table, its first column to the left and the others to the right."""
    columns = head.split(" | ")
    lines = [columns, ["---"] + ["---:"] * (len(columns) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def stemmers(results: dict[str, Any]) -> str:
    """Return the CPU time of each corpus with the three stemmers, relative to pure Python."""
    rows = []
    for name, arms in results["stemmers"].items():
        base = arms["python"]["median"]
        ratios = [f"{arms[arm]['median'] / base:.2f}" for arm in ("python", "memo", "c")]
        rows.append([name, *ratios, f"{base:.1f} s"])
    return table("Corpus | Python | Python, remembered | PyStemmer | 1.00 is", rows)


def packages(results: dict[str, Any]) -> str:
    """Return each package's own share of the CPU time, by instrument and stemmer."""
    profile = results["profile"]
    columns = [profile[name]["packages"] for name in ("cprofile python", "sample python", "sample c")]
    names = [*PACKAGES.split(), "standard library", "import system", "garbage collector"]
    names.sort(key=lambda name: -columns[1].get(name, 0))
    rows = [[name, *(percent(column[name]) if name in column else "not seen" for column in columns)] for name in names]
    rows.append(["all others", *(percent(1 - sum(column.get(n, 0) for n in names)) for column in columns)])
    return table("Package | cProfile, Python | sampled, Python | sampled, PyStemmer", rows)


def tasks(results: dict[str, Any]) -> str:
    """Return the share of each task with all that it calls, sampled."""
    python, c = (results["profile"][f"sample {arm}"]["tasks"] for arm in ("python", "c"))
    rows = [[name, percent(python.get(name, 0)), percent(share)] for name, share in c.items()]
    return table("Task, with all it calls | Python | PyStemmer", rows)


def toctree(results: dict[str, Any]) -> str:
    """Return what it costs to list every post in one toctree, with PyStemmer."""
    runs = {name: run["median"] for name, run in results["toctree"].items()}
    rows = []
    for posts in dict.fromkeys(name.split()[0] for name in runs):
        outside, inside = runs[f"{posts} out"], runs[f"{posts} in"]
        rows.append([posts, f"{inside / outside:.1f}", f"{outside:.1f} s", f"{inside:.1f} s"])
    return table("Posts | Ratio | in no toctree | all in one toctree", rows)


def ablog(results: dict[str, Any]) -> str:
    """Return what ABlog adds, with PyStemmer."""
    runs = {name: run["median"] for name, run in results["ablog"].items()}
    rows = []
    for posts in dict.fromkeys(name.split()[0] for name in runs):
        without, having = runs[f"{posts} without"], runs[f"{posts} with"]
        rows.append([posts, f"{having / without:.2f}", f"{without:.1f} s", f"{having:.1f} s"])
    return table("Posts | Ratio | without ABlog | with ABlog", rows)


def sentences(results: dict[str, Any]) -> list[str]:
    """Return the parts of the text's sentences that carry a measured figure."""
    arms = results["stemmers"]["1000 posts"]
    memory, calls, words = arms["memo"], results["calls"], results["vocabulary"]
    profile = {name: part["packages"] for name, part in results["profile"].items() if name != "posts"}
    toctree, ablog = results["toctree profile"], results["ablog profile"]
    machine = results["machine"]
    return [
        f"a median of {words['real']['different']:.0f} different words of {words['real']['letters']} letters",
        f"our corpus has {words['made up']['different']:.0f} of {words['made up']['letters']}",
        f"The machine, on {machine['date']}: two shared cores of an {machine['cpu']} processor",
        f"Linux {machine['kernel'].partition('-')[0]}, Python {machine['python']}",
        *(f"{name} {version}" for name, version in machine["versions"].items()),
        f"PyStemmer takes {percent(1 - arms['c']['median'] / arms['python']['median'])} off the build",
        f"In the build of 1,000 posts the stemmer is asked for {memory['asked']:,} stems of {memory['distinct']:,} words",
        f"cProfile gives snowballstemmer {percent(profile['cprofile python']['snowballstemmer'])}",
        f"the sampler gives it {percent(profile['sample python']['snowballstemmer'])}",
        f"{calls['plain']['option parsers']} option parsers for {calls['posts']} posts and an index page",
        f"{calls['plain']['formatters']} formatters",
        f"{calls['ablog']['excerpts']:,} excerpts for {calls['posts']} posts",
        f"{calls['ablog']['option parsers']:,} option parsers instead of {calls['plain']['option parsers']}",
        f"Furo's function with all it calls is {percent(toctree['tasks'][NAVIGATION])} of the build",
        f"the collector is another {percent(toctree['packages']['garbage collector'])}",
        f"are {percent(ablog['tasks'][EXCERPTS])} of the build with {ablog['posts']:,} posts",
    ]


TABLES = (stemmers, packages, tasks, toctree, ablog)

if __name__ == "__main__":
    found = json.loads(Path(__file__).with_name("results.json").read_text(encoding="utf-8"))
    print("\n\n".join([*(make(found) for make in TABLES), "\n".join(sentences(found))]))
