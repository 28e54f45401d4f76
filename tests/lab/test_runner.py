"""The command that runs the tests of posts: what counts as run, what does not, and what is told."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from _ext.posts.evidence.sessions import Step, steps
from lab import environment
from lab.blocks import differences
from lab.observer import releases
from testing.sites import ROOT, TODAY, write_post

FOLDER = "posts/2024/pools"
POOL = "def connect():\n    return 1\n\n\ndef release():\n    return 2\n"
LISTING = "```{literalinclude} pool.py\n:language: python\n```"


def run(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command in the site at *root*, today being 2025-06-01."""
    command = [sys.executable, "-m", "lab.runner", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": TODAY}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def lay(root: Path, text: str, **files: str) -> Path:
    """Write a post of *text* and Python *files* beside it, by their names; return its folder."""
    write_post(root, "pools", "2024-01-02", text)
    folder = root / FOLDER
    (folder / "tested.json").unlink(missing_ok=True)
    for name, content in files.items():
        (folder / f"{name}.py").write_text(content)
    return folder


def recorded(folder: Path) -> dict[str, object]:
    record: dict[str, object] = json.loads((folder / "tested.json").read_text())
    return record


def test_what_was_run_is_recorded(tmp_path: Path) -> None:
    test = "import pool\n\ndef test_it():\n    assert pool.connect() + pool.release() == 3\n"
    folder = lay(tmp_path, LISTING, pool=POOL, test_pool=test)
    assert run(tmp_path, "--record").returncode == 0
    record = recorded(folder)
    assert record["date"] == "2025-06-01"
    assert record["files"]["pool.py"]["functions"] == ["connect", "release"]  # type: ignore[index]


def test_a_function_that_is_shown_and_not_called_is_told(tmp_path: Path) -> None:
    lay(tmp_path, LISTING, pool=POOL, test_pool="import pool\n\ndef test_it():\n    assert pool.connect() == 1\n")
    done = run(tmp_path)
    assert done.returncode == 1
    place = f"{FOLDER}/index.md:9:21: function of pool.py must be called by a test of the post"
    assert f"{place} (found by running them): 'release' [tested]\n" in done.stdout


def test_what_runs_in_another_process_was_run(tmp_path: Path) -> None:
    test = (
        "import subprocess, sys\n\ndef test_it():\n    code = 'import pool; pool.connect(); pool.release()'\n"
        "    assert subprocess.run([sys.executable, '-c', code]).returncode == 0\n"
    )
    folder = lay(tmp_path, LISTING, pool=POOL, test_pool=test)
    assert run(tmp_path, "--record").returncode == 0
    assert recorded(folder)["files"]["pool.py"]["functions"] == ["connect", "release"]  # type: ignore[index]


def test_a_file_that_no_test_opens_was_not_run(tmp_path: Path) -> None:
    folder = lay(tmp_path, "```{literalinclude} a.sql\n:language: sql\n```", test_it="def test_it():\n    pass\n")
    (folder / "a.sql").write_text("SELECT 1;\n")
    done = run(tmp_path)
    assert (done.returncode, "listing must be run by a test of the post" in done.stdout) == (1, True)


def test_a_file_that_a_test_opens_was_run(tmp_path: Path) -> None:
    test = "from pathlib import Path\n\ndef test_it():\n    Path('a.sql').read_text()\n"
    folder = lay(tmp_path, "```{literalinclude} a.sql\n:language: sql\n```", test_it=test)
    (folder / "a.sql").write_text("SELECT 1;\n")
    assert run(tmp_path).returncode == 0


def test_a_test_that_fails_fails_the_command_and_records_nothing(tmp_path: Path) -> None:
    folder = lay(tmp_path, LISTING, pool=POOL, test_pool="def test_it():\n    assert False, 'this one'\n")
    done = run(tmp_path, "--record")
    assert (done.returncode, "this one" in done.stdout, (folder / "tested.json").exists()) == (1, True, False)


@pytest.mark.parametrize(
    "block",
    [
        "```python\nassert 1 + 1 == 2\n```",
        "```pycon\n>>> 1 + 1\n2\n```",
        "```bash\ntrue\n```",
        "```console\n$ echo one; echo two\none\n…\n$ echo three\nthree\n```",
        "```sql\nCREATE TABLE t (n int);\nSELECT n FROM t;\n```",
        "```psql\n=> SELECT 1 AS n;\n n \n---\n 1\n(1 row)\n```",
    ],
)
def test_a_block_is_run_and_recorded(tmp_path: Path, block: str) -> None:
    folder = lay(tmp_path, block)
    done = run(tmp_path, "--record")
    assert done.returncode == 0, done.stdout
    assert len(recorded(folder)["blocks"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "block",
    [
        "```python\nassert 1 + 1 == 3\n```",
        "```pycon\n>>> 1 + 1\n3\n```",
        "```bash\nfalse\n```",
        "```bash\nfalse\ntrue\n```",
        "```console\n$ exit 3\n$ echo never\n```",
        "```console\n$ echo one\ntwo\n```",
        "```sql\nSELECT n FROM t;\n```",
        "```psql\n=> SELECT 1 AS n;\n n \n---\n 2\n(1 row)\n```",
    ],
)
def test_a_block_that_does_not_do_what_it_shows_fails(tmp_path: Path, block: str) -> None:
    lay(tmp_path, block)
    assert run(tmp_path).returncode == 1


def test_a_block_sees_what_those_before_it_have_left(tmp_path: Path) -> None:
    lay(tmp_path, "```bash\necho 1 > kept\n```\n\n```console\n$ cat kept\n1\n```\n")
    assert run(tmp_path).returncode == 0
    assert not (tmp_path / FOLDER / "kept").exists()


def test_output_is_that_of_a_plain_terminal_wherever_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")  # where Sphinx, for one, takes any output for a terminal's
    lay(
        tmp_path,
        "```pycon\n>>> from sphinx._cli.util.colour import terminal_supports_colour\n>>> terminal_supports_colour()\nFalse\n```",
    )
    assert run(tmp_path).returncode == 0


def test_a_post_that_includes_the_pins_of_another_finds_its_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "ENVIRONMENTS", tmp_path / "environments")
    first, second = (lay(tmp_path / name, LISTING, pool=POOL) for name in ("first", "second"))
    (first / "only_there.py").touch()
    (first / "requirements.txt").touch()
    (second / "requirements.txt").write_text(f"-r {os.path.relpath(first, second)}/requirements.txt\n")
    python = environment.python(second)
    assert subprocess.run([python, "-c", "import only_there, pytest"], check=False, cwd=second).returncode == 0


def test_a_post_that_is_none_is_told(tmp_path: Path) -> None:
    lay(tmp_path, LISTING, pool=POOL)
    assert (
        run(tmp_path, "posts/2024/pool")
        .stderr.splitlines()[-1]
        .endswith("POST must be the folder of a post, posts/<year>/<slug>: 'posts/2024/pool'")
    )


def test_measuring_writes_results_that_are_stale_when_the_program_changes(tmp_path: Path) -> None:
    measure = "from services.results import save\n\nsave(__file__, {'n': 1})\n"
    folder = lay(tmp_path, "It is {result}`n`.", measure=measure)
    assert run(tmp_path, "--measure", FOLDER).returncode == 0
    (folder / "measure.py").write_text(measure + "\n")
    check = [sys.executable, "-m", "_ext.commands.check"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    said = subprocess.run(check, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False).stdout
    assert (
        f"{FOLDER}/results.json:1:1: results must be measured again since a program has changed "
        f"(make refresh POST={FOLDER}): 'measure.py' [measured]\n"
    ) in said


def test_results_are_stale_when_a_program_of_another_post_changes(tmp_path: Path) -> None:
    measure = "from services.results import save\nimport pool_of_another\n\nsave(__file__, {'n': pool_of_another.N})\n"
    folder = lay(tmp_path, "It is {result}`n`.", measure=measure, test_it="def test_it():\n    pass\n")
    other = tmp_path / "posts/2023/other"
    other.mkdir(parents=True)
    (other / "pool_of_another.py").write_text("N = 1\n")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(other)])}
    subprocess.run([sys.executable, "measure.py"], cwd=folder, env=environment, check=True)
    assert run(tmp_path, FOLDER).returncode == 0
    (other / "pool_of_another.py").write_text("N = 2\n")
    done = run(tmp_path, FOLDER)
    assert done.returncode == 1
    assert (
        f"{FOLDER}/results.json:1:1: results must be measured again since a program has changed "
        f"(make refresh POST={FOLDER}): '2023/other/pool_of_another.py' [measured]\n"
    ) in done.stdout


