"""The smallest blog that ABlog's and Furo's manuals describe, and what a green build of it is worth.

Run as a program, it writes that blog to a temporary folder, builds it as strictly as Sphinx can, and
reports the exit status beside the number of pages that are Furo's error page.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from framed_page import ERROR, is_error_page

HERE = Path(__file__).parent
CURE = HERE / "cure"

CONF = """\
project = "Stock"
extensions = ["ablog", "myst_parser"]
html_theme = "furo"
blog_baseurl = "https://blog.example/"
"""
INDEX = """\
# Stock

```{toctree}
hello
```
"""
# The post quotes the error text: a check that searches whole files for it would take this page for broken.
POST = f"""\
# Hello, reader

```{{post}} 2026-11-16
:tags: First
:redirect: old/hello
```

The first paragraph.

```text
{ERROR}
```
"""


def write_blog(source: Path, conf: str = "", templates: Iterable[str] = ()) -> None:
    """Write the stock blog into ``source``, with lines added to conf.py and templates copied from cure/."""
    source.mkdir(parents=True)
    templates = list(templates)
    if templates:
        conf += 'templates_path = ["_templates"]\n'
    for name in templates:
        target = source / "_templates" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CURE / name, target)
    for name, text in {"conf.py": CONF + conf, "index.md": INDEX, "hello.md": POST}.items():
        (source / name).write_text(text, encoding="utf-8")


def build(source: Path, output: Path) -> subprocess.CompletedProcess[str]:
    """Build ``source`` into ``output`` with nit-picking on and warnings counted as errors.

    A process of its own, because ABlog keeps its posts in a class attribute: two builds in one process
    would share them.
    """
    command: list[str | Path] = [sys.executable, "-m", "sphinx", "-n", "-W", "--no-color", source, output]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}  # for lookup_order
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def pages(output: Path) -> dict[str, str]:
    """Every built page: its path below ``output`` and its HTML."""
    built = sorted(output.rglob("*.html"))
    return {path.relative_to(output).as_posix(): path.read_text(encoding="utf-8") for path in built}


def main() -> None:
    """Build the stock blog and print what the exit status says and what the pages say."""
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder, "source"), Path(folder, "html")
        write_blog(source)
        result = build(source, output)
        built = pages(output)
    broken = sum(map(is_error_page, built.values()))
    print(f"exit status {result.returncode}; {broken} of {len(built)} pages are Furo's error page")


if __name__ == "__main__":
    main()
