"""The command ``python -m services``: runs the API of the first post with all that it needs, until Ctrl-C."""

import os
from pathlib import Path

from _ext import post_environment

FOLDER = Path(__file__).parent.parent / "posts/2024/building-scalable-apis-with-python"

if __name__ == "__main__":
    python = post_environment.python(FOLDER)
    os.execv(python, [python, str(FOLDER / "local_services.py")])
