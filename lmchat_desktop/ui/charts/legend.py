"""The legend: names with swatches that hide and show series, and offer more by their menu."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.paint import focus_ring
from lmchat_desktop.ui.widgets.plain import one_line, plain_caption, plain_tooltip
from lmchat_desktop.ui.widgets.tab_order import order_tabs_in

_SWATCH_PX = 9
_LARGEST_WIDTH = 200
_LEAD, _TAIL = 1, 3
_GAP, _ROW_GAP = 9, 3


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One name of the legend.

    Attributes:
        name: the series' stable name.
        title: what people read.
        colour: #RRGGBB, or a token's name.
        mark: "box", "line", "dashes", "outline", or "none" for a note without a swatch.
        fixed: it explains something and cannot be hidden.
    """

    name: str
    title: str
    colour: str
    mark: str = "box"
    fixed: bool = False


class LegendItem(QAbstractButton):
    """A swatch and a name; checked while its series is shown."""

    menu_asked = Signal(object)

    def __init__(self, entry: LegendEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self._size: QSize | None = None
        self.setCheckable(not entry.fixed)
        self.setChecked(not entry.fixed)
        self.setFont(typography().label())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if entry.fixed else Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(one_line(entry.title))
        if not entry.fixed:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            hint = self.tr("Click to hide or show, Ctrl+click to show alone, right-click for more")
            self.setToolTip(plain_tooltip(f"{entry.title}\n{hint}"))

    def sizeHint(self) -> QSize:
        # Layouts ask hundreds of times for what only another font changes.
        if self._size is None:
            metrics = self.fontMetrics()
            width = metrics.horizontalAdvance(one_line(self.entry.title))
            width = min(width, typography().px(_LARGEST_WIDTH))
            self._size = QSize(width + self._indent() + _TAIL + 1, metrics.height() + 6)
        return self._size

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._size = None

    def _indent(self) -> int:
        return _LEAD if self.entry.mark == "none" else _LEAD + typography().px(_SWATCH_PX) + 6

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 60), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self.isChecked() or self.entry.fixed
        colour = QColor(colours.colour(self.entry.colour))
        side = typography().px(_SWATCH_PX)
        box = QRectF(_LEAD, (self.height() - side) / 2, side, side)
        middle = box.center().y()
        if self.entry.mark == "none":
            pass
        elif self.entry.mark == "dashes":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            for x in (0.0, 0.6):
                painter.drawRect(QRectF(box.left() + x * side, middle - 1, 0.4 * side, 2))
        elif self.entry.mark == "outline" or not shown:
            painter.setPen(QPen(colour, 1.3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.7, 0.7, -0.7, -0.7), 2, 2)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            if self.entry.mark == "line":
                painter.drawRoundedRect(QRectF(box.left(), middle - 1.5, side, 3), 1.5, 1.5)
            else:
                painter.drawRoundedRect(box, 2, 2)
        font = self.font()
        font.setStrikeOut(not shown)
        painter.setFont(font)
        muted = colours.muted if self.entry.fixed else colours.text
        ink = muted if shown else colours.faint
        if self.underMouse() and not self.entry.fixed:
            ink = colours.accent
        painter.setPen(QColor(ink))
        room = self.rect().adjusted(self._indent(), 0, -_TAIL, 0)
        text = painter.fontMetrics().elidedText(
            one_line(self.entry.title), Qt.TextElideMode.ElideMiddle, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        focus_ring(painter, self, colours, 4)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.entry.fixed:
            self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and shifted):
            self.menu_asked.emit(self.mapToGlobal(self.rect().bottomLeft()))
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        alone = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.setProperty("alone", alone)
        super().mouseReleaseEvent(event)
        self.setProperty("alone", False)


