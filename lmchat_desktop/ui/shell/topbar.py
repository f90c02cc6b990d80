"""The bar above the pages: whose data, search, connection, and the person."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QWidget

from lmchat_desktop.ui.theme.icons import draw_glyph
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.buttons import MenuButton
from lmchat_desktop.ui.widgets.cards import PAGE_MARGIN
from lmchat_desktop.ui.widgets.paint import focus_ring, rounded
from lmchat_desktop.ui.widgets.plain import one_line, plain_tooltip
from lmchat_desktop.ui.widgets.search_button import SearchButton
from lmchat_desktop.ui.widgets.status_dot import StatusDot

BAR_PX = 56
CONTROL_PX = 34
WIDEST_SCOPE_PX = 260
SIDE_PADDING_PX = 12


class ScopeShown(Protocol):
    """Whose data are shown, as `context.ScopeChoice`."""

    @property
    def name(self) -> str:
        """The text to show."""
        ...

    @property
    def is_service(self) -> bool:
        """Whether it is the whole service."""
        ...


class ScopeButton(QAbstractButton):
    """Shows whose data the pages show; opens the picker where there is a choice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scope-button")
        self.setFont(typography().text())
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._text = ""
        self._icon = "service"
        self._choice = False

    def put(self, choice: ScopeShown, several: bool) -> None:
        """Show a choice; `several` tells whether there are others."""
        self._text = one_line(choice.name)
        self._icon = "service" if choice.is_service else "account"
        self._choice = several
        self.setEnabled(several)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if several else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Data of: {name}").replace("{name}", self._text))
        self.setAccessibleDescription(self.tr("Opens a list to choose from") if several else "")
        self.setToolTip(plain_tooltip(choice.name))
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """What is shown."""
        return self._text

    def sizeHint(self) -> QSize:
        fonts = typography()
        width = self.fontMetrics().horizontalAdvance(self._text) + fonts.px(16) + 8
        if self._choice:
            width += fonts.px(14) + 8
        return QSize(
            min(width + 2 * SIDE_PADDING_PX + 2, fonts.px(WIDEST_SCOPE_PX)), fonts.px(CONTROL_PX)
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(typography().px(110), typography().px(CONTROL_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours, fonts = tokens(), typography()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        padding = 0.0
        if self._choice:
            padding = float(SIDE_PADDING_PX)
            fill = colours.hover if self.underMouse() else colours.raised
            rounded(painter, rect, 5.5, fill=fill, border=colours.line)
        side = fonts.px(16)
        draw_glyph(
            painter,
            QRectF(padding, (rect.height() - side) / 2, side, side),
            self._icon,
            QColor(colours.muted),
        )
        room = rect.adjusted(padding + side + 8, 0, -padding, 0)
        if self._choice:
            small = fonts.px(12)
            chevron = QRectF(room.right() - small, (rect.height() - small) / 2, small, small)
            draw_glyph(painter, chevron, "down", QColor(colours.muted))
            room.setRight(chevron.left() - 8)
        painter.setFont(self.font())
        painter.setPen(QColor(colours.text))
        shown = self.fontMetrics().elidedText(
            self._text, Qt.TextElideMode.ElideRight, int(room.width()) + 1
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        focus_ring(painter, self, colours, 5)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.click()
            return
        super().keyPressEvent(event)


class TopBar(QFrame):
    """Whose data on the left, search in the middle, connection and person on the right.

    Attributes:
        scope: the button of the scope picker.
        search: opens the palette.
        dot: the connection.
        person: the person's menu.
    """

    dot_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "bar")
        self.setObjectName("top-bar")
        self.setFixedHeight(typography().px(BAR_PX))
        self.scope = ScopeButton(self)
        self.search = SearchButton(self.tr("Search or run a command"), "Ctrl K", self)
        self.search.setObjectName("palette-button")
        self.dot = StatusDot(self)
        self.dot.setObjectName("connection")
        self.dot.clicked.connect(self.dot_clicked)
        self.person = MenuButton("", self)
        self.person.setObjectName("person-button")
        row = QHBoxLayout(self)
        row.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 0)
        row.setSpacing(16)
        row.addWidget(self.scope)
        row.addWidget(self.search, 100)
        row.addStretch(1)
        row.addWidget(self.dot)
        row.addWidget(self.person)
