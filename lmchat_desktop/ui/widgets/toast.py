"""A short message over the window's lower edge that leaves by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import GlyphMark
from lmchat_desktop.ui.widgets.buttons import Button, IconButton
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line

if TYPE_CHECKING:
    from collections.abc import Callable

_MARKS = {
    "info": ("info", "accent"),
    "good": ("good", "good"),
    "warn": ("warn", "warn"),
    "bad": ("bad", "bad"),
}
_STAYS_MS = 6_000
_MARGIN = 20


class Toast(QFrame):
    """Tells that something happened. One at a time; it stays while the pointer is over it.

    Problems and messages with a button stay until they are dismissed.

    Attributes:
        action_triggered: the button was pressed; the toast has gone.
    """

    action_triggered = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setProperty("look", "toast")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        self._mark = GlyphMark("info", "accent", 18, self)
        self._text = PlainLabel("", wrap=True)
        self.action_button = Button("…", self, look="link")
        self._close = IconButton("close", self.tr("Dismiss"), self, small=True)
        row.addWidget(self._mark)
        row.addWidget(self._text, 1)
        row.addWidget(self.action_button)
        row.addWidget(self._close)
        self._on_action: Callable[[], object] | None = None
        self.action_button.clicked.connect(self._act)
        self._close.clicked.connect(self.hide)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STAYS_MS)
        self._timer.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    def show_message(
        self,
        text: str,
        kind: str = "info",
        *,
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> None:
        """Say something now, in the place of what was said before."""
        self._mark.set_glyph(*_MARKS[kind])
        self._text.setText(text)
        self._on_action = on_action
        self.action_button.set_caption(action or "…")
        self.action_button.setVisible(bool(action))
        self.setAccessibleName(one_line(text))
        self._place()
        self.show()
        self.raise_()
        if kind == "bad" or action:
            self._timer.stop()
        else:
            self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def text(self) -> str:
        """What it says."""
        return self._text.whole_text()

    def _act(self) -> None:
        call, self._on_action = self._on_action, None
        self.hide()
        self.action_triggered.emit()
        if call is not None:
            call()

    def _place(self) -> None:
        window = self._window
        widest = min(typography().px(520), window.width() - 2 * _MARGIN)
        self.setMaximumWidth(widest)
        line = self._text.fontMetrics().horizontalAdvance(self._text.whole_text()[:200])
        beside = typography().px(90)
        if not self.action_button.isHidden():
            beside += self.action_button.sizeHint().width()
        room = widest - max(beside, typography().px(180))
        self._text.setMinimumWidth(min(line + 2, max(room, typography().px(120))))
        self.adjustSize()
        x = (window.width() - self.width()) // 2
        self.move(x, window.height() - self.height() - _MARGIN - typography().px(32))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent() and self.isVisible():
            self._place()
        return False

    def enterEvent(self, event: object) -> None:
        self._timer.stop()

    def leaveEvent(self, event: object) -> None:
        if self._on_action is None and self.isVisible():
            self._timer.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)
