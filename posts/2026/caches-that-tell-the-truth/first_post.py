"""Makes the first post's package, scalable_api, importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "2024/building-scalable-apis-with-python"))
