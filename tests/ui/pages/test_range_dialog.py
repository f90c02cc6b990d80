"""Custom ranges: the instants that are previewed are the instants that are taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QDate, QDateTime, Qt, QTime, QTimeZone
from PySide6.QtWidgets import QAbstractButton, QDateTimeEdit
from pytestqt.qtbot import QtBot

from lmchat_desktop.domain.timebasis import Period
from lmchat_desktop.domain.wall_time import WallTime, resolve
from lmchat_desktop.ui.pages.figures.instants import Quick, quick_range
from lmchat_desktop.ui.pages.figures.range_dialog import RangeDialog
from lmchat_desktop.ui.theme.manager import current_theme
from lmchat_desktop.ui.widgets.plain import PlainLabel
from tests.ui.pages.fitting import cut, settle_layout

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 13, 47, tzinfo=UTC)
WEEK = Period(NOW - timedelta(days=7), NOW)


def make(qtbot: QtBot, zone: ZoneInfo = BERLIN, first: datetime | None = None) -> RangeDialog:
    dialog = RangeDialog(WEEK, zone, NOW, first)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def text(dialog: RangeDialog, name: str) -> str:
    return str(dialog.findChild(PlainLabel, name).whole_text())


def put(field: QDateTimeEdit, *at: int) -> None:
    field.setDateTime(QDateTime(QDate(*at[:3]), QTime(*at[3:]), QTimeZone.utc()))


@pytest.mark.parametrize(
    ("zone", "local", "utc", "kind"),
    [
        ("Europe/Berlin", (2026, 3, 29, 2, 30), (2026, 3, 29, 1, 30), WallTime.NEVER),
        ("Europe/Berlin", (2026, 10, 25, 2, 30), (2026, 10, 25, 0, 30), WallTime.TWICE),
        ("Europe/Berlin", (2026, 10, 25, 3, 0), (2026, 10, 25, 2, 0), WallTime.ONCE),
        ("Asia/Kathmandu", (2026, 1, 1, 0, 0), (2025, 12, 31, 18, 15), WallTime.ONCE),
        ("Pacific/Chatham", (2026, 9, 27, 3, 0), (2026, 9, 26, 14, 15), WallTime.NEVER),
    ],
)
def test_wall_times(
    zone: str, local: tuple[int, ...], utc: tuple[int, ...], kind: WallTime
) -> None:
    resolved = resolve(datetime(*local), ZoneInfo(zone))  # type: ignore[arg-type]
    assert (resolved.at, resolved.kind) == (datetime(*utc, tzinfo=UTC), kind)  # type: ignore[misc]


def test_quick_ranges() -> None:
    def at(*when: int) -> datetime:
        return datetime(*when, tzinfo=BERLIN)  # type: ignore[misc]

    assert quick_range(Quick.TODAY, NOW, BERLIN) == Period(at(2026, 11, 24), NOW)
    assert quick_range(Quick.YESTERDAY, NOW, BERLIN) == Period(at(2026, 11, 23), at(2026, 11, 24))
    assert quick_range(Quick.THIS_WEEK, NOW, BERLIN) == Period(at(2026, 11, 23), NOW)
    assert quick_range(Quick.LAST_WEEK, NOW, BERLIN).start == at(2026, 11, 16)
    assert quick_range(Quick.LAST_MONTH, NOW, BERLIN) == Period(at(2026, 10, 1), at(2026, 11, 1))


def test_both_zones_are_previewed(qtbot: QtBot) -> None:
    dialog = make(qtbot)
    put(dialog.first, 2026, 10, 25, 0, 0)
    put(dialog.last, 2026, 10, 26, 0, 0)
    assert text(dialog, "first-local") == "25 Oct 2026, 00:00 (UTC+02:00)"
    assert text(dialog, "first-utc") == "24 Oct 2026, 22:00"
    assert text(dialog, "last-local") == "26 Oct 2026, 00:00 (UTC+01:00)"
    assert dialog.period == Period(
        datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)
    )
    assert dialog._lines["length"].whole_text() == "1 d 1 h"


def test_a_range_that_ends_before_it_starts_cannot_be_taken(qtbot: QtBot) -> None:
    dialog = make(qtbot)
    put(dialog.first, 2026, 11, 25, 0, 0)
    accept = dialog.findChild(QAbstractButton, "accept-range")
    assert dialog.period is None
    assert not accept.isEnabled()
    assert "after the start" in text(dialog, "remark")
    put(dialog.last, 2026, 11, 26, 0, 0)
    assert accept.isEnabled()
    assert "future" in text(dialog, "remark")


def test_it_says_what_is_odd_about_a_time(qtbot: QtBot) -> None:
    dialog = make(qtbot, first=NOW - timedelta(days=3))
    assert "first data" in text(dialog, "remark")
    put(dialog.first, 2026, 3, 29, 2, 30)
    assert "does not exist" in text(dialog, "remark")
    put(dialog.first, 2026, 10, 25, 2, 30)
    assert "twice" in text(dialog, "remark")


def test_it_says_how_the_charts_will_show_it(qtbot: QtBot) -> None:
    dialog = make(qtbot)
    assert text(dialog, "remark") == "Charts show this range per 3 hours."
    put(dialog.first, 2026, 11, 24, 13, 0)
    put(dialog.last, 2026, 11, 24, 14, 0)
    assert text(dialog, "remark") == "Charts show this range per minute."


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_calendar_is_in_the_colours_of_the_theme(qtbot: QtBot, mode: str) -> None:
    theme = current_theme()
    theme.apply(mode)
    dialog = make(qtbot)
    calendar = dialog.first.calendarWidget()
    for day in Qt.DayOfWeek:
        ink = calendar.weekdayTextFormat(day).foreground().color().name()
        assert ink == theme.tokens.text.lower()
    dialog.close()
    theme.apply("light")


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_fits_into_a_small_window(qtbot: QtBot, scale: float) -> None:
    theme = current_theme()
    theme.set_text_scale(scale)
    dialog = make(qtbot)
    put(dialog.first, 2026, 10, 25, 2, 30)
    settle_layout()
    assert cut(dialog) == []
    assert dialog.width() <= 1024
    assert dialog.height() <= 700
    theme.set_text_scale(None)


def test_in_utc_nothing_is_said_twice(qtbot: QtBot) -> None:
    dialog = make(qtbot, ZoneInfo("UTC"))
    assert not dialog._lines["first-utc"].isVisible()
    assert text(dialog, "last-local") == "24 Nov 2026, 13:47"


def test_quick_buttons_fill_the_fields_in_and_enter_takes_them(qtbot: QtBot) -> None:
    dialog = make(qtbot)
    quick = dialog.findChild(QAbstractButton, "quick-last-week")
    qtbot.mouseClick(quick, Qt.MouseButton.LeftButton)
    period = dialog.period
    assert period == quick_range(Quick.LAST_WEEK, NOW, BERLIN)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(
            dialog.findChild(QAbstractButton, "accept-range"), Qt.MouseButton.LeftButton
        )
