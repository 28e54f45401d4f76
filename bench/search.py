"""Sphinx's search index beside Pagefind's: ``python -m bench.search [POSTS…]``, from the folder of the site.

Both index the same made-up blogs, of 1,000 and of 5,000 posts. The pages are made directly, without Sphinx's reading and
writing; the indexes are made by the programs that make the real ones, and asked in Chromium through the scripts that
readers have. ``index`` is the seconds that the index adds to a build: for Sphinx feeding and dumping its IndexBuilder, for
Pagefind our whole ``index``, as files. ``bytes`` is the mean of what a reader with an empty cache transfers for one search,
gzip as a host sends it: for Pagefind script, WebAssembly, index and the texts of the first results; for Sphinx scripts and
index, without the pages that its search then fetches for excerpts, which is in its favour.

QUERIES were written before the first run; each has the one post that must come first. ``first`` counts where it does,
``five`` where it is among the first five.
"""

import argparse
import gzip
import random
import tempfile
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import sphinx
from docutils import nodes
from docutils.utils import new_document
from playwright.sync_api import Browser
from sphinx.search import IndexBuilder, js_index

from _ext.discovery.search import FOLDER, index
from bench.corpus import spellings, zipf
from testing.chromium import chromium
from testing.serving import served
from testing.sites import ROOT

SEED = 20261124
SIZES = (1000, 5000)
WORDS = 600  # of a post
VOCABULARY = 20_000  # words
SHOWN = 5  # results, as _static/search.js
TARGETS = {
    "Pooling database connections": "A pool of PostgreSQL connections bounds concurrency; pgbouncer in transaction mode.",
    "Retries with exponential backoff and jitter": "Retrying at once makes a thundering herd; spread attempts by jitter.",
    "Rate limiting by token bucket": "When a bucket is empty the API answers HTTP 429 with Retry-After.",
    "Job queues in SQL": "SELECT FOR UPDATE SKIP LOCKED lets workers take jobs without waiting for one another.",
    "Cache-aside and its races": "A stale value is written back after invalidation; versions or leases prevent it.",
    "Idempotency keys for payments": "A client sends the key again and is charged once; the response is stored.",
    "Reading a flame graph": "Wide frames are where a profiler found the CPU; py-spy samples without a restart.",
    "Backpressure in asyncio": "A bounded asyncio.Queue slows producers down; asyncio.gather does not.",
    "Tail latency and hedged requests": "The 99th percentile decides; a second request after the p95 cuts it.",
    "Circuit breakers": "A breaker opens after failures, half-opens, and closes when a probe succeeds.",
    "Keyset pagination": "OFFSET reads what it skips; seek by the last row's key instead.",
    "B-tree bloat and vacuum": "Autovacuum lags behind dead tuples; reindexing concurrently shrinks the index.",
    "Consistent hashing": "Virtual nodes spread keys over a ring, so that few move when a server joins.",
    "Bloom filters in front of a store": "A false positive costs one lookup; a negative is certain.",
    "Little's law for capacity": "The average number in a system is arrival rate times time in it.",
    "Zero-downtime migrations": "Expand, backfill, contract: add a column, fill it in batches, then drop the old.",
    "Write-ahead logs": "Fsync on commit makes a transaction durable; group commit shares the cost.",
    "Move semantics in C++": "A moved-from object of C++ is valid but unspecified; noexcept matters to vectors.",
    "Garbage collection pauses in the JVM": "G1 and ZGC trade throughput for shorter stops of the world.",
    "Distributed tracing": "Spans carry the traceparent header from service to service; OpenTelemetry exports them.",
}
"""Posts to be found: title, and the sentence that stands in the midst of other text."""
QUERIES = {
    "connection pool": "Pooling database connections",  # another form of both words
    "retry jitter": "Retries with exponential backoff and jitter",
    "http 429": "Rate limiting by token bucket",  # a number, in the text only
    "skip locked": "Job queues in SQL",
    "cache-aside": "Cache-aside and its races",  # a hyphen
    "idempotent payment": "Idempotency keys for payments",  # another word of the family
    "flame graphs": "Reading a flame graph",
    "asyncio.gather": "Backpressure in asyncio",  # a dotted name
    "tail latencies": "Tail latency and hedged requests",
    "circuit breaker half-open": "Circuit breakers",
    "pagination offset": "Keyset pagination",  # title and text
    "autovacuum": "B-tree bloat and vacuum",
    "consist hash": "Consistent hashing",  # beginnings of words
    "bloom": "Bloom filters in front of a store",
    "little's law": "Little's law for capacity",  # an apostrophe
    "backfill column": "Zero-downtime migrations",
    "fsync commit": "Write-ahead logs",
    "C++": "Move semantics in C++",  # signs
    "zgc": "Garbage collection pauses in the JVM",  # a rare word in other capitals
    "opentelem": "Distributed tracing",  # the beginning of a word
}

