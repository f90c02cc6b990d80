"""The controls over the table of keys: state, search, what should be looked at, a new key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from lmchat_desktop.ui.pages.keys.query import KeyQuery, StateFilter
from lmchat_desktop.ui.theme.icons import draw_glyph, icon
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.buttons import Button, MenuButton
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

GLYPH_PX = 16
SEARCHED_AFTER_MS = 250
"""So long after the last key the search is asked: not once for each letter."""


class SearchField(QLineEdit):
    """A line that searches while it is typed in; Escape empties it.

    Attributes:
        searched: what was typed, once the hand rests.
    """

    searched = Signal(str)

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setClearButtonEnabled(True)
        for button in self.findChildren(QToolButton):
            button.setIcon(icon("close"))
        self.setMaxLength(120)
        self.setMinimumWidth(typography().px(180))
        self.setTextMargins(typography().px(GLYPH_PX) + 6, 0, 0, 0)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SEARCHED_AFTER_MS)
        self._later.timeout.connect(self._tell)
        self._told = ""
        self.textChanged.connect(lambda _text: self._later.start())
        self.returnPressed.connect(self._tell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Qt places the button as if the field had no padding.
        for button in self.findChildren(QToolButton):
            button.move(button.x(), (self.height() - button.height()) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = typography().px(GLYPH_PX)
        place = QRectF(10, (self.height() - side) / 2, side, side)
        draw_glyph(QPainter(self), place, "search", QColor(tokens().muted))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._tell()
            return
        super().keyPressEvent(event)

    def _tell(self) -> None:
        self._later.stop()
        typed = self.text().strip()
        if typed != self._told:
            self._told = typed
            self.searched.emit(typed)


class KeysToolbar(QWidget):
    """Says what a person wants to see or do; it decides nothing itself.

    Attributes:
        new_key: the button for a new key.
        suggestions: the button that opens what should be looked at.
        more: the button whose menu holds what is done with the whole table.
        search: the field that narrows the table.
    """

    state_chosen = Signal(object)
    searched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = PlainLabel(self.tr("API keys"), self, role="title")
        self.states = SegmentedControl(
            [
                (StateFilter.ACTIVE.value, self.tr("Active")),
                (StateFilter.EXPIRED.value, self.tr("Expired")),
                (StateFilter.REVOKED.value, self.tr("Revoked")),
                (StateFilter.ALL.value, self.tr("All")),
            ],
            parent=self,
            name=self.tr("State"),
        )
        self.states.current_changed.connect(
            lambda value: self.state_chosen.emit(StateFilter(value))
        )
        self.search = SearchField(self.tr("Name, key or id"), self)
        self.search.searched.connect(self.searched)
        self.count = PlainLabel("", self, tone="muted")
        self.suggestions = Button(self.tr("Worth a look"), self, icon_name="info")
        self.suggestions.setObjectName("show-suggestions")
        self.suggestions.setCheckable(True)
        self.more = MenuButton(self.tr("Table"), self, icon_name="columns")
        self.new_key = Button(self.tr("New key"), self, look="primary", icon_name="add")
        self.new_key.setObjectName("new-key")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.new_key)
        rest = QWidget(self)
        flow = FlowLayout(rest, gap=10)
        for widget in (self.states, self.search, self.suggestions, self.more):
            flow.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(rest)

    def put(self, query: KeyQuery) -> None:
        """Show a question."""
        self.states.set_current(query.state.value)

    def put_suggestions(self, count: int | None) -> None:
        """Say how many keys should be looked at; None where that is not known."""
        text = self.tr("Worth a look")
        self.suggestions.set_caption(text if not count else f"{text} · {count:,}")

    def allow_create(self, allowed: bool, reason: str) -> None:
        """Grey the button for a new key out, with the reason."""
        self.new_key.setEnabled(allowed)
        self.new_key.setToolTip("" if allowed else plain_tooltip(reason))
