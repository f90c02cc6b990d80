"""A searchable list of things to tick, for as many as a catalogue holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.plain import one_line, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

VALUE_ROLE = Qt.ItemDataRole.UserRole + 1
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
        self.view = QTreeView(self)
        self.view.setAccessibleName(name)
        self._set_up_view()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.view)

    def _set_up_view(self) -> None:
        view = self.view
        view.setModel(self._found)
        view.setProperty("look", "boxed")
        view.setStyleSheet("QTreeView::item { padding: 5px 2px; }")
        view.setHeaderHidden(True)
        view.setRootIsDecorated(False)
        view.setUniformRowHeights(True)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setTabKeyNavigation(False)
        view.header().setStretchLastSection(False)
        view.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        view.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        view.clicked.connect(self._tick)
        view.installEventFilter(self)

    def fill(self, choices: Iterable[Choice], chosen: Collection[str]) -> None:
        """Offer these, some of them ticked."""
        self._filling = True
        self._model.removeRows(0, self._model.rowCount())
        muted = QBrush(QColor(tokens().muted))
        for choice in choices:
            name = QStandardItem(one_line(choice.name))
            name.setData(choice.value, VALUE_ROLE)
            # Not "user checkable": every way of ticking goes through `_tick`, also beside the box.
            name.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            name.setToolTip(plain_tooltip(choice.name))
            name.setCheckState(_state(choice.value in chosen))
            detail = QStandardItem(one_line(choice.detail))
            detail.setForeground(muted)
            self._model.appendRow([name, detail])
        self._filling = False
        count = self._model.rowCount()
        self.search.setVisible(count >= _SEARCHED_FROM)
        row = self.view.sizeHintForRow(0) if count else typography().px(_ROW_PX)
        self.view.setFixedHeight(max(2, min(_ROWS_SEEN, count)) * row + 6)
        self._select(0)

    def set_chosen(self, chosen: Collection[str]) -> None:
        """Tick these and no others, without telling anyone."""
        self._filling = True
        for item in self._items():
            item.setCheckState(_state(item.data(VALUE_ROLE) in chosen))
        self._filling = False

    def chosen(self) -> list[str]:
        """The values that are ticked, in the order of the list."""
        return [
            str(item.data(VALUE_ROLE))
            for item in self._items()
            if item.checkState() is Qt.CheckState.Checked
        ]

    def _items(self) -> list[QStandardItem]:
        return [self._model.item(row, 0) for row in range(self._model.rowCount())]

    def _search(self, text: str) -> None:
        self._found.setFilterFixedString(text)
        self._select(0)

    def _select(self, row: int) -> None:
        index = self._found.index(row, 0)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def _tick(self, index: QModelIndex) -> None:
        name = self._found.index(index.row(), 0)
        if name.isValid():
            on = name.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value
            self._found.setData(name, _state(not on).value, Qt.ItemDataRole.CheckStateRole)

    def _changed(self, _item: QStandardItem) -> None:
        if not self._filling:
            self.ticked.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the list be used from the search field, and tick by Space and Enter."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key)
            if watched is self.search and step is not None:
                count = max(1, self._found.rowCount())
                self._select((self.view.currentIndex().row() + step) % count)
                return True
            on_list = watched is self.view and key == Qt.Key.Key_Space
            if on_list or key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._tick(self.view.currentIndex())
                return True
        return super().eventFilter(watched, event)


def _state(on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