def test_a_command_goes_on_in_the_next_line() -> None:
    assert steps("console", "$ echo one \\\n> two\none two") == [Step(1, "echo one \\\ntwo", "one two", 3)]


@pytest.mark.parametrize("prompt", ["=> ", "=# ", "mydb=> "])
def test_psql_has_the_prompt_of_any_database(prompt: str) -> None:
    assert [step.command for step in steps("psql", f"{prompt}SELECT 1;\n1")] == ["SELECT 1;"]


STEP = {"line": 7, "command": "seq 2", "output_line": 8}


@pytest.mark.parametrize(
    ("shown", "said", "fault"),
    [
        ("1\n3", "1\n2\n", (9, "output must be '2'", "3")),
        ("1", "1\n2\n", (9, "output must be '2'", "")),
        ("1\n2\n3", "1\n2\n", (10, "output must end before this line", "3")),
    ],
)
def test_output_that_differs_is_told_on_its_line(shown: str, said: str, fault: tuple[int, str, str]) -> None:
    said += "--- under-load: next command ---\n"
    assert list(differences([STEP | {"output": shown}], said)) == [fault]


def test_each_output_that_differs_is_told() -> None:
    shown = ["one", "t…n", "two", "…!"]
    said = "".join(f"{word}\n--- under-load: next command ---\n" for word in ("one", "two", "ten", "three"))
    steps = [{"line": row, "command": "", "output_line": row, "output": text} for row, text in enumerate(shown)]
    assert list(differences(steps, said)) == [
        (1, "output must be 'two'", "t…n"),
        (2, "output must be 'ten'", "two"),
        (3, "output must be 'three'", "…!"),
    ]


