"""Whatever becomes of a build, readers have a whole site, the last one or the new one, and the next build is right."""

import os
import random
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from _ext.build.last_build import STATE
from _ext.build.site_folder import beside
from _ext.posts import reading
from testing.sites import tree
from tests.build.builds import FORK, built, start
from tests.build.edits import EDITS, begin, body, new_post, picture, title
from tests.build.test_exactness import CLEAN, HTML


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    """Return the folder of a blog that is built."""
    begin(random.Random(0), tmp_path)
    assert built(tmp_path, HTML) == 0
    return tmp_path


def is_exact(blog: Path) -> bool:
    """Build anew, and tell whether that is what a build from nothing gives."""
    return built(blog, HTML) == 0 and built(blog, CLEAN, fresh=True) == 0 and tree(blog / HTML) == tree(blog / CLEAN)


def test_a_killed_build_leaves_a_whole_site_and_the_next_is_exact(kill: int, blog: Path) -> None:
    rng = random.Random(kill)
    before = tree(blog / HTML)
    for edit in (title, new_post, rng.choice(EDITS)):
        edit(rng, blog)
    (blog / "urls.txt").unlink()
    build = start(blog, HTML)
    time.sleep(rng.random() * 2.5)
    assert build.pid
    os.kill(build.pid, signal.SIGKILL)
    build.join()
    left = tree(blog / HTML)
    assert is_exact(blog)
    assert left in (before, tree(blog / HTML))
    assert not list((blog / "_build").glob(".*.build-*"))


def _wait(fifo: str) -> None:
    with Path(fifo).open("wb", 0) as file:
        file.write(b"x")
        time.sleep(60)


def test_what_a_killed_build_has_begun_ends_as_well(tmp_path: Path) -> None:
    fifo = str(tmp_path / "fifo")
    os.mkfifo(fifo)
    build = FORK.Process(target=lambda: list(reading._on_all_cores(_wait, [fifo] * 2 * reading.AT_ONCE)))
    build.start()
    with Path(fifo).open("rb", 0) as file:
        file.read(1)
        assert build.pid
        os.kill(build.pid, signal.SIGKILL)
        for _ in range(100):
            open_elsewhere, _, _ = select.select([file], [], [], 0.1)
            if open_elsewhere and not file.read(1):
                return  # no process has it open any more
    pytest.fail("a process goes on")


def test_two_builds_at_once_take_turns(pair: int, blog: Path) -> None:
    rng = random.Random(pair)
    title(rng, blog)
    builds = [start(blog, HTML)]
    time.sleep(rng.random())
    body(rng, blog)
    builds.append(start(blog, HTML))
    for build in builds:
        build.join()
    assert [build.exitcode for build in builds] == [0, 0]
    assert is_exact(blog)


def test_a_file_of_the_site_that_vanished_comes_back(blog: Path) -> None:
    (blog / HTML / "blog/index.html").unlink()
    assert is_exact(blog)


def test_a_file_of_the_site_that_somebody_changed_is_put_right(blog: Path) -> None:
    (blog / HTML / "blog/index.html").write_text("something else")
    assert is_exact(blog)


def test_a_file_that_is_not_of_the_site_goes(blog: Path) -> None:
    (blog / HTML / "stray.html").write_text("left by somebody")
    assert is_exact(blog)


@pytest.mark.parametrize("damage", [b"", b"x" * 10_000])
def test_what_the_last_build_left_may_be_damaged(blog: Path, damage: bytes) -> None:
    beside(blog / HTML, STATE).write_bytes(damage)
    body(random.Random(1), blog)
    assert is_exact(blog)


def test_what_the_last_build_left_may_be_cut(blog: Path) -> None:
    state = beside(blog / HTML, STATE)
    state.write_bytes(state.read_bytes()[:-100])
    body(random.Random(1), blog)
    assert is_exact(blog)


def test_a_kept_picture_that_is_damaged_is_made_again(blog: Path) -> None:

    picture(random.Random(1), blog)
    assert built(blog, HTML) == 0
    for entry in (blog / "_build/.pictures").iterdir():
        entry.write_bytes(b"damaged")
    beside(blog / HTML, STATE).unlink()
    before = tree(blog / HTML)
    assert built(blog, HTML) == 0
    assert tree(blog / HTML) == before


def test_a_post_that_vanishes_while_it_is_built_is_built_without(blog: Path) -> None:
    rng = random.Random(3)
    title(rng, blog)
    build = start(blog, HTML)
    time.sleep(0.3)
    shutil.rmtree(blog / "posts/2024/post-3")
    (blog / "urls.txt").write_text("")
    build.join()
    assert is_exact(blog)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a file system of 6 MB."""
    folder = tmp_path / "_build"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_leaves_the_site_as_it_was(
    small_disk: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(0)
    begin(rng, tmp_path)
    assert built(tmp_path, HTML) == 0
    before = tree(tmp_path / HTML)
    title(rng, tmp_path)
    new_post(rng, tmp_path)
    filler = small_disk / "filler"
    free = shutil.disk_usage(small_disk).free
    filler.write_bytes(b"x" * (free - 20_000))
    assert built(tmp_path, HTML) == 1
    assert tree(tmp_path / HTML) == before
    assert "No space left on device" in capfd.readouterr().err
    filler.unlink()
    assert is_exact(tmp_path)


def test_sources_that_cannot_be_written_are_built_elsewhere(
    blog: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "html"
    bind = ["mount", "--bind", str(blog), str(blog)]
    if subprocess.run(bind, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a file system")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(blog)], check=True)
        assert built(blog, elsewhere) == 0
    finally:
        subprocess.run(["umount", "--lazy", str(blog)], check=True)
    assert tree(elsewhere) == tree(blog / HTML)
