"""What all lists of choices share: how they look, are moved through, ticked, and placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QStandardItem
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from lmchat_desktop.ui.theme.manager import tokens
from lmchat_desktop.ui.widgets.plain import one_line, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

VALUE_ROLE = Qt.ItemDataRole.UserRole + 1
SCREEN_EDGE = 8


class ChoiceView(QTreeView):
    """Shows choices as a name and a muted detail, moved through from a search field.

    Args:
        model: rows as `choice_row` makes them, or a proxy of such.
    """

    def __init__(self, model: QAbstractItemModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setStyleSheet("QTreeView::item { padding: 5px 2px; }")
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def select(self, row: int) -> None:
        """Make a row the current one and bring it into sight, if there is one."""
        index = self.model().index(row, 0)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def follow(self, event: QKeyEvent) -> bool:
        """Move by Up and Down, round the ends; answers whether the key was one of them."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None:
            count = max(1, self.model().rowCount())
            self.select((self.currentIndex().row() + step) % count)
        return step is not None

    def fit_rows(self, rows: int) -> None:
        """Be as high as so many rows, at least one."""
        self.setFixedHeight(max(1, rows) * max(self.sizeHintForRow(0), 1) + 4)

    def tick(self, index: QModelIndex) -> None:
        """Tick the row of an index, or take its tick away."""
        name = self.model().index(index.row(), 0)
        if name.isValid():
            on = name.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value
            self.model().setData(name, tick_state(not on).value, Qt.ItemDataRole.CheckStateRole)

    def ticked_by(self, watched: object, event: QEvent, search: QWidget) -> bool:
        """Let keys in the search field move, and Space and Enter tick; answers whether one did."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if watched is search and self.follow(event):
            return True
        key = Qt.Key(event.key())
        on_list = watched is self and key == Qt.Key.Key_Space
        if on_list or key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.tick(self.currentIndex())
            return True
        return False


def choice_row(
    value: str, name: str, detail: str, *, ticked: bool | None = None
) -> list[QStandardItem]:
    """A row of a choice; `ticked` is None where choices are taken, not ticked."""
    item = QStandardItem(one_line(name))
    item.setData(value, VALUE_ROLE)
    item.setToolTip(plain_tooltip(name))
    if ticked is not None:
        # Not "user checkable": every way of ticking goes through `tick`, also beside the box.
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        item.setCheckState(tick_state(ticked))
    beside = QStandardItem(one_line(detail))
    beside.setForeground(QBrush(QColor(tokens().muted)))
    return [item, beside]


def tick_state(on: bool) -> Qt.CheckState:
    """How a ticked row is marked, or one that is not."""
    return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked


def ticked_values(item_at: Callable[[int], QStandardItem], count: int) -> list[str]:
    """The values of the rows that are ticked, in the order of the list."""
    items = (item_at(row) for row in range(count))
    return [
        str(item.data(VALUE_ROLE)) for item in items if item.checkState() is Qt.CheckState.Checked
    ]


def place_below(popup: QWidget, anchor: QWidget) -> None:
    """Move a popup below what it was opened at, as far as the screen's edges allow."""
    below = anchor.mapToGlobal(QPoint(0, anchor.height() + 4))
    room = anchor.screen().availableGeometry()
    right = room.right() - popup.width() - SCREEN_EDGE
    bottom = room.bottom() - popup.height() - SCREEN_EDGE
    popup.move(
        max(room.left() + SCREEN_EDGE, min(below.x(), right)),
        max(room.top() + SCREEN_EDGE, min(below.y(), bottom)),
    )