def test_releases_are_told_of_each_file_that_can_be_read(tmp_path: Path) -> None:
    files = {"a.py": b"import", "b.py": b"\0", "c.py": b"import pytest, os", "d.py": b"from pytest import raises"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert releases(tmp_path) == {key: [f"pytest {pytest.__version__}"] for key in ["c.py", "d.py"]}


def test_a_command_that_does_not_come_back_is_told() -> None:
    assert list(differences([STEP | {"output": ""}], "bye\n")) == [
        (7, "command must come back; it said 'bye'", "seq 2")
    ]


def test_shown_output_is_told_by_path_and_line(tmp_path: Path) -> None:
    lay(tmp_path, "```console\n$ echo one\none\n$ echo two\nthree\n```")
    assert f"{FOLDER}/index.md:13:1: output must be 'two': 'three' [tested]\n" in run(tmp_path).stdout


def test_what_a_test_starts_it_must_end(tmp_path: Path) -> None:
    seconds = f"287.{os.getpid()}"  # no other run of the tests on this machine starts this one
    test = (
        f"import subprocess\n\ndef test_it():\n    subprocess.Popen(['sleep', '{seconds}'], start_new_session=True)\n"
    )
    lay(tmp_path, LISTING.replace("pool.py", "test_it.py"), test_it=test)
    began = time.monotonic()
    done = run(tmp_path)
    assert done.returncode == 1
    assert f"{FOLDER}:1:1: test must end what it starts: 'sleep {seconds}' [tested]\n" in done.stdout
    assert time.monotonic() - began < 60
    assert ["sleep", seconds] not in [one.info["cmdline"] for one in psutil.process_iter(["cmdline"])]


def test_a_program_that_writes_no_results_is_told(tmp_path: Path) -> None:
    lay(tmp_path, LISTING, pool=POOL, measure="")
    done = run(tmp_path, "--measure", FOLDER)
    must = "program must write results.json by services.results.save(__file__, …)"
    assert (done.returncode, done.stdout) == (1, f"{FOLDER}/measure.py:1:1: {must}\n")


def test_pins_that_are_not_there_are_told(tmp_path: Path) -> None:
    folder = lay(tmp_path, LISTING, pool=POOL, test_it="")
    (folder / "requirements.txt").write_text("# pins\n-r ../nowhere/requirements.txt\n")
    done = run(tmp_path)
    place = f"{FOLDER}/requirements.txt:2:4"
    assert (done.returncode, done.stdout) == (1, f"{place}: file must be there: '../nowhere/requirements.txt'\n")


def test_a_post_may_be_named_by_its_text(tmp_path: Path) -> None:
    lay(tmp_path, LISTING, pool=POOL, test_it="import pool\n\ndef test_it():\n    pool.connect() + pool.release()\n")
    assert run(tmp_path, str(tmp_path / FOLDER / "index.md")).returncode == 0
