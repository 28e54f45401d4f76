"""``make serve``: what one writes is on the screen as soon as it is saved."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from testing.sites import ROOT, TODAY, lay_out, write_post

PATIENCE = 60_000  # milliseconds, on a busy machine


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    lay_out(tmp_path)
    write_post(tmp_path, "first", "2024-01-02", "As it was.")
    return tmp_path


@pytest.fixture
def page(blog: Path, browser: Browser) -> Iterator[Page]:
    """Return the page of the first post of a blog that is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "_ext.commands.serve", "--port", str(port)]
    variables = os.environ | {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": TODAY, "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(command, cwd=blog, env=variables, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    assert "http://127.0.0.1" in next(line for line in server.stdout if "http" in line)
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    for _ in range(50):
        try:
            with page.expect_websocket():
                page.goto(f"http://127.0.0.1:{port}/posts/2024/first/")
            break
        except Exception:  # noqa: BLE001  # it is not listening yet
            page.wait_for_timeout(100)
    yield page
    context.close()
    server.terminate()
    server.wait()


def test_what_is_saved_is_shown(blog: Path, page: Page) -> None:
    expect(page.locator("article")).to_contain_text("As it was.")
    path = blog / "posts/2024/first/index.md"
    path.write_text(path.read_text(encoding="utf-8").replace("As it was.", "As it is now."), encoding="utf-8")
    expect(page.locator("article")).to_contain_text("As it is now.", timeout=PATIENCE)


def test_a_draft_is_shown(blog: Path, page: Page) -> None:
    path = blog / "posts/2024/first/index.md"
    path.write_text(path.read_text(encoding="utf-8").replace("{post} 2024-01-02", "{post} draft"), encoding="utf-8")
    expect(page.locator("article [role=note]")).to_contain_text("A draft: not published.", timeout=PATIENCE)


def test_a_fault_leaves_its_post_out_until_it_is_mended(blog: Path, page: Page) -> None:
    path = blog / "posts/2024/first/index.md"
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace("{post} 2024-01-02", "{post} soon"), encoding="utf-8")
    expect(page.locator("article")).to_contain_text("There is nothing at this address.", timeout=PATIENCE)
    path.write_text(sound, encoding="utf-8")
    expect(page.locator("article")).to_contain_text("As it was.", timeout=PATIENCE)
