"""Ticks of hours and minutes: every round time of the wall clock within the view, and no other."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from lmchat_desktop.ui.charts.ticks import _MINUTES, time_ticks

SPRING = int(datetime(2026, 3, 29, 0, 30, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())
AUTUMN = int(datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]


def _round_times(start: int, end: int, zone: ZoneInfo, minutes: int) -> list[float]:
    found = []
    for at in range(start - start % 60, end + 60, 60):
        local = datetime.fromtimestamp(at, zone)
        if start <= at <= end and (local.hour * 60 + local.minute) % minutes == 0:
            found.append(float(at))
    return found


@given(
    st.integers(min_value=1_770_000_000, max_value=1_800_000_000),
    st.integers(min_value=300, max_value=7 * 3600),
    st.sampled_from(ZONES),
)
@example(SPRING, 4 * 3600, "Europe/Berlin")
@example(AUTUMN, 4 * 3600, "Europe/Berlin")
@example(AUTUMN - 3_600, 1_200, "Europe/Berlin")
def test_every_round_time_has_its_tick(start: int, length: int, name: str) -> None:
    zone, most = ZoneInfo(name), 8
    minutes = next(each for each in _MINUTES if length / 60 / each <= most)
    found = [tick.at_s for tick in time_ticks(start, start + length, zone, most)]
    assert minutes <= timedelta(hours=1).total_seconds() / 60
    assert found == _round_times(start, start + length, zone, minutes)
