"""Lets the programs beside it import the service of the first post."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "2024/building-scalable-apis-with-python"
sys.path.insert(0, str(FOLDER))
