"""A popup that finds one of many values by typing, and takes one that is not among them too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.choice_view import VALUE_ROLE, ChoiceView, choice_row, place_below
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ROWS_SEEN = 9
MOST_FOUND = 200
WIDTH_PX = 440


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that can be chosen.

    Attributes:
        value: what is meant.
        title: what it is called; it can come from outside.
        detail: what tells it apart, muted.
    """

    value: str
    title: str
    detail: str = ""

    def matches(self, typed: str) -> bool:
        """Whether what was typed, in small letters, occurs in it."""
        return any(typed in text.casefold() for text in (self.title, self.detail, self.value))


class ChoicePanel(QFrame):
    """Shows values and is closed by choosing one.

    Typing searches, Up and Down move, Enter or a click choose, Escape closes. What is typed can be
    chosen as it is, below those that are found.

    Attributes:
        chosen: the value that was chosen.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("choice-panel")
        self.setProperty("look", "popup")
        self._anchor: QWidget = parent
        self._choices: tuple[Choice, ...] = ()
        self._as_typed = "{typed}"
        self._model = QStandardItemModel(0, 2, self)
        self.field = QLineEdit(self)
        self.field.setObjectName("choice-search")
        self.field.setMaxLength(200)
        self.field.textChanged.connect(lambda _text: self._fill())
        self.field.installEventFilter(self)
        self._list = ChoiceView(self._model, self)
        self._list.setObjectName("choice-values")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.clicked.connect(self._take)
        self._note = PlainLabel("", self, tone="muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self._list)
        layout.addWidget(self._note)

    def open_at(self, anchor: QWidget, hint: str, as_typed: str, note: str = "") -> None:
        """Show it below a control, without values until they are put.

        Args:
            anchor: the control.
            hint: what is searched, such as "Search people".
            as_typed: how what was typed is offered; `{typed}` stands for it.
            note: said below while there are no values.
        """
        self._anchor = anchor
        self._as_typed = as_typed
        self.field.clear()
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(hint)
        self._list.setAccessibleName(hint)
        self._note.setText(note)
        self.put(())
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def put(self, choices: Sequence[Choice], note: str = "") -> None:
        """Offer values."""
        self._choices = tuple(choices)
        if choices:
            self._note.setText(note)
        self._fill()

    def fail(self, text: str) -> None:
        """Say why there are no values."""
        self._note.setText(text)
        self._fill()

    def titles(self) -> list[str]:
        """What is offered now, from top to bottom."""
        return [self._model.item(row, 0).text() for row in range(self._model.rowCount())]

    def _fill(self) -> None:
        typed = self.field.text().strip()
        found = [each for each in self._choices if each.matches(typed.casefold())]
        self._model.removeRows(0, self._model.rowCount())
        for choice in found[:MOST_FOUND]:
            self._model.appendRow(choice_row(choice.value, choice.title, choice.detail))
        if typed and all(typed != each.value for each in found):
            self._model.appendRow(choice_row(typed, self._as_typed.replace("{typed}", typed), ""))
        rows = self._model.rowCount()
        self._note.setVisible(bool(self._note.text()))
        self._list.setVisible(rows > 0)
        self._list.fit_rows(min(MOST_ROWS_SEEN, rows))
        self.setFixedWidth(typography().px(WIDTH_PX))
        self.adjustSize()
        place_below(self, self._anchor)
        self._list.select(0)

    def _take(self, index: QModelIndex) -> None:
        value = self._model.index(index.row(), 0).data(VALUE_ROLE)
        if value:
            self.close()
            self.chosen.emit(str(value))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the list be used from the search field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if self._list.follow(event):
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self._list.currentIndex())
                return True
        return super().eventFilter(watched, event)
