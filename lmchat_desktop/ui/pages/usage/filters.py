"""The filter menu: a dimension, then its values with their requests, searchable and ticked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.ui.pages.figures.names import dimension_word
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

VALUE_ROLE = Qt.ItemDataRole.UserRole + 1
MOST_ROWS_SEEN = 9
WIDTH_PX = 340
SCREEN_EDGE = 8


@dataclass(frozen=True, slots=True)
class FilterValue:
    """A value that can be filtered by.

    Attributes:
        value: as the cube has it.
        name: what it is called; it came from outside.
        requests: its requests in the period under the other filters; None while unknown.
    """

    value: str
    name: str
    requests: int | None


class FilterPanel(QFrame):
    """A popup that ticks the values of one dimension; each tick applies at once.

    Typing searches, Up and Down move, Space or Enter tick, Escape closes.

    Attributes:
        dimension: what is filtered.
    """

    values_chosen = Signal(object, object)
    """Emitted with the dimension and the frozenset of its ticked values."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("filter-panel")
        self.setProperty("look", "popup")
        self.dimension = Dimension.MODEL
        self._anchor: QWidget = parent
        self._filling = False
        self._model = QStandardItemModel(0, 2, self)
        self._model.itemChanged.connect(self._ticked)
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(self._model)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._field = QLineEdit(self)
        self._field.setObjectName("filter-search")
        self._field.setMaxLength(200)
        self._field.textChanged.connect(self._search)
        self._field.installEventFilter(self)
        self._list = QTreeView(self)
        self._list.setObjectName("filter-values")
        self._note = PlainLabel("", self, tone="muted", wrap=True)
        self._clear = Button(self.tr("Clear"), self, look="quiet", small=True)
        self._clear.clicked.connect(self._clear_all)
        self._done = Button(self.tr("Done"), self, small=True)
        self._done.clicked.connect(self.close)
        self._set_up_list()
        foot = QHBoxLayout()
        foot.addWidget(self._clear)
        foot.addStretch(1)
        foot.addWidget(self._done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        layout.addWidget(self._note)
        layout.addLayout(foot)

    def _set_up_list(self) -> None:
        self._list.setModel(self._found)
        self._list.setStyleSheet("QTreeView::item { padding: 5px 2px; }")
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.header().setStretchLastSection(False)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._list.clicked.connect(self._tick)
        self._list.installEventFilter(self)

    def open_at(self, anchor: QWidget, dimension: Dimension, chosen: frozenset[str]) -> None:
        """Show it below a control, with the values that are known so far: those chosen."""
        self.dimension = dimension
        word = dimension_word(dimension)
        self._field.clear()
        self._field.setPlaceholderText(self.tr("Search {what}").format(what=word))
        self._field.setAccessibleName(self._field.placeholderText())
        self._list.setAccessibleName(self.tr("Values of {what}").format(what=word))
        self._note.setText(self.tr("Counting…"))
        self._anchor = anchor
        self._fill((), chosen)
        self.show()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def put_values(
        self, dimension: Dimension, values: Sequence[FilterValue], chosen: frozenset[str]
    ) -> None:
        """Offer values; ignored if another dimension is shown by now."""
        if dimension is self.dimension and self.isVisible():
            self._note.setText("" if values else self.tr("Nothing to choose in this period."))
            self._fill(values, chosen)

    def fail(self, text: str) -> None:
        """Say why there are no values."""
        self._note.setText(text)
        self._note.setVisible(True)

    def chosen(self) -> frozenset[str]:
        """The ticked values."""
        return frozenset(
            str(item.data(VALUE_ROLE))
            for item in (self._model.item(row, 0) for row in range(self._model.rowCount()))
            if item.checkState() is Qt.CheckState.Checked
        )

    def _fill(self, values: Sequence[FilterValue], chosen: frozenset[str]) -> None:
        self._filling = True
        self._model.removeRows(0, self._model.rowCount())
        muted = QBrush(QColor(tokens().muted))
        for value in values:
            name = QStandardItem(one_line(value.name))
            name.setData(value.value, VALUE_ROLE)
            # Not "user checkable": every way of ticking goes through `_tick`, also beside the box.
            name.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            name.setToolTip(plain_tooltip(value.name))
            ticked = value.value in chosen
            name.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            count = QStandardItem(str(formatting.count(value.requests)))
            count.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            count.setForeground(muted)
            self._model.appendRow([name, count])
        self._filling = False
        self._clear.setEnabled(bool(chosen))
        self._note.setVisible(bool(self._note.text()))
        self._list.setVisible(bool(values))
        rows = max(1, min(MOST_ROWS_SEEN, len(values)))
        self._list.setFixedHeight(rows * max(self._list.sizeHintForRow(0), 1) + 4)
        self.setFixedWidth(typography().px(WIDTH_PX))
        self.adjustSize()
        self.move(self._place())
        self._select(0)

    def _place(self) -> QPoint:
        """Below what it was opened at, but moved as far as the screen's edges ask for."""
        anchor = self._anchor
        below = anchor.mapToGlobal(QPoint(0, anchor.height() + 4))
        room = anchor.screen().availableGeometry()
        right = room.right() - self.width() - SCREEN_EDGE
        bottom = room.bottom() - self.height() - SCREEN_EDGE
        return QPoint(
            max(room.left() + SCREEN_EDGE, min(below.x(), right)),
            max(room.top() + SCREEN_EDGE, min(below.y(), bottom)),
        )

    def _search(self, text: str) -> None:
        self._found.setFilterFixedString(text)
        self._select(0)

    def _select(self, row: int) -> None:
        index = self._found.index(row, 0)
        if index.isValid():
            self._list.setCurrentIndex(index)
            self._list.scrollTo(index)

    def _tick(self, index: QModelIndex) -> None:
        name = self._found.index(index.row(), 0)
        if name.isValid():
            on = name.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value
            state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
            self._found.setData(name, state.value, Qt.ItemDataRole.CheckStateRole)

    def _ticked(self, _item: QStandardItem) -> None:
        if not self._filling:
            chosen = self.chosen()
            self._clear.setEnabled(bool(chosen))
            self.values_chosen.emit(self.dimension, chosen)

    def _clear_all(self) -> None:
        self._filling = True
        for row in range(self._model.rowCount()):
            self._model.item(row, 0).setCheckState(Qt.CheckState.Unchecked)
        self._filling = False
        self._clear.setEnabled(False)
        self.values_chosen.emit(self.dimension, frozenset())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the list be used from the search field, and tick by Space and Enter."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key)
            if watched is self._field and step is not None:
                count = max(1, self._found.rowCount())
                self._select((self._list.currentIndex().row() + step) % count)
                return True
            on_list = watched is self._list and key == Qt.Key.Key_Space
            if on_list or key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._tick(self._list.currentIndex())
                return True
        return super().eventFilter(watched, event)