Post = tuple[str, str, str]
"""Path, title and text."""


def vocabulary(rng: random.Random) -> tuple[list[str], list[float]]:
    """Return words and their cumulative weights; words of the posts to be found are among the others.

    The order of their frequency is made up.
    """
    words = spellings()
    rng.shuffle(words)
    wanted = sorted({word.strip(".,;:") for title, text in TARGETS.items() for word in f"{title} {text}".split()})
    words = words[: VOCABULARY - len(wanted)]
    for word in wanted:
        words.insert(rng.randrange(200, len(words)), word)
    return words, zipf(len(words))


def posts(count: int) -> Iterator[Post]:
    """Yield a blog of *count* posts, the same each time; those to be found are spread over it."""
    rng = random.Random(SEED)
    words, weights = vocabulary(rng)
    targets = dict(zip(range(0, count, count // len(TARGETS)), TARGETS.items(), strict=False))
    for at in range(count):
        text = rng.choices(words, cum_weights=weights, k=WORDS)
        title, sentence = targets.get(at, (" ".join(rng.choices(words, cum_weights=weights, k=5)).capitalize(), ""))
        text.insert(WORDS // 2, sentence)
        yield f"posts/{2000 + at % 25}/post-{at}", title, " ".join(text)


def build_sphinx(site: Path, blog: list[Post]) -> float:
    """Write Sphinx's index and scripts, and a page that loads them; return the seconds that the index took."""
    documents = []
    for _, title, text in blog:
        document = new_document("")
        document.append(nodes.section("", nodes.title("", title), nodes.paragraph("", text)))
        documents.append(document)
    started = time.perf_counter()
    kept = ("titles", "filenames", "mapping", "title_mapping", "all_titles", "index_entries", "objtypes", "objnames")
    domains = SimpleNamespace(sorted=list)
    env: Any = SimpleNamespace(domains=domains, version=0, **{f"_search_index_{name}": {} for name in kept})
    index = IndexBuilder(env, "en", {}, "")
    for (path, title, _), document in zip(blog, documents, strict=True):
        index.feed(f"{path}/index", f"{path}/index.md", title, document)
    with (site / "searchindex.js").open("w", encoding="utf-8") as file:
        index.dump(file, js_index)
    seconds = time.perf_counter() - started
    static = Path(sphinx.__file__).parent / "themes/basic/static"
    for name in ("doctools.js", "sphinx_highlight.js", "searchtools.js"):
        (site / name).write_text((static / name).read_text(encoding="utf-8"), encoding="utf-8")
    context = index.context_for_searchtool()
    words = f"window.stopwords = new Set({context['search_language_stop_words']});"
    code = f"{words}\n{context['search_language_stemming_code']}"
    (site / "language_data.js").write_text(code, encoding="utf-8")
    (site / "documentation_options.js").write_text(
        'const DOCUMENTATION_OPTIONS = {LANGUAGE: "en", BUILDER: "dirhtml", SHOW_SEARCH_SUMMARY: true};',
        encoding="utf-8",
    )
    names = ("documentation_options", "doctools", "sphinx_highlight", "language_data", "searchtools", "searchindex")
    scripts = "".join(f'<script src="{name}.js"></script>' for name in names)
    (site / "index.html").write_text(f'<!doctype html><html lang="en"><link rel="icon" href="data:,">{scripts}')
    return seconds


def build_pagefind(site: Path, blog: list[Post]) -> float:
    """Write Pagefind's index of the pages, which nobody opens; return the seconds that it took."""
    pages = {}
    for path, title, text in blog:
        body = f'<h1>{escape(title)}</h1><a data-pagefind-filter="tag">Python</a><div data-pagefind-body>{escape(text)}</div>'
        pages[f"{path}/index.html"] = f'<!doctype html><html lang="en"><body>{body}'
    started = time.perf_counter()
    for path, content in index(pages, "en").items():
        file = site / FOLDER / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    seconds = time.perf_counter() - started
    (site / "search.js").write_bytes((ROOT / "_static/search.js").read_bytes())
    (site / "index.html").write_text('<!doctype html><html lang="en"><link rel="icon" href="data:,">', encoding="utf-8")
    return seconds


ASK_SPHINX = """async query => {
    while (!Search.hasIndex()) await new Promise(done => setTimeout(done, 50));
    const found = Search._performSearch(...Search._parseQuery(query));
    return found.reverse().slice(0, 5).map(result => result[1]);
}"""
ASK_PAGEFIND = """async query => {
    await fetch("/search.js");
    const pagefind = await import("/_pagefind/pagefind.js");
    await pagefind.options({noWorker: true});
    await pagefind.filters();
    const { results } = await pagefind.search(query, {});
    return (await Promise.all(results.slice(0, 5).map(result => result.data()))).map(found => found.meta.title);
}"""


def ask(browser: Browser, site: Path, question: str) -> tuple[list[list[str]], float]:
    """Ask each query with a cold cache; return the titles found and the mean of the bytes transferred."""
    answers, transferred = [], 0
    with served(site) as url:
        for query in QUERIES:
            with browser.new_context() as context:
                page = context.new_page()
                asked: list[str] = []
                page.on("request", lambda request, asked=asked: asked.append(urlsplit(request.url).path))
                page.goto(f"{url}/")
                answers.append(page.evaluate(question, query))
            transferred += sum(sent(site / path.lstrip("/")) for path in asked if path != "/")
    return answers, transferred / len(QUERIES)


def sent(file: Path) -> int:
    """Return the bytes of *file* as a host sends it: compressed, unless it is already."""
    content = file.read_bytes() if file.is_file() else b""
    return len(content) if content.startswith(b"\x1f\x8b") else len(gzip.compress(content, 6))


def main(arguments: list[str] | None = None) -> int:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("posts", type=int, nargs="*", default=SIZES)
    missed: list[str] = []
    print(f"{'posts':>6} {'engine':10} {'index':>8} {'bytes':>10} {'first':>6} {'five':>6}")
    with chromium() as browser:
        for count in parser.parse_args(arguments).posts:
            blog = list(posts(count))
            for engine, build, question in (
                ("Sphinx", build_sphinx, ASK_SPHINX),
                ("Pagefind", build_pagefind, ASK_PAGEFIND),
            ):
                with tempfile.TemporaryDirectory() as folder:
                    seconds = build(Path(folder), blog)
                    answers, size = ask(browser, Path(folder), question)
                right = list(zip(QUERIES.items(), answers, strict=True))
                first = sum(found[:1] == [title] for (_, title), found in right)
                five = sum(title in found for (_, title), found in right)
                missed += [f"{count} {engine}: {q}: {found[:2]}" for (q, title), found in right if found[:1] != [title]]
                print(f"{count:6} {engine:10} {seconds:7.1f}s {size:10,.0f} {first:6} {five:6}", flush=True)
    print("Not first:", *missed, sep="\n  ")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
