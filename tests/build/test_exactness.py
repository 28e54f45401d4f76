"""A rebuild gives what a build from nothing gives, to the byte, whatever was edited before; and writes nothing else."""

import random
from functools import partial
from pathlib import Path

from _ext.build.run import How
from testing.sites import tree
from tests.build.builds import built, times
from tests.build.edits import EDITS, PREVIEWED_EDITS, begin

EDITS_IN_A_ROW = 4
HTML = Path("_build/html")
CLEAN = Path("clean/html")


def test_a_rebuild_is_exact(sequence: int, tmp_path: Path) -> None:
    rng = random.Random(sequence)
    preview = bool(sequence % 2)
    edits = PREVIEWED_EDITS if preview else EDITS
    begin(rng, tmp_path)
    build, how = partial(built, tmp_path, preview=preview), How(strict=not preview)
    assert build(HTML, how) == 0
    made = []
    for _ in range(EDITS_IN_A_ROW):
        (tmp_path / "urls.txt").unlink(missing_ok=True)  # it keeps addresses, and here posts come and go
        for edit in rng.sample(edits, rng.choice([1, 1, 2])):
            made.append(edit.__name__)
            edit(rng, tmp_path)
        before, when = tree(tmp_path / HTML), times(tmp_path / HTML)
        if preview:
            assert build(HTML, How(strict=not preview, search_later=True)) == 0, made
        assert build(HTML, how) == 0, made
        after = tree(tmp_path / HTML)
        assert build(CLEAN, how, fresh=True) == 0
        clean = tree(tmp_path / CLEAN)
        assert {path for path in after | clean if after.get(path) != clean.get(path)} == set(), made
        now = times(tmp_path / HTML)
        assert [path for path in after if before.get(path) == after[path] and when[path] != now[path]] == [], made
