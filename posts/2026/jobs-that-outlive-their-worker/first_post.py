"""Makes the service of the first post importable: `import first_post` comes before `import scalable_api`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "2024/building-scalable-apis-with-python"))
