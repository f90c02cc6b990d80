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
    ticks = axis.tickValues(start, end, width)[0][1]
    assert ticks[-1] == last
    labels = axis.tickStrings(ticks, 1.0, 0)
    assert bool(labels[-1]) is shown
    assert all(labels[1:-1])
