"""A field of date and time whose calendar the keyboard opens, and its calendar in the theme's look.

The keys are those of a date picker (WAI-ARIA Authoring Practices, date picker combobox).
"""

from __future__ import annotations

from PySide6.QtCore import QDate, QEvent, QLocale, QObject, QPointF, QSize, Qt, QTimeZone
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QTextCharFormat,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCalendarWidget,
    QDateTimeEdit,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

from lmchat_desktop.ui.theme.icons import icon
from lmchat_desktop.ui.theme.manager import current_theme, tokens, typography
from lmchat_desktop.ui.widgets.plain import one_line

_FORMAT = "d MMM yyyy  HH:mm"
_MARGIN_PX = 8
_CALENDAR_PX = (294, 232)
"""Width and height; a day is at least 24 pixels each way (WCAG 2.2, success criterion 2.5.8)."""
_ARROW_PX = 18


class DateTimeField(QDateTimeEdit):
    """A wall-clock time to the minute, typed or chosen from a calendar.

    Alt+Down, F4 or a click on the arrow opens the calendar; there arrows go by days and weeks, Page
    Up and Down by months, Enter takes the day, and Escape leaves the day as it was.

    Args:
        name: what the time is, for screen readers.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # The field holds a wall-clock time; UTC keeps the machine's own clock changes out of it.
        self.setTimeZone(QTimeZone.utc())
        self.setDisplayFormat(_FORMAT)
        self.setCalendarPopup(True)
        self.setAccessibleName(one_line(name))
        self.setAccessibleDescription(self.tr("Alt+Down opens a calendar."))
        self.setToolTip(self.tr("Alt+Down opens a calendar"))
        self._day_before = QDate()
        # Held, since PySide forgets the parts of a calendar that nothing in Python holds.
        self._calendar = calendar = self.calendarWidget()
        self._popup = popup = calendar.window()
        popup.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        popup.setAccessibleName(one_line(name))
        popup.installEventFilter(self)
        around = popup.layout()
        if around is not None:
            around.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        calendar.setMinimumSize(*(typography().px(side) for side in _CALENDAR_PX))
        calendar.setAccessibleName(one_line(name))
        days = calendar.findChild(QAbstractItemView, "qt_calendar_calendarview")
        self._days: QWidget = calendar if days is None else days
        self._days.setAccessibleName(self.tr("Days: {name}").replace("{name}", one_line(name)))
        for part, says in (
            ("qt_calendar_prevmonth", self.tr("Previous month")),
            ("qt_calendar_nextmonth", self.tr("Next month")),
        ):
            button = calendar.findChild(QToolButton, part)
            if button is not None:
                button.setAccessibleName(says)
                button.setToolTip(says)
        calendar.selectionChanged.connect(self._announce)
        self._dress()
        current_theme().theme_changed.connect(self._dress)

    def open_calendar(self) -> None:
        """Show the calendar, on the day that the field says."""
        # Qt opens it for a press on the arrow alone.
        option = QStyleOptionComboBox()
        option.initFrom(self)
        option.subControls = QStyle.SubControl.SC_All
        arrow = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxArrow, self
        )
        at = QPointF(arrow.center())
        self.mousePressEvent(
            QMouseEvent(
                QEvent.Type.MouseButtonPress,
                at,
                self.mapToGlobal(at),
                Qt.MouseButton.LeftButton,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        with_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() == Qt.Key.Key_F4 or (event.key() == Qt.Key.Key_Down and with_alt):
            self.open_calendar()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._popup:
            if event.type() == QEvent.Type.Show:
                self._day_before = self.date()
            elif (
                isinstance(event, QKeyEvent)
                and event.type() == QEvent.Type.KeyPress
                and event.key() == Qt.Key.Key_Escape
            ):
                self.setDate(self._day_before)
        return super().eventFilter(watched, event)

    def _announce(self) -> None:
        day = self._calendar.selectedDate()
        if self._days.isVisible():
            said = self.locale().toString(day, QLocale.FormatType.LongFormat)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._days, said))

    def _dress(self) -> None:
        dress_calendar(self._calendar)


def dress_calendar(calendar: QCalendarWidget) -> None:
    """Let a calendar look like the rest: no red weekends, arrows and titles in the theme's ink."""
    colours = tokens()
    plain, title = QTextCharFormat(), QTextCharFormat()
    plain.setForeground(QColor(colours.text))
    title.setForeground(QColor(colours.muted))
    title.setBackground(QColor(colours.raised))
    title.setFont(typography().label())
    for day in Qt.DayOfWeek:
        calendar.setWeekdayTextFormat(day, plain)
    calendar.setHeaderTextFormat(title)
    calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    for name, glyph in (("qt_calendar_prevmonth", "left"), ("qt_calendar_nextmonth", "right")):
        button = calendar.findChild(QToolButton, name)
        if button is not None:
            side = typography().px(_ARROW_PX)
            button.setIconSize(QSize(side, side))
            button.setIcon(icon(glyph))
