"""When the site next changes by itself, as a dated post goes live or one has aged, and whether that day has come.

Each build leaves the day in ``next-change.json``, such as ``{"next_change": "2026-12-01"}``, or null where nothing waits.
"""

import json
from datetime import date

FILE = "next-change.json"
KEY = "next_change"


def written(day: date | None) -> str:
    """Return the text of the file that says that the site next changes on *day*, or not by itself."""
    return json.dumps({KEY: day.isoformat() if day else None}) + "\n"


def read(content: bytes) -> date | None:
    """Return the day that the file with *content* names, or None where nothing waits.

    Raises ValueError with what the file must be where it is not what `written` writes.
    """
    try:
        day = json.loads(content)[KEY]
        return None if day is None else date.fromisoformat(day)
    except (ValueError, TypeError, LookupError, RecursionError):
        raise ValueError(f'{FILE} must be such as {{"{KEY}": "2026-12-01"}}: {content[:60]!r}') from None


def is_due(next_change: date | None, today: date) -> bool:
    """Tell whether on the day *today* (UTC) the site should be built, which next changes on *next_change*."""
    return next_change is not None and next_change <= today
