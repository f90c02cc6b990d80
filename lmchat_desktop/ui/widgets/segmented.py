"""A row of joined buttons of which one is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIDE_PADDING = 26
_SMALL_SIDE_PADDING = 22


class SegmentedControl(QFrame):
    """Chooses one of a few options; Tab reaches the chosen one, arrows choose another.

    Where it stands in a card's title row it is made `small`.

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
    ) -> None:
        super().__init__(parent)
        self.setProperty("look", "segments")
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._values: dict[str, Button] = {}
        self._current = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        type_ = typography()
        font_of = type_.label if small else type_.text
        padding = _SMALL_SIDE_PADDING if small else _SIDE_PADDING
        for place, (value, title) in enumerate(options):
            button = Button(title, self, look="segment", small=small)
            button.setCheckable(True)
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
        self._let_tab_reach_one()

    def set_option_enabled(self, value: str, enabled: bool, reason: str = "") -> None:
        """Grey an option out, with the reason as its tooltip."""
        button = self._values[value]
        button.setEnabled(enabled)
        button.setToolTip(reason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enabled = [button for button in self._values.values() if button.isEnabled()]
            if watched in enabled:
                target = _target(Qt.Key(event.key()), enabled.index(watched), len(enabled))
                if target is not None:
                    enabled[target].setFocus(Qt.FocusReason.TabFocusReason)
                    enabled[target].click()
                    return True
        return super().eventFilter(watched, event)

    def _let_tab_reach_one(self) -> None:
        reached = self._values.get(self._current) or next(iter(self._values.values()), None)
        for button in self._values.values():
            button.setFocusPolicy(
                Qt.FocusPolicy.TabFocus if button is reached else Qt.FocusPolicy.NoFocus
            )

    def _value_of(self, button: QAbstractButton) -> str:
        return next(value for value, known in self._values.items() if known is button)

    def _toggled(self, button: QAbstractButton, on: bool) -> None:
        if not on:
            return
        value = self._value_of(button)
        if value != self._current:
            self._current = value
            self._let_tab_reach_one()
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
    return min(max(targets[key], 0), count - 1) if key in targets else None
