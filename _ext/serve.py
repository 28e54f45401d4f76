"""The command ``python -m _ext.serve``: shows the site of the current folder in a browser and reloads it on change.

A fault in a post is a line in the console, and the post is left out until it is mended. It is a preview: what is not
published, a draft or a post with a date to come, is shown as well, and says so.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from contextlib import suppress

from sphinx_autobuild.middleware import web_socket_script

from _ext.content_security_policy import hashes, inline_code

HOST = "127.0.0.1"
OUTPUT = "_build/serve"
IGNORED = r"[/\\](\.git|\.venv|_build|__pycache__|\.[a-z]+_cache)([/\\]|$)"
"""A regular expression of the paths whose change means nothing to the site."""


def main(arguments: list[str] | None = None) -> int:
    """Serve the site until interrupted and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m _ext.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="(default: %(default)s)")
    port: int = parser.parse_args(arguments).port
    command = [sys.executable, "-m", "sphinx_autobuild", "--host", HOST, "--port", str(port), "--re-ignore", IGNORED]
    # Afresh each time: what ABlog knows of one post shows on the pages of others, which Sphinx would not write again.
    command += ["--builder", "dirhtml", "--fresh-env", "--write-all", "--doctree-dir", f"{OUTPUT}/doctrees"]
    command += ["--define", "preview=1"]
    # The script that reloads the page, which the server adds to it.
    reloading = hashes(inline_code(web_socket_script(f"{HOST}:{port}")).scripts)
    command += ["-D", f"content_security_policy_scripts={','.join(reloading)}"]
    with suppress(KeyboardInterrupt):
        return subprocess.run([*command, ".", f"{OUTPUT}/html"], check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