class Legend(QWidget):
    """The names of a chart's series, in order.

    Attributes:
        hidden_changed: the set of hidden series changed.
        filter_requested: name of the series that a person wants to filter by.
    """

    hidden_changed = Signal()
    filter_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self, gap=_GAP, row_gap=_ROW_GAP)
        self._items: list[LegendItem] = []
        self._hidden: set[str] = set()
        self._reserved = 0
        self.filterable = True
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("Legend"))
        self.hide()

    def hidden(self) -> frozenset[str]:
        """Names of the series that are hidden."""
        return frozenset(self._hidden)

    def items(self) -> list[LegendItem]:
        """The entries' buttons."""
        return list(self._items)

    def set_entries(self, entries: list[LegendEntry]) -> None:
        """Show these names; what was hidden stays so while its name is there."""
        if [item.entry for item in self._items] == entries:
            return
        # Most names stay when a range changes: making their buttons anew would cost most of it.
        known = {item.entry: item for item in self._items}
        while self._flow.count():
            self._flow.takeAt(0)
        for entry in known.keys() - set(entries):
            known[entry].hide()
            known[entry].deleteLater()
        self._hidden &= {entry.name for entry in entries}
        self._items = [known.get(entry) or self._item(entry) for entry in entries]
        for item in self._items:
            if not item.entry.fixed:
                item.setChecked(item.entry.name not in self._hidden)
            self._flow.addWidget(item)
            item.show()
        order_tabs_in(self, self._items)
        self.setVisible(bool(entries) or self._reserved > 0)
        self.updateGeometry()

    def _item(self, entry: LegendEntry) -> LegendItem:
        item = LegendItem(entry, self)
        item.clicked.connect(lambda: self._clicked(item))
        item.menu_asked.connect(lambda point: self._menu(item).popup(point))
        return item

    def natural_height(self) -> int:
        """The height that its names need in its width."""
        return self._flow.heightForWidth(self.width()) if self._items else 0

    def reserve(self, height: int) -> None:
        """Be so high at least, also without names: the plot above ends where another does."""
        if height != self._reserved:
            self._reserved = height
            self.setMinimumHeight(height)
            self.setVisible(bool(self._items) or height > 0)

    def show_only(self, name: str) -> None:
        """Hide every series but one."""
        self._set_hidden({item.entry.name for item in self._toggles()} - {name})

    def show_all(self) -> None:
        """Hide nothing."""
        self._set_hidden(set())

    def toggle(self, name: str) -> None:
        """Hide a series, or show it again; the last one shown stays."""
        hidden = set(self._hidden) ^ {name}
        if len(hidden) < len(self._toggles()):
            self._set_hidden(hidden)
        else:
            self._set_hidden(set(self._hidden))

    def _toggles(self) -> list[LegendItem]:
        return [item for item in self._items if not item.entry.fixed]

    def _set_hidden(self, hidden: set[str]) -> None:
        changed = hidden != self._hidden
        self._hidden = hidden
        for item in self._toggles():
            item.setChecked(item.entry.name not in hidden)
        if changed:
            self.hidden_changed.emit()

    def _clicked(self, item: LegendItem) -> None:
        if item.entry.fixed:
            return
        if item.property("alone"):
            others = {other.entry.name for other in self._toggles()} - {item.entry.name}
            if others == self._hidden:
                self.show_all()
            else:
                self.show_only(item.entry.name)
        else:
            self.toggle(item.entry.name)

    def _menu(self, item: LegendItem) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = item.entry.name
        shown = name not in self._hidden
        menu.addAction(self.tr("Hide") if shown else self.tr("Show")).triggered.connect(
            lambda: self.toggle(name)
        )
        menu.addAction(self.tr("Show only this")).triggered.connect(lambda: self.show_only(name))
        menu.addAction(self.tr("Show all")).triggered.connect(self.show_all)
        if self.filterable:
            menu.addSeparator()
            text = self.tr("Filter by {name}").format(name=item.entry.title)
            menu.addAction(plain_caption(text)).triggered.connect(
                lambda: self.filter_requested.emit(name)
            )
        return menu
