"""What the tests of the keys' dialogs share: opening them, waiting, and what is small enough."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QDate, QDateTime, Qt, QTime, QTimeZone
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDateTimeEdit, QDialog, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.sync.states import SyncPhase, SyncState
from lmchat_desktop.ui.pages.keys.instant_choice import InstantChoice
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.plain import PlainLabel
from tests.ui.pages.desk import Desk
from tests.ui.pages.fitting import cut, settle_layout

LEAST_WINDOW = (1024, 700)


def shown(qtbot: QtBot, desk: Desk, widget: QWidget) -> None:
    """Show a widget and let what it asks come to its end."""
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    rest(qtbot, desk)


def rest(qtbot: QtBot, desk: Desk) -> None:
    """Let all work come to its end."""
    qtbot.waitUntil(lambda: not desk.tasks.busy, timeout=30_000)
    settle_layout()


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(choice: InstantChoice, title: str) -> None:
    """Press one of the spans."""
    buttons = choice.segments.findChildren(QAbstractButton)
    press(next(button for button in buttons if button.text() == title))


def put(field: QDateTimeEdit, at: datetime) -> None:
    """Put a wall-clock time into a field."""
    field.setDateTime(
        QDateTime(QDate(at.year, at.month, at.day), QTime(at.hour, at.minute), QTimeZone.utc())
    )


def go_offline(desk: Desk) -> None:
    """The connection is lost."""
    now = desk.machine.at
    state = SyncState(SyncPhase.OFFLINE, now, "", now - timedelta(minutes=1))
    desk.context.connection.tell(state)


def text(root: QWidget, name: str) -> str:
    """What a label says."""
    found = root.findChild(PlainLabel, name)
    assert isinstance(found, PlainLabel)
    return found.whole_text()


def banner(root: QWidget, name: str) -> Banner:
    found = root.findChild(Banner, name)
    assert isinstance(found, Banner)
    return found


def check_fits(dialog: QDialog, may_elide: frozenset[str] = frozenset()) -> None:
    """The dialog fits into the least window, and nothing in it is cut."""
    settle_layout()
    assert dialog.width() <= LEAST_WINDOW[0]
    assert dialog.height() <= LEAST_WINDOW[1]
    assert cut(dialog, may_elide) == []
