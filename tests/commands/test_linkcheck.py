"""The check of external links, against a server of the machine's own, and the one issue that tells of it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from _ext.commands.linkcheck import silent_links
from testing.serving import served
from testing.sites import ROOT, lay_out, run

FAKE_GH = """\
#!/bin/sh
echo "$@" >> "$CALLS"
if [ "$1 $2" = "issue list" ]; then printf '%s' "$OPEN"; fi
"""


def result(**values: object) -> str:
    """Return a line of Sphinx's report on a link."""
    usual = {"filename": "about.md", "lineno": 3, "status": "broken", "uri": "https://example.org/", "info": "404"}
    return json.dumps(usual | values)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "site", "order")


def test_a_link_that_does_not_answer_is_told_where_it_stands(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with served(tmp_path) as host:
        (folder / "about.md").write_text(f"# About\n\n[There]({host}/there/)\n\n[gone]({host}/gone) [in](index.md)\n")
        done = run("_ext.commands.linkcheck", folder)
    line = f"about.md:5:1: link must answer (404 Client Error: File not found for url: {host}/gone): '{host}/gone' [silent-link]\n"
    assert (done.returncode, done.stdout) == (1, line)


def test_where_all_links_answer_it_is_silent(folder: Path, tmp_path: Path) -> None:
    with served(tmp_path) as host:
        (folder / "about.md").write_text(f"# About\n\n[There]({host}/) <https://example.org/> <https://a.test/>\n")
        done = run("_ext.commands.linkcheck", folder, "--format", "markdown")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_failure_of_sphinx_is_no_news_of_links(folder: Path) -> None:
    (folder / "conf.py").write_text("extensions = ['no_such_extension']\n")
    done = run("_ext.commands.linkcheck", folder)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize("status", ["working", "redirected", "ignored", "unchecked", "rate-limited"])
def test_a_link_of_another_status_is_no_fault(status: str) -> None:
    assert silent_links([result(status=status)]) == []


def test_a_link_that_takes_too_long_is_a_fault() -> None:
    assert len(silent_links([result(status="timeout")])) == 1


def test_a_link_inside_the_site_is_the_builds_matter() -> None:
    assert silent_links([result(uri="../gone.md")]) == []


def test_faults_are_told_by_place() -> None:
    lines = [result(lineno=3), result(lineno=2), result(filename="a.md", lineno=9)]
    assert [fault.location for fault in silent_links(lines)] == ["a.md:9:1", "about.md:2:1", "about.md:3:1"]


@pytest.mark.parametrize(
    ("open_issue", "report", "calls"),
    [
        ("", "- `x`\n", ["label create", "issue create"]),
        ("7", "- `x`\n", ["issue edit 7"]),
        ("7", "", ["issue close 7"]),
        ("", "", []),
    ],
)
@pytest.mark.skipif(not shutil.which("bash"), reason="a workflow's script, for its runner")
def test_one_issue_tells_of_the_links(tmp_path: Path, open_issue: str, report: str, calls: list[str]) -> None:
    gh = tmp_path / "gh"
    gh.write_text(FAKE_GH)
    gh.chmod(0o755)
    (tmp_path / "links.md").write_text(report)
    environment = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "CALLS": "calls", "OPEN": open_issue}
    subprocess.run(["bash", ROOT / ".ci/report-links", "links.md"], cwd=tmp_path, env=environment, check=True)
    first, *others = (tmp_path / "calls").read_text().splitlines()
    assert first.startswith("issue list --label links --state open")
    assert len(others) == len(calls)
    assert all(other.startswith(call) for other, call in zip(others, calls, strict=True))
