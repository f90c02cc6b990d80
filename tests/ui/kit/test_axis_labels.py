"""Labels of the time axis: one that would be cut at an end is left out, its tick stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from lmchat_desktop.ui.charts.zone_axis import ZoneTimeAxis

DAY_S = 86_400
START = datetime(2026, 8, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days_after_the_last_tick", "shown"), [(0.0, False), (1.0, False), (6.0, True)]
)
def test_a_label_that_would_be_cut_is_left_out(
    qtbot: QtBot, days_after_the_last_tick: float, shown: bool
) -> None:
    axis = ZoneTimeAxis()
    width = 600
    start = START.timestamp()
    whole = (START + timedelta(days=90)).timestamp()
    last = axis.ticks(start, whole, width)[-1].at_s
    end = last + days_after_the_last_tick * DAY_S
    axis.resize(width, 26)
    axis.setRange(start, end)
    ticks = axis.ticks(start, end, width)
    assert ticks[-1].at_s == last
    labels = [text for _box, _flags, text in axis.labels()]
    assert (ticks[-1].label == labels[-1]) is shown
    assert all(tick.label in labels for tick in ticks[1:-1])
