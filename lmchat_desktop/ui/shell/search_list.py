"""A search field over a list, as the palette and the scope picker use it, all by the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from lmchat_desktop.ui.theme.icons import draw_glyph
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lmchat_desktop.ui.shell.palette_model import Entry

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_PX = 36
MOST_ROWS_SEEN = 10

Index = QModelIndex | QPersistentModelIndex


class EntryListModel(QAbstractListModel):
    """The entries that were found, in their order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: Sequence[Entry] = ()

    def put(self, entries: Sequence[Entry]) -> None:
        """Show these."""
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == ENTRY_ROLE:
            return self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(self._entries[index.row()].title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            entry = self._entries[index.row()]
            return one_line(f"{entry.title}, {entry.hint}" if entry.hint else entry.title)
        return None


class EntryDelegate(QStyledItemDelegate):
    """Draws an entry: icon, name, and what tells it apart on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, typography().px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(ENTRY_ROLE)
        colours, fonts = tokens(), typography()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.soft if chosen else colours.hover))
            painter.drawRoundedRect(rect, 6, 6)
        inner = rect.adjusted(12, 0, -12, 0)
        if entry.icon:
            side = fonts.px(16)
            box = QRect(inner.left(), inner.center().y() - side // 2, side, side)
            ink = QColor(colours.accent if chosen else colours.muted)
            draw_glyph(painter, box.toRectF(), entry.icon, ink)
            inner.setLeft(box.right() + 12)
        painter.setFont(fonts.label())
        hint = painter.fontMetrics().elidedText(
            one_line(entry.hint), Qt.TextElideMode.ElideMiddle, inner.width() // 2
        )
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        if hint:
            painter.setPen(QColor(colours.muted))
            painter.drawText(inner, flags | Qt.AlignmentFlag.AlignRight, hint)
            inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(hint) - 16)
        painter.setFont(fonts.text())
        painter.setPen(QColor(colours.text))
        title = painter.fontMetrics().elidedText(
            one_line(entry.title), Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, flags | Qt.AlignmentFlag.AlignLeft, title)
        painter.restore()


class SearchList(QFrame):
    """A field and the list that it narrows. Up, Down, Page and Enter work from the field.

    Args:
        find: what is found for a text at once.
        placeholder: what can be searched.
        nothing_found: what it says where nothing fits, with `{text}` for what was typed.
        parent: the owner.
        further: begins a search that takes longer and answers whether there is one; what it finds
            comes by `put_found`, in the place of what was found at once.

    Attributes:
        field: what is typed.
        list: what was found.
    """

    chosen = Signal(object)
    """Emitted with the `Entry` that was chosen."""
    dismissed = Signal()

    def __init__(
        self,
        find: Callable[[str], Sequence[Entry]],
        placeholder: str,
        nothing_found: str,
        parent: QWidget | None = None,
        *,
        further: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("search-list")
        self.setProperty("look", "toast")
        self._find = find
        self._further = further
        self._nothing_found = nothing_found
        self._model = EntryListModel(self)
        self.field = QLineEdit(self)
        self.field.setObjectName("search-list-field")
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(placeholder)
        self.field.setMaxLength(200)
        self.field.textChanged.connect(self.search)
        self.field.installEventFilter(self)
        self.list = QListView(self)
        self.list.setObjectName("search-list-found")
        self.list.setAccessibleName(self.tr("Found"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(EntryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setStyleSheet("background: transparent")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._choose)
        self._nothing = PlainLabel("", self, tone="muted", wrap=True)
        self._nothing.setObjectName("search-list-nothing")
        self._nothing.setContentsMargins(12, 6, 12, 6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._nothing)
        self.search("")

    def search(self, text: str) -> None:
        """Show what is found for a text and select the best."""
        self._put(self._find(text), coming=self._further is not None and self._further(text))
        if self._model.rowCount():
            self._select(0)

    def search_further(self) -> None:
        """Begin the search that takes longer once more, because there is more to find."""
        if self._further is not None:
            self._further(self.field.text())

    def put_found(self, text: str, found: Sequence[Entry]) -> None:
        """Show everything that was found, unless something else was typed meanwhile.

        What a person has moved to stays selected.
        """
        if text != self.field.text():
            return
        index = self.list.currentIndex()
        moved = index.isValid() and index.row() > 0
        before: Entry | None = index.data(ENTRY_ROLE) if moved else None
        self._put(found)
        if found:
            self._select(0)
        if before is not None:
            self.select_where(lambda entry: (entry.kind, entry.id) == (before.kind, before.id))

    def _put(self, entries: Sequence[Entry], *, coming: bool = False) -> None:
        self._model.put(entries)
        found = self._model.rowCount()
        self.list.setVisible(found > 0)
        self._nothing.setText(
            self.tr("Searching…")
            if coming
            else self._nothing_found.replace("{text}", one_line(self.field.text()))
        )
        self._nothing.setVisible(found == 0)
        rows = max(1, min(found, MOST_ROWS_SEEN))
        self.list.setFixedHeight(rows * typography().px(ROW_PX) + 2)
        self.adjustSize()

    def open(self) -> None:
        """Begin anew, ready for typing."""
        self.field.clear()
        self.search("")
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def select_where(self, wanted: Callable[[Entry], bool]) -> None:
        """Select the first entry for which `wanted` is true, if there is one."""
        for row in range(self._model.rowCount()):
            if wanted(self._model.data(self._model.index(row), ENTRY_ROLE)):  # type: ignore[arg-type]
                self._select(row)
                return

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.field
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
        ):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: MOST_ROWS_SEEN,
            Qt.Key.Key_PageUp: -MOST_ROWS_SEEN,
            Qt.Key.Key_Tab: 1,
            Qt.Key.Key_Backtab: -1,
        }
        key = Qt.Key(event.key())
        if key in steps:
            count = self._model.rowCount()
            if count:
                row = self.list.currentIndex().row() + steps[key]
                single = abs(steps[key]) == 1
                self._select(row % count if single else max(0, min(count - 1, row)))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
            return True
        if key == Qt.Key.Key_Escape:
            self.dismissed.emit()
            return True
        return False

    def _select(self, row: int) -> None:
        index = self._model.index(row)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.data(ENTRY_ROLE))
