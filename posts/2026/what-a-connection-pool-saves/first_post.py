"""Makes the service of the first post importable: import this before `scalable_api`."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "2024/building-scalable-apis-with-python"))
