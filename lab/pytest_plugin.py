"""A pytest plugin for the tests of a post: it runs the blocks of the post's text as well, and starts the servers that tests ask for.

It works in the environment of the post, which may differ from the blog's: so it imports nothing of what reads posts. The command
that loads it (lab.runner) hands it the blocks in one JSON file, and reads what was seen from another.
"""

import json
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil

from lab import postgres as pg
from lab import redis as rd
from lab.blocks import Blocks
from lab.observer import Observer, releases

OBSERVER = pytest.StashKey[Observer]()
BLOCKS = pytest.StashKey[Blocks]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--blocks", type=Path, help="what is to be run of the post's text, JSON")
    parser.addoption("--observed", type=Path, help="where to write what was seen, JSON")


def pytest_configure(config: pytest.Config) -> None:
    observer = Observer(config.rootpath.resolve())
    blocks = Blocks(observer, json.loads(config.getoption("blocks").read_text(encoding="utf-8")))
    config.stash[OBSERVER], config.stash[BLOCKS] = observer, blocks
    if blocks.blocks:
        sybil = Sybil(parsers=[blocks.regions], pattern="index.md", path=str(config.rootpath))
        config.pluginmanager.register(_Collector(sybil.pytest()))


class _Collector:
    def __init__(self, collect: Any) -> None:
        self.pytest_collect_file = collect


def pytest_sessionfinish(session: pytest.Session) -> None:
    observer, blocks = session.config.stash[OBSERVER], session.config.stash[BLOCKS]
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    with observer.pause():
        blocks.stack.close()
        seen = {
            "python": platform.python_version(),
            "used": sorted(observer.used),
            "blocks": observer.blocks,
            "releases": releases(observer.folder),
            "faults": observer.faults,
            "counts": {kind: len(reporter.stats.get(kind, ())) for kind in ("passed", "skipped")},
        }
        session.config.getoption("observed").write_text(json.dumps(seen), encoding="utf-8")


@pytest.fixture(scope="session")
def postgres() -> Iterator[pg.Postgres]:
    """Return a PostgreSQL; its `url` is for psycopg."""
    with pg.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_replica(postgres: pg.Postgres) -> Iterator[pg.Postgres]:
    """Return a replica that streams from `postgres`."""
    with pg.replica_of(postgres) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[rd.Redis]:
    """Return an empty Redis; its `url` is for redis-py."""
    with rd.redis() as server:
        yield server
