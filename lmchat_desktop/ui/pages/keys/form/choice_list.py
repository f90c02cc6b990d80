"""A searchable list of things to tick, for as many as a catalogue holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.choice_view import (
    VALUE_ROLE,
    ChoiceView,
    choice_row,
    tick_state,
    ticked_values,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_ROWS_SEEN = 6
_ROW_PX = 30
_SEARCHED_FROM = 7
"""From how many things on a search field is worth its place."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A thing that can be ticked.

    Attributes:
        value: as the API has it.
        name: what it is called; it came from outside.
        detail: what tells it apart, muted behind its name.
    """

    value: str
    name: str
    detail: str = ""


class ChoiceList(QFrame):
    """Ticks things. Typing searches, Up and Down move, Space or Enter tick.

    Args:
        name: what the things are, in the plural, for the search field and screen readers.

    Attributes:
        ticked: a person ticked something, or took a tick away.
        search: the field to search in.
        view: the list.
    """

    ticked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filling = False
        self._model = QStandardItemModel(0, 2, self)
        self._model.itemChanged.connect(self._changed)
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(self._model)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._found.setFilterKeyColumn(-1)
        self.search = QLineEdit(self)
        self.search.setMaxLength(200)
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search: {what}").format(what=name))
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self.view = ChoiceView(self._found, self)
        self.view.setAccessibleName(name)
        self.view.setProperty("look", "boxed")
        self.view.setVerticalScrollMode(ChoiceView.ScrollMode.ScrollPerPixel)
        self.view.setTabKeyNavigation(False)
        self.view.clicked.connect(self.view.tick)
        self.view.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.view)

    def fill(self, choices: Iterable[Choice], chosen: Collection[str]) -> None:
        """Offer these, some of them ticked."""
        self._filling = True
        self._model.removeRows(0, self._model.rowCount())
        for each in choices:
            self._model.appendRow(
                choice_row(each.value, each.name, each.detail, ticked=each.value in chosen)
            )
        self._filling = False
        count = self._model.rowCount()
        self.search.setVisible(count >= _SEARCHED_FROM)
        row = self.view.sizeHintForRow(0) if count else typography().px(_ROW_PX)
        self.view.setFixedHeight(max(2, min(_ROWS_SEEN, count)) * row + 6)
        self.view.select(0)

    def set_chosen(self, chosen: Collection[str]) -> None:
        """Tick these and no others, without telling anyone."""
        self._filling = True
        for row in range(self._model.rowCount()):
            item = self._model.item(row, 0)
            item.setCheckState(tick_state(item.data(VALUE_ROLE) in chosen))
        self._filling = False

    def chosen(self) -> list[str]:
        """The values that are ticked, in the order of the list."""
        return ticked_values(self._model.item, self._model.rowCount())

    def _search(self, text: str) -> None:
        self._found.setFilterFixedString(text)
        self.view.select(0)

    def _changed(self, _item: QStandardItem) -> None:
        if not self._filling:
            self.ticked.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the list be used from the search field, and tick by Space and Enter."""
        if self.view.ticked_by(watched, event, self.search):
            return True
        return super().eventFilter(watched, event)
