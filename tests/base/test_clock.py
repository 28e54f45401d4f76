"""The day is that of UTC, or the one that SOURCE_DATE_EPOCH names."""

import datetime as dt
import time

import pytest

from _ext.base.clock import today


def test_source_date_epoch_is_today_in_utc() -> None:
    assert today({"SOURCE_DATE_EPOCH": "1717286399"}) == dt.date(2024, 6, 1)  # 23:59:59Z
    assert today({"SOURCE_DATE_EPOCH": "1717286400"}) == dt.date(2024, 6, 2)


def test_the_zone_of_the_machine_means_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    assert today({"SOURCE_DATE_EPOCH": "1717286399"}) == dt.date(2024, 6, 1)
    monkeypatch.undo()
    time.tzset()


def test_without_it_the_clock_says() -> None:
    before = dt.datetime.now(dt.UTC).date()
    assert today({}) in (before, dt.datetime.now(dt.UTC).date())
