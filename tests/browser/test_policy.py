"""The Content Security Policy holds alone: pages that no rule has checked, full of attacks, in a real browser."""

import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from socket import socket
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from testing.axe import violations
from testing.serving import another_host, served
from testing.sites import ROOT, ROOTS, Site, lay_out
from tests.browser.conftest import REPORT_VIOLATIONS
from tests.browser.hostile import RUN, SIGN, VECTORS

Build = Callable[..., Site]
AT_ONCE = 12  # pages
PAUSE = 400  # milliseconds, in which what a page has begun comes to its end
PATIENCE = 500  # milliseconds for an element to be there


EVERYTHING = r"""# Everything

| Left | Centre | Right |
|:-----|:------:|------:|
| 1    | 2      | 3     |

```{list-table} A list as a table
:header-rows: 1
:align: center

* - One
  - Two
* - 1
  - 2
```

```{figure} dot.png
:alt: A dot
:align: left

A dot.
```

![A dot](dot.png)

```{code-block} python
:caption: pool.py
:linenos:
:emphasize-lines: 2

a = 1
b = 2
```

```{note}
A formula, {math}`L = \lambda W`.
```

```{math}
W &= \frac{1}{\mu - \lambda} \\
  &= \boxed{\frac{1}{\mu (1 - \rho)}}
```

```{tab} Python
One way.
```

```{tab} Rust
Another.
```

```{epigraph}
Words.

-- Somebody
```

{kbd}`Ctrl` {abbr}`WAL (write-ahead log)` {sub}`a` {sup}`b` {samp}`x{y}`, and a footnote[^1].

[^1]: Its text.
"""


def unchecked(build: Build, other: str, *, with_policy: bool) -> Site:
    """Build a site in which each of VECTORS is a page, which is no post and so is checked by no rule."""

    def edit(folder: Path) -> None:
        for number, (name, markup) in enumerate(VECTORS.items()):
            (folder / f"hostile-{number}.md").write_text(
                f"# {name}\n\n````{{raw}} html\n{markup.replace('{other}', f'{other}/{number}')}\n````\n"
            )

    with pytest.MonkeyPatch.context() as patch:
        if not with_policy:
            patch.setattr("_ext.pages.hooks.add_policy", lambda *given: None)
        return build(edit=edit, include_patterns=["index.md", "about.md", "hostile-*.md"])


def attacks(browser: Browser, site: Site, asked: list[str]) -> dict[str, set[str]]:
    """Open every page of VECTORS, act on it, and return what each attack has achieved."""
    achieved: dict[str, set[str]] = defaultdict(set)

    def watch(page: Page, name: str) -> None:
        page.on("console", lambda message: message.text == SIGN and achieved[name].add("ran"))
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.on("popup", lambda popup: watch(popup, name))

    with served(site.folder) as url:
        numbered = list(enumerate(VECTORS))
        for start in range(0, len(numbered), AT_ONCE):
            some = numbered[start : start + AT_ONCE]
            context = browser.new_context()
            pages = [context.new_page() for _ in some]
            for page, (number, name) in zip(pages, some, strict=True):
                watch(page, name)
                page.goto(f"{url}/hostile-{number}/", wait_until="commit")
            pages[-1].wait_for_timeout(PAUSE)
            for page in pages:
                act(page)
            pages[-1].wait_for_timeout(PAUSE)
            context.close()
    for path in asked:
        number = urlsplit(path).path.split("/")[1]
        name = list(VECTORS)[int(number)] if number.isdecimal() else "some page with another base"
        achieved[name].add(f"asked another host for {path}")
    return achieved


def act(page: Page) -> None:
    """Do with the page what a reader may do: hover over what it offers, focus and click it."""
    for element in page.locator(".act").all():
        for action in (element.hover, element.click):
            try:
                page.bring_to_front()
                action(timeout=PATIENCE, force=True)
            except Error:
                return  # the attack has led the page away


def test_an_unchecked_page_runs_nothing_and_asks_no_other_host(build: Build, browser: Browser) -> None:
    with another_host(RUN) as (other, asked):
        assert attacks(browser, unchecked(build, other, with_policy=True), asked) == {}


def test_without_the_policy_most_attacks_succeed(build: Build, browser: Browser) -> None:
    with another_host(RUN) as (other, asked):
        achieved = attacks(browser, unchecked(build, other, with_policy=False), asked)
    assert len(achieved) > len(VECTORS) * 0.6, set(VECTORS) - set(achieved)


def test_the_search_shows_excerpts_and_marks_what_was_found(open_page: Callable[..., Page]) -> None:
    page = open_page("search/?q=cache-aside")
    expect(page.locator("#search-results mark").first).to_contain_text("cache")


def test_only_the_search_page_may_compile(open_page: Callable[..., Page]) -> None:
    policy = "document.querySelector('meta[http-equiv=Content-Security-Policy]').content"
    assert "wasm-unsafe-eval" in open_page("search/").evaluate(policy)
    assert "wasm-unsafe-eval" not in open_page("").evaluate(policy)


def test_what_a_post_is_made_of_stays_within_the_policy(build: Build, browser: Browser) -> None:
    def edit(folder: Path) -> None:
        (folder / "about.md").write_text(EVERYTHING)
        (folder / "dot.png").write_bytes((ROOTS / "test-feed/posts/2024/linked/dot.png").read_bytes())

    complaints = []
    with served(build(edit=edit).folder) as url:
        context = browser.new_context()
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.goto(f"{url}/about/", wait_until="networkidle")
        found = violations(page)
        context.close()
    assert complaints == []
    assert found == []


def test_a_page_reloads_while_it_is_written(tmp_path: Path, browser: Browser) -> None:
    folder = lay_out(tmp_path / "site")
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "_ext.commands.serve", "--port", str(port)]
    server = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        page = browser.new_page()
        for _ in range(60):
            with suppress(Error):
                page.goto(f"http://127.0.0.1:{port}/about/", wait_until="networkidle")
                break
            page.wait_for_timeout(500)
        (folder / "about.md").write_text("# Written anew\n")
        expect(page.locator("h1")).to_contain_text("Written anew", timeout=30_000)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
