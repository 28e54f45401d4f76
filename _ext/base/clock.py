"""The one place where the blog asks what day it is."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime


def today(environ: Mapping[str, str] = os.environ) -> date:
    """Return the current day in UTC, or the day of ``SOURCE_DATE_EPOCH`` (seconds since 1970) where it is set.

    Raises ValueError where ``SOURCE_DATE_EPOCH`` is not a number of seconds.
    Source: https://reproducible-builds.org/specs/source-date-epoch/
    """
    epoch = environ.get("SOURCE_DATE_EPOCH")
    now = datetime.now(UTC) if epoch is None else datetime.fromtimestamp(int(epoch), UTC)
    return now.date()
