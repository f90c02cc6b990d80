"""The rail on the left: a person's pages with icon, name and a badge of what is due."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QVBoxLayout, QWidget

from lmchat_desktop.ui.theme.icons import draw_glyph
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.plain import one_line, plain_tooltip
from lmchat_desktop.ui.widgets.spoken_role import speak_as

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lmchat_desktop.ui.pages.registry import PageEntry

WIDE_PX = 232
NARROW_PX = 64
ITEM_PX = 36
EDGE_PX = 12
ICON_PX = 18


def narrow_px() -> int:
    """The width of a folded rail: room for an icon in the text's size."""
    return max(NARROW_PX, typography().px(48))


class RailItem(QAbstractButton):
    """One entry of the rail, painted from the theme's tokens.

    Attributes:
        icon_name: its icon.
        badge: how many things are due there; 0 shows none.
        keys: the keys that lead there, in words.
        narrow: whether only the icon is shown.
    """

    def __init__(self, text: str, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAccessibleName(text)
        self.icon_name = icon_name
        self.badge = 0
        self.keys = ""
        self.narrow = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def put_badge(self, count: int) -> None:
        """Show how many things are due."""
        self.badge = count
        self.setAccessibleDescription(self.tr("%n due", "", count) if count else self.keys)
        self.update()

    def put_narrow(self, narrow: bool) -> None:
        """Show the icon alone, with the name as tooltip."""
        self.narrow = narrow
        self.setToolTip(plain_tooltip(self.text()) if narrow else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(NARROW_PX - 2 * EDGE_PX, typography().px(ITEM_PX))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, fonts = tokens(), typography()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self.rect()
        if self.isChecked():
            self._fill(painter, colours.soft)
        elif self.isDown():
            self._fill(painter, colours.pressed)
        elif self.underMouse():
            self._fill(painter, colours.hover)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 6, 6)
        side = fonts.px(ICON_PX)
        ink = QColor(colours.accent if self.isChecked() else colours.muted)
        left = (rect.width() - side) // 2 if self.narrow else 11
        icon_box = QRect(left, (rect.height() - side) // 2, side, side)
        draw_glyph(painter, QRectF(icon_box), self.icon_name, ink)
        if self.narrow:
            if self.badge:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours.warn))
                painter.drawEllipse(icon_box.right() - 2, icon_box.top() - 2, 7, 7)
            return
        right = rect.width() - 12
        if self.badge:
            painter.setFont(fonts.label(strong=True, tabular=True))
            painter.setPen(QColor(colours.warn))
            text = f"{self.badge:,}" if self.badge < 1000 else "999+"
            width = painter.fontMetrics().horizontalAdvance(text)
            box = QRect(right - width, 0, width, rect.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            right -= width + 8
        painter.setFont(fonts.text(strong=self.isChecked()))
        painter.setPen(QColor(colours.accent if self.isChecked() else colours.text))
        start = icon_box.right() + 12
        name = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, right - start
        )
        painter.drawText(
            QRect(start, 0, right - start, rect.height()),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            name,
        )

    def _fill(self, painter: QPainter, colour: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(self.rect(), 6, 6)


class Brand(QWidget):
    """The product's name at the top of the rail."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.narrow = False
        self.setAccessibleName("lmchat")

    def sizeHint(self) -> QSize:
        return QSize(NARROW_PX, typography().px(56))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(typography().title())
        painter.setPen(QColor(tokens().text))
        if self.narrow:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "lm")
        else:
            painter.drawText(
                self.rect().adjusted(EDGE_PX + 12, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, "lmchat"
            )


class Rail(QFrame):
    """The pages, one of them chosen. Up and Down move between them, Tab goes past.

    Attributes:
        items: the entries by page id, in their order.
        about: the backend's name, shown where it has a notice.
    """

    page_chosen = Signal(str)
    collapsed_changed = Signal(bool)
    about_asked = Signal()

    def __init__(self, entries: Sequence[PageEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "bar")
        self.setObjectName("rail")
        self.setAccessibleName(self.tr("Pages"))
        speak_as(self, QAccessible.Role.Grouping)
        self.collapsed = False
        self._brand = Brand(self)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.items: dict[str, RailItem] = {}
        self._counts: dict[str, int] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, EDGE_PX)
        self._layout.setSpacing(2)
        self._layout.addWidget(self._brand)
        self._pages = QVBoxLayout()
        self._pages.setContentsMargins(EDGE_PX, 0, EDGE_PX, 0)
        self._pages.setSpacing(2)
        self._layout.addLayout(self._pages)
        self._layout.addStretch(1)
        self.about = RailItem("", "info", self)
        self.about.setObjectName("rail-about")
        self.about.clicked.connect(self.about_asked)
        self.about.hide()
        self._add(self.about)
        self._fold = RailItem(self.tr("Collapse"), "collapse", self)
        self._fold.setObjectName("rail-collapse")
        self._fold.clicked.connect(lambda: self.collapse(not self.collapsed))
        self._add(self._fold)
        self.put_entries(entries)
        self.collapse(False, by_hand=False)

    def put_entries(self, entries: Sequence[PageEntry]) -> None:
        """Offer these pages in the place of others."""
        for item in self.items.values():
            self._group.removeButton(item)
            self._pages.removeWidget(item)
            item.hide()
            item.deleteLater()
        self.items = {}
        for number, entry in enumerate(entries, start=1):
            item = RailItem(entry.name, entry.icon, self)
            item.setCheckable(True)
            # The group does the work; by this Qt says it as a radio button.
            item.setAutoExclusive(True)
            item.setObjectName(f"rail-{entry.page_id}")
            if number <= 9:
                item.keys = self.tr("Ctrl+%1").replace("%1", str(number))
            item.put_badge(self._counts.get(entry.page_id, 0))
            item.clicked.connect(lambda _=False, page=entry.page_id: self.page_chosen.emit(page))
            item.installEventFilter(self)
            item.put_narrow(self.collapsed)
            self._group.addButton(item)
            self._pages.addWidget(item)
            self.items[entry.page_id] = item
        order = [*self.items.values(), self.about, self._fold]
        for earlier, later in pairwise(order):
            self.setTabOrder(earlier, later)

    def _add(self, item: QWidget) -> None:
        holder = QVBoxLayout()
        holder.setContentsMargins(EDGE_PX, 0, EDGE_PX, 0)
        holder.addWidget(item)
        self._layout.addLayout(holder)

    def choose(self, page_id: str) -> None:
        """Mark a page as the one that is shown."""
        if page_id in self.items:
            self.items[page_id].setChecked(True)

    def put_badges(self, counts: Mapping[str, int]) -> None:
        """Show how many things are due on each page."""
        self._counts = dict(counts)
        for page_id, item in self.items.items():
            item.put_badge(counts.get(page_id, 0))

    def put_backend(self, name: str, notice: str | None) -> None:
        """Name the backend where there is something that everybody should know about it."""
        self.about.setVisible(bool(notice))
        self.about.icon_name = "sandbox" if notice else "info"
        self.about.setText(one_line(name))
        self.about.setAccessibleName(self.tr("About {name}").replace("{name}", one_line(name)))
        self.about.setAccessibleDescription(notice or "")
        self.about.put_narrow(self.collapsed)

    def collapse(self, collapsed: bool, *, by_hand: bool = True) -> None:
        """Show icons alone, or icons and names; only what was done by hand is told."""
        changed = collapsed != self.collapsed
        self.collapsed = collapsed
        self.setFixedWidth(narrow_px() if collapsed else typography().px(WIDE_PX))
        for item in (*self.items.values(), self.about, self._fold):
            item.put_narrow(collapsed)
        self._fold.icon_name = "expand" if collapsed else "collapse"
        name = self.tr("Expand the rail") if collapsed else self.tr("Collapse")
        self._fold.setText(name)
        self._fold.setAccessibleName(name)
        self._fold.put_narrow(collapsed)
        self._brand.narrow = collapsed
        self._brand.update()
        if changed and by_hand:
            self.collapsed_changed.emit(collapsed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(watched, RailItem)
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        ):
            items = list(self.items.values())
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            place = (items.index(watched) + step) % len(items)
            items[place].setFocus(Qt.FocusReason.TabFocusReason)
            items[place].click()
            return True
        return super().eventFilter(watched, event)
