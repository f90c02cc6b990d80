"""The usage page's model: states become questions, reports become figures, all counted again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lmchat_desktop.domain.usage.cells import Dimension, Latency, Measure
from lmchat_desktop.domain.usage.histogram import ERROR_BOUND
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure, ChartStyle
from lmchat_desktop.ui.pages.figures.names import Names
from lmchat_desktop.ui.pages.figures.ranges import Preset, TimeRange
from lmchat_desktop.ui.pages.figures.rows import breakdown_rows, group_series, total_row
from lmchat_desktop.ui.pages.usage.model import UsageModel
from lmchat_desktop.ui.pages.usage.state import UsageState
from tests.ui.pages.conftest import NOW, SINCE
from tests.ui.pages.desk import ROBOTICS, SERVICE, Desk
from tests.ui.pages.traffic import Requests, joined, make_requests

BERLIN = ZoneInfo("Europe/Berlin")


def settled(qtbot: QtBot, model: UsageModel) -> None:
    qtbot.waitUntil(lambda: not model.busy, timeout=15_000)


def test_a_state_survives_being_stored() -> None:
    state = (
        UsageState(
            range=TimeRange(None, SINCE, NOW),
            group_by=Dimension.REGION,
            measure=ChartMeasure.COST,
            style=ChartStyle.LINES,
            compare=True,
            latency=Latency.FIRST_TOKEN,
        )
        .filtered(Dimension.MODEL, {"a", "b"})
        .filtered(Dimension.ERROR, {""})
    )
    assert UsageState.from_json(json.loads(json.dumps(state.to_json()))) == state


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "7d",
        {"range": ["x", "y"], "filters": 3, "group_by": "colour"},
        {"range": ["2026-01-02T00:00:00", "2026-01-01T00:00:00"], "filters": {"model": "x"}},
        {"filters": {"colour": ["x"], "model": [1, None]}, "compare": "yes"},
    ],
)
def test_a_state_that_cannot_be_read_is_a_new_one(kept: object) -> None:
    assert UsageState.from_json(kept) == UsageState()


def test_clicks_filter_and_unfilter() -> None:
    state = UsageState().toggled(Dimension.MODEL, "a")
    assert state.filter_map == {Dimension.MODEL: {"a"}}
    assert state.toggled(Dimension.MODEL, "b").filter_map == {Dimension.MODEL: {"b"}}
    assert state.toggled(Dimension.MODEL, "b", add=True).filter_map == {Dimension.MODEL: {"a", "b"}}
    assert state.toggled(Dimension.MODEL, "a").filters == ()


def test_zooming_can_be_undone_step_by_step() -> None:
    first = UsageState().zoomed(SINCE, NOW)
    second = first.zoomed(SINCE + timedelta(days=1), NOW)
    assert second.zoomed_back() == first
    assert second.zoomed_back().zoomed_back() == UsageState()
    assert UsageState().zoomed_back() == UsageState()


def test_the_service_has_no_keys() -> None:
    state = UsageState(group_by=Dimension.KEY).filtered(Dimension.KEY, {"k"})
    assert state.fit_scope("service") == UsageState()
    assert state.fit_scope("acct_1") == state


def test_presets_are_calendar_days_of_the_zone() -> None:
    period = TimeRange(Preset.WEEK).period(NOW, BERLIN)
    assert period.start == datetime(2026, 11, 18, tzinfo=BERLIN)
    assert period.end == NOW


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "Pacific/Chatham", "America/New_York"])
@pytest.mark.parametrize("preset", [Preset.WEEK, Preset.MONTH, Preset.DAY])
def test_figures_equal_an_independent_count(
    qtbot: QtBot, desk: Desk, requests: Requests, zone: str, preset: Preset
) -> None:
    desk.context.zone.choose(ZoneInfo(zone))
    model = UsageModel(desk.context, desk.root)
    model.change(UsageState(range=TimeRange(preset), group_by=Dimension.PROVIDER))
    model.load()
    settled(qtbot, model)
    assert model.shown is not None
    assert model.details is not None
    period = model.shown.report.period
    expected = requests.between(period.start, period.end)
    total = total_row(model.shown.report.answer)
    assert total.requests == len(expected.started_s)
    assert total.input_tokens == expected.sum(Measure.INPUT_TOKENS)
    assert total.cached_tokens == expected.sum(Measure.CACHED_TOKENS)
    assert total.output_tokens == expected.sum(Measure.OUTPUT_TOKENS)
    assert total.cost == expected.sum(Measure.COST)
    assert total.failed == expected.failed
    for q, shown in ((0.5, total.p50), (0.95, total.p95), (0.99, total.p99)):
        assert shown == pytest.approx(expected.quantile(Latency.TOTAL, q), rel=ERROR_BOUND)
    assert total.first_p95 == pytest.approx(
        expected.quantile(Latency.FIRST_TOKEN, 0.95), rel=ERROR_BOUND
    )
    figures = model.details.figures
    assert figures.cost.value == total.cost
    assert figures.error_rate.value == expected.failed / len(expected.started_s)
    assert np.nansum(figures.requests.course) == total.requests


@pytest.mark.parametrize("dimension", list(Dimension))
def test_groups_under_filters_equal_an_independent_count(
    qtbot: QtBot, desk: Desk, requests: Requests, dimension: Dimension
) -> None:
    model = UsageModel(desk.context, desk.root)
    model.change(
        UsageState(group_by=dimension)
        .filtered(Dimension.REGION, {"eu-central", "us-east"})
        .filtered(Dimension.KEY, {"key_chat", "key_search"})
    )
    settled(qtbot, model)
    assert model.shown is not None
    answer = model.shown.report.answer
    period = model.shown.report.period
    expected = (
        requests.between(period.start, period.end)
        .having(Dimension.REGION, "eu-central", "us-east")
        .having(Dimension.KEY, "key_chat", "key_search")
    )
    rows = breakdown_rows(answer, dimension, model.shown.names)
    assert [row.value for row in rows] == expected.values(dimension)
    for row in rows:
        part = expected.having(dimension, str(row.value))
        assert row.requests == len(part.started_s)
        assert row.cost == part.sum(Measure.COST)
        assert row.failed == part.failed
        if row.p95 is not None:
            assert row.p95 == pytest.approx(part.quantile(Latency.TOTAL, 0.95), rel=ERROR_BOUND)
        else:
            assert np.isnan(part.total_ms).all()
    for measure in ChartMeasure:
        series = group_series(answer, measure, dimension, model.shown.names)
        whole = sum(one.values.sum() for one in series)
        if measure is ChartMeasure.ERRORS:
            assert whole == expected.failed
        elif measure is ChartMeasure.OUTPUT_TOKENS:
            assert whole == expected.sum(Measure.OUTPUT_TOKENS)


def test_small_groups_are_drawn_together_and_nothing_is_lost(
    qtbot: QtBot, desk: Desk, requests: Requests
) -> None:
    model = UsageModel(desk.context, desk.root)
    model.load()
    settled(qtbot, model)
    assert model.shown is not None
    answer = model.shown.report.answer
    series = group_series(answer, ChartMeasure.REQUESTS, Dimension.MODEL, Names(), shown=4)
    assert [one.value is None for one in series] == [False, False, False, True]
    assert sum(one.values.sum() for one in series) == answer.total(Measure.REQUESTS)


def test_the_change_is_against_the_days_before(
    qtbot: QtBot, desk: Desk, requests: Requests
) -> None:
    model = UsageModel(desk.context, desk.root)
    model.load()
    settled(qtbot, model)
    assert model.details is not None
    now, before = (
        requests.between(datetime(2026, 11, day, tzinfo=BERLIN), until)
        for day, until in ((18, NOW), (11, NOW - timedelta(days=7)))
    )
    figures = model.details.figures
    assert figures.requests.value == len(now.started_s)
    # The period before ends at the same time of day, to the quarter hour that cells allow.
    assert figures.requests.previous == pytest.approx(len(before.started_s), abs=6)
    assert figures.requests.change == pytest.approx(
        len(now.started_s) / figures.requests.previous - 1  # type: ignore[operator]
    )


def test_without_whole_earlier_data_nothing_is_compared(qtbot: QtBot, desk: Desk) -> None:
    model = UsageModel(desk.context, desk.root)
    model.change(UsageState(range=TimeRange(Preset.MONTH)))
    settled(qtbot, model)
    assert model.details is not None
    assert model.details.figures.requests.previous is None
    assert model.details.figures.requests.change is None
    assert model.details.figures.error_rate.difference is None


def test_a_scope_without_data_has_no_figures_rather_than_zeros(qtbot: QtBot, desk: Desk) -> None:
    desk.context.scope.choose(SERVICE)
    model = UsageModel(desk.context, desk.root)
    model.load()
    settled(qtbot, model)
    assert model.details is not None
    figures = model.details.figures
    assert figures.requests.value is None
    assert figures.cost.value is None
    assert figures.error_rate.value is None
    assert np.isnan(figures.requests.course).all()


def test_quiet_hours_are_zero_and_unsynced_ones_are_not(qtbot: QtBot, desk: Desk) -> None:
    model = UsageModel(desk.context, desk.root)
    model.change(
        UsageState(range=TimeRange(Preset.MONTH)).filtered(Dimension.MODEL, {"no such model"})
    )
    settled(qtbot, model)
    assert model.shown is not None
    assert model.details is not None
    course = model.details.figures.requests.course
    edges = model.shown.report.answer.edges
    synced = edges[1:] > SINCE.replace(hour=0, minute=0, second=0).timestamp()
    assert np.isnan(course[~synced]).all()
    assert (course[synced] == 0).all()
    assert (~synced).any()


def test_only_the_newest_answer_counts(qtbot: QtBot, desk: Desk) -> None:
    model = UsageModel(desk.context, desk.root)
    seen: list[Dimension | None] = []
    model.report_changed.connect(lambda: seen.append(model.shown.report.question.group_by))  # type: ignore[union-attr]
    for dimension in Dimension:
        model.change(UsageState(group_by=dimension, compare=True))
    settled(qtbot, model)
    assert seen[-1] is Dimension.ERROR
    assert model.shown is not None
    assert model.shown.state.group_by is Dimension.ERROR
    assert len(seen) < len(Dimension)


def test_sync_refreshes_in_place(qtbot: QtBot, desk: Desk, requests: Requests) -> None:
    model = UsageModel(desk.context, desk.root)
    model.load()
    settled(qtbot, model)
    assert model.shown is not None
    assert model.shown.fresh
    before = total_row(model.shown.report.answer).requests
    later = NOW + timedelta(minutes=5)
    more = make_requests(NOW, later, 40, seed=9)
    desk.machine.at = later
    desk.put_traffic(desk.context.scope.id, joined(requests, more), later - timedelta(hours=1))
    details = model.details
    model.refresh(set(), {"acct_other"})
    assert not model.busy
    model.refresh(set(), {desk.context.scope.id})
    model.refresh(set(), {desk.context.scope.id})
    assert model.details is details
    settled(qtbot, model)
    assert not model.shown.fresh
    assert total_row(model.shown.report.answer).requests == before + len(more.started_s)


def test_settings_are_kept_per_scope_without_naming_keys(qtbot: QtBot, desk: Desk) -> None:
    model = UsageModel(desk.context, desk.root)
    own = (
        UsageState(group_by=Dimension.KEY)
        .filtered(Dimension.KEY, {"key_chat"})
        .filtered(Dimension.REGION, {"us-east"})
    )
    model.change(own)
    desk.context.scope.choose(SERVICE)
    assert model.state == UsageState()
    model.change(UsageState(measure=ChartMeasure.COST))
    model.save()
    settled(qtbot, model)
    again = UsageModel(desk.context, desk.root)
    assert again.state.measure is ChartMeasure.COST
    desk.context.scope.choose(ROBOTICS)
    settled(qtbot, again)
    settled(qtbot, model)
    assert model.state == own
    assert again.state == own.filtered(Dimension.KEY, ())
    kept = json.dumps(desk.context.preferences.value.usage)
    assert "key_chat" not in kept
    assert ROBOTICS.id not in kept


def test_what_completes_a_report_stays_while_only_the_grouping_changes(
    qtbot: QtBot, desk: Desk
) -> None:
    model = UsageModel(desk.context, desk.root)
    model.load()
    settled(qtbot, model)
    known = model.details
    assert known is not None
    kept: list[bool] = []
    model.report_changed.connect(lambda: kept.append(model.details is known))
    model.change(replace(model.state, group_by=Dimension.REGION))
    settled(qtbot, model)
    model.change(model.state.with_range(TimeRange(Preset.DAY)))
    settled(qtbot, model)
    assert kept == [True, False]
    assert model.shown is not None
    assert model.details is not None
    requests = model.shown.report.answer.total(Measure.REQUESTS)
    assert model.details.figures.requests.value == requests
