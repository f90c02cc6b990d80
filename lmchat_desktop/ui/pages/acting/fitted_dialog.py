"""A dialog whose content scrolls where it would be higher than the least window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.ui.shell.dialogs import ShellDialog
from lmchat_desktop.ui.widgets.content_scroll import ContentScroll
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

HIGHEST_PX = 660
"""The least window without its frame: what is higher scrolls between title and buttons."""
AROUND_PX = 40
"""Left of a larger window above and below."""
LEAST_CONTENT_PX = 120
BAR_GAP_PX = 6
"""Between the content and the bar that scrolls it."""


class FittedDialog(ShellDialog):
    """A titled dialog as high as its content is, up to what a small window can hold.

    Attributes:
        content: the layout of what scrolls. What is below it in `column` always stays in sight.
    """

    def __init__(self, title: str, parent: QWidget | None = None, *, width: int = 620) -> None:
        super().__init__(title, parent, width=width)
        self._inner = QWidget()
        self.content = QVBoxLayout(self._inner)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(16)
        self._scroller = ContentScroll(self._inner, self)
        self.column.addWidget(self._scroller, 1)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._fit)
        self._inner.installEventFilter(self)

    def set_heading(self, title: str) -> None:
        """Say something else on top."""
        self.setWindowTitle(title)
        first = self.column.itemAt(0)
        heading = first.widget() if first is not None else None
        if isinstance(heading, PlainLabel):
            heading.setText(title)

    def add_content(self, text: str, *, role: str = "text", tone: str | None = None) -> PlainLabel:
        """A paragraph of the content."""
        label = PlainLabel(text, self._inner, role=role, tone=tone, wrap=True)
        self.content.addWidget(label)
        return label

    def refit(self) -> None:
        """The content has become higher or lower."""
        self._later.start()

    def reveal(self, first: QWidget, last: QWidget) -> None:
        """Go to the first of the parts that were added just now, and scroll down to the last."""

        def go() -> None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroller.ensureWidgetVisible(last)

        self.refit()
        # They have their places, and can have the focus, once they are laid out.
        QTimer.singleShot(0, last, go)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A dialog that is collected loses its attributes before its parts are gone.
        inner = getattr(self, "_inner", None)
        if watched is inner and event.type() == QEvent.Type.LayoutRequest:
            self._later.start()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        outer = self.layout()
        if outer is None or not self.isVisible():
            return
        margins = outer.contentsMargins()
        width = self.width() - margins.left() - margins.right()
        self._scroller.setFixedHeight(0)
        for layout in (self.column, outer):
            layout.invalidate()
        around = outer.totalHeightForWidth(self.width())
        room = max(LEAST_CONTENT_PX, self._highest() - around)
        wanted = self._height_in(width)
        if wanted > room:
            wanted = self._height_in(width - self._bar_width())
        policy = Qt.ScrollBarPolicy
        self._scroller.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if wanted > room else policy.ScrollBarAlwaysOff
        )
        self.content.setContentsMargins(0, 0, BAR_GAP_PX if wanted > room else 0, 0)
        self._scroller.setFixedHeight(min(wanted, room))
        self.resize(self.width(), around + min(wanted, room))

    def _highest(self) -> int:
        parent = self.parentWidget()
        if parent is None:
            return HIGHEST_PX
        return max(HIGHEST_PX, parent.window().height() - AROUND_PX)

    def _bar_width(self) -> int:
        return self._scroller.verticalScrollBar().sizeHint().width() + BAR_GAP_PX

    def _height_in(self, width: int) -> int:
        self.content.invalidate()
        self.content.setContentsMargins(0, 0, 0, 0)
        if not self.content.hasHeightForWidth():
            return self.content.totalSizeHint().height()
        return self.content.totalHeightForWidth(width)
