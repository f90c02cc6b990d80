"""A row of joined buttons of which one is on: to the keyboard and to speech, radio buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.spoken_role import speak_as

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_SIDE_PADDING = 26
_SMALL_SIDE_PADDING = 22
_STAYING = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
"""Why a widget loses and gets the focus although it stays the one of its window."""


class SegmentedControl(QFrame):
    """Chooses one of a few options; Tab reaches the chosen one, arrows choose another.

    The keys are those of a radio group (WAI-ARIA Authoring Practices, radio group pattern): Tab
    enters at the chosen option, or at the first without one, and leaves at once; arrows choose the
    next or the one before, round at the ends; Home and End choose the first and the last. To an
    option that asks for more, arrows only bring the focus, and Space or Enter choose it: nothing
    opens on the way past it.

    Args:
        options: value and title of each.
        current: the value that is on; the first without it.
        name: what is chosen, for screen readers.
        small: for a card's title row.
        asking: the values that ask for more when they are chosen.

    Attributes:
        current_changed: the value a person chose.
        activated: the value a person clicked, also when it was chosen already.
    """

    current_changed = Signal(str)
    activated = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        current: str | None = None,
        parent: QWidget | None = None,
        *,
        name: str = "",
        small: bool = False,
        asking: Collection[str] = (),
    ) -> None:
        super().__init__(parent)
        self.setProperty("look", "segments")
        self.setAccessibleName(name)
        speak_as(self, QAccessible.Role.Grouping)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._values: dict[str, Button] = {}
        self._current = ""
        self._asking = frozenset(asking)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        type_ = typography()
        font_of = type_.label if small else type_.text
        padding = _SMALL_SIDE_PADDING if small else _SIDE_PADDING
        for place, (value, title) in enumerate(options):
            button = Button(title, self, look="segment", small=small)
            button.setCheckable(True)
            # The group does the work; by this Qt says it as a radio button.
            button.setAutoExclusive(True)
            if place == 0:
                button.setProperty("place", "first")
            elif place == len(options) - 1:
                button.setProperty("place", "last")
            button.setFont(font_of(strong=True))
            button.setMinimumWidth(button.fontMetrics().horizontalAdvance(title) + padding)
            button.setFont(font_of())
            button.installEventFilter(self)
            self._group.addButton(button)
            self._values[value] = button
            row.addWidget(button)
        self._group.buttonToggled.connect(self._toggled)
        self._group.buttonClicked.connect(self._clicked)
        self.set_current(current if current is not None else next(iter(self._values), ""))

    @property
    def current(self) -> str:
        """The value that is on, or empty."""
        return self._current

    def set_current(self, value: str) -> None:
        """Turn an option on without telling anyone; a value that is none turns all off."""
        self._current = value if value in self._values else ""
        self._group.blockSignals(True)
        if self._current:
            self._values[value].setChecked(True)
        else:
            self._group.setExclusive(False)
            for button in self._values.values():
                button.setChecked(False)
            self._group.setExclusive(True)
        self._group.blockSignals(False)
        self._let_tab_reach_one(self._focused())

    def set_option_enabled(self, value: str, enabled: bool, reason: str = "") -> None:
        """Grey an option out, with the reason as its tooltip."""
        button = self._values[value]
        button.setEnabled(enabled)
        button.setToolTip(reason)
        self._let_tab_reach_one(self._focused())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, Button):
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                if self._go(watched, Qt.Key(event.key())):
                    return True
            elif isinstance(event, QFocusEvent) and event.reason() not in _STAYING:
                self._let_tab_reach_one(watched if event.gotFocus() else None)
        return super().eventFilter(watched, event)

    def _go(self, button: Button, key: Qt.Key) -> bool:
        """Let a key lead to an option; whether it leads to any."""
        enabled = [each for each in self._values.values() if each.isEnabled()]
        if button not in enabled:
            return False
        place = _target(key, enabled.index(button), len(enabled))
        if place is None:
            return False
        target = enabled[place]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        if self._value_of(target) not in self._asking and not target.isChecked():
            target.click()
        return True

    def _let_tab_reach_one(self, focused: Button | None = None) -> None:
        """Leave one stop for Tab: what has the focus, else what is on, else the first."""
        wanted = (focused, self._values.get(self._current), *self._values.values())
        reached = next((each for each in wanted if each is not None and each.isEnabled()), None)
        for button in self._values.values():
            button.setFocusPolicy(
                Qt.FocusPolicy.TabFocus if button is reached else Qt.FocusPolicy.NoFocus
            )

    def _focused(self) -> Button | None:
        return next((each for each in self._values.values() if each.hasFocus()), None)

    def _value_of(self, button: QAbstractButton) -> str:
        return next(value for value, known in self._values.items() if known is button)

    def _toggled(self, button: QAbstractButton, on: bool) -> None:
        if not on:
            return
        value = self._value_of(button)
        if value != self._current:
            self._current = value
            self._let_tab_reach_one(self._focused())
            self.current_changed.emit(value)

    def _clicked(self, button: QAbstractButton) -> None:
        self.activated.emit(self._value_of(button))


def _target(key: Qt.Key, place: int, count: int) -> int | None:
    """Where a key leads from a place among so many; None for keys that lead nowhere."""
    targets = {
        Qt.Key.Key_Left: place - 1,
        Qt.Key.Key_Up: place - 1,
        Qt.Key.Key_Right: place + 1,
        Qt.Key.Key_Down: place + 1,
        Qt.Key.Key_Home: 0,
        Qt.Key.Key_End: count - 1,
    }
    return targets[key] % count if key in targets else None
