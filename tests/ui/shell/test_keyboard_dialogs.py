"""By the keyboard alone: the dialogs of crashes and faults, the range and its calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QDate, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.domain.timebasis import Period
from lmchat_desktop.services.crash_reports import CrashReports
from lmchat_desktop.ui.pages.figures.range_dialog import RangeDialog
from lmchat_desktop.ui.shell.crash.dialog import (
    CrashDialog,
    NoReportsDialog,
    crash_offer,
    fault_dialog,
    kept_reports,
)
from lmchat_desktop.ui.shell.dialogs import FaultDialog
from lmchat_desktop.ui.theme.manager import current_theme
from tests.ui.keyboard import (
    LEAST_CONTRAST,
    check_keyboard,
    check_speech,
    contrasts,
    focus_in,
    focused,
    luminances,
    most_common,
    press_escape,
)

NOW = datetime(2026, 11, 24, 13, 47, tzinfo=UTC)
WEEK = Period(NOW - timedelta(days=7), NOW)
LEAST_WINDOW = (1024, 700)


def kept(folder: Path) -> CrashReports:
    """Two reports, each longer and wider than the field that shows it."""
    times = iter(range(100))
    reports = CrashReports(folder, now=lambda: NOW + timedelta(seconds=next(times)))
    for what in ("first", "second"):
        reports.write(what, "\n".join(f"  in {what} {'x' * 200}" for _ in range(40)))
    return reports


MAKERS: dict[str, Callable[[CrashReports], QDialog]] = {
    "offer": lambda reports: crash_offer(reports, reports.all()),
    "fault": lambda reports: fault_dialog(reports, reports.all()[0]),
    "kept": lambda reports: kept_reports(reports, reports.all()),
    "none": lambda _reports: NoReportsDialog(),
    "fault without a report": lambda _reports: FaultDialog("Traceback\n" * 40),
}


def shown(qtbot: QtBot, dialog: QDialog) -> QDialog:
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitExposed(dialog)
    return dialog


@pytest.mark.parametrize("what", MAKERS)
def test_dialogs_of_crashes_and_faults(qtbot: QtBot, tmp_path: Path, what: str) -> None:
    reports = kept(tmp_path)
    dialog = shown(qtbot, MAKERS[what](reports))
    way = check_keyboard(qtbot, dialog)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        dialog.open()
        start = getattr(dialog, "details", way[0])
        start.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(start, key)
        assert not dialog.isVisible(), key


def test_a_report_is_read_and_deleted_by_keys(qtbot: QtBot, tmp_path: Path) -> None:
    reports = kept(tmp_path)
    dialog = shown(qtbot, crash_offer(reports, reports.all()))
    assert isinstance(dialog, CrashDialog)
    check_keyboard(qtbot, dialog)
    dialog.details.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(dialog.details, Qt.Key.Key_PageDown)
    assert dialog.details.verticalScrollBar().value() > 0
    dialog.next_button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(dialog.next_button, Qt.Key.Key_Space)
    assert "report 2 of 2" in dialog.details.accessibleDescription()
    dialog.delete_button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(dialog.delete_button, Qt.Key.Key_Return)
    assert len(reports.all()) == 1
    assert dialog.next_button not in check_keyboard(qtbot, dialog)
    assert focused() is dialog.delete_button


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("what", MAKERS)
def test_they_fit_into_a_small_window(
    qtbot: QtBot, tmp_path: Path, what: str, scale: float
) -> None:
    theme = current_theme()
    theme.set_text_scale(scale)
    dialog = shown(qtbot, MAKERS[what](kept(tmp_path)))
    assert dialog.width() <= LEAST_WINDOW[0]
    assert dialog.height() <= LEAST_WINDOW[1]
    details = getattr(dialog, "details", None)
    if details is not None:
        lines = details.viewport().height() / details.fontMetrics().height()
        assert lines >= 6, "too little of a report is seen at once"
    theme.set_text_scale(None)


# The range


def range_dialog(qtbot: QtBot) -> RangeDialog:
    dialog = RangeDialog(WEEK, ZoneInfo("Europe/Berlin"), NOW, None)
    shown(qtbot, dialog)
    focus_in(qtbot, dialog)
    return dialog


def open_calendar(dialog: RangeDialog, key: Qt.Key = Qt.Key.Key_Down) -> QWidget:
    """Open the calendar of the first field; answers its days."""
    dialog.first.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(
        dialog.first,
        key,
        Qt.KeyboardModifier.AltModifier
        if key == Qt.Key.Key_Down
        else Qt.KeyboardModifier.NoModifier,
    )
    popup = QApplication.activePopupWidget()
    assert popup is not None, "the calendar did not open"
    assert focused().window() is popup
    return focused()


def test_the_range(qtbot: QtBot) -> None:
    dialog = range_dialog(qtbot)
    check_keyboard(qtbot, dialog)
    dialog.first.setFocus(Qt.FocusReason.TabFocusReason)
    before = dialog.period
    QTest.keyClick(dialog.first, Qt.Key.Key_Down)
    assert dialog.period != before, "without Alt the arrow changes the section"
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.first, Qt.Key.Key_Return)
    dialog.open()
    dialog.first.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog.first, Qt.Key.Key_Escape)


def test_the_calendar(qtbot: QtBot) -> None:
    dialog = range_dialog(qtbot)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_F4):
        days = open_calendar(dialog, key)
        check_speech(days)
        QTest.keyClick(days, Qt.Key.Key_Tab)
        assert focused() is days, "a popup keeps the keyboard until it is closed"
        press_escape()
        assert QApplication.activePopupWidget() is None
        qtbot.waitUntil(dialog.first.hasFocus)
        assert dialog.isVisible()
    days = open_calendar(dialog)
    popup = days.window()
    for button in popup.findChildren(QToolButton):
        if button.isVisible():
            name = QAccessible.queryAccessibleInterface(button).text(QAccessible.Text.Name)
            assert name.strip(), button.objectName()
    start = dialog.first.date()
    for pressed, days_on in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Down, 7)):
        before = dialog.first.date()
        QTest.keyClick(days, pressed)
        assert dialog.first.date() == before.addDays(days_on)
    press_escape()
    qtbot.waitUntil(dialog.first.hasFocus)
    assert dialog.first.date() == start, "Escape leaves the day as it was"
    days = open_calendar(dialog)
    QTest.keyClick(days, Qt.Key.Key_PageUp)
    QTest.keyClick(days, Qt.Key.Key_Return)
    assert QApplication.activePopupWidget() is None
    assert dialog.first.date() == QDate(2026, 10, 17)
    assert dialog.isVisible()
    qtbot.waitUntil(dialog.first.hasFocus)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_day_stands_out_in_the_calendar(qtbot: QtBot, mode: str) -> None:
    """The days alone take the keyboard there, so that the chosen day is what has it."""
    theme = current_theme()
    dialog = range_dialog(qtbot)
    theme.apply(mode)
    days = open_calendar(dialog)
    assert isinstance(days, QAbstractItemView)
    chosen = days.visualRect(days.currentIndex())
    assert min(chosen.width(), chosen.height()) >= 24
    picture = luminances(days.viewport().grab().toImage())
    other = chosen.translated(chosen.width(), 0)

    def ground(cell: QRect) -> float:
        return most_common(picture[cell.top() : cell.bottom(), cell.left() : cell.right()])

    assert contrasts(picture[:1, :1] * 0 + ground(chosen), ground(other)) >= LEAST_CONTRAST
    press_escape()
    theme.apply("light")


def test_the_calendar_follows_the_theme(qtbot: QtBot) -> None:
    theme = current_theme()
    dialog = range_dialog(qtbot)
    theme.apply("dark")
    calendar = dialog.first.calendarWidget()
    for day in Qt.DayOfWeek:
        ink = calendar.weekdayTextFormat(day).foreground().color().name()
        assert ink == theme.tokens.text.lower()
    theme.apply("light")
