"""What a page is laid out in: a strip on top that stays, and content that scrolls up and down."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class PageScroll(QScrollArea):
    """Scrolls a page's content, whose right edge stays where it is when the scroll bar comes.

    The bar stands in the content's right margin instead of pushing it aside.
    """

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = content.layout()
        assert layout is not None
        self._layout = layout
        self._margin = layout.contentsMargins().right()
        self.setWidget(content)
        self.verticalScrollBar().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.verticalScrollBar() and event.type() in (
            QEvent.Type.Show,
            QEvent.Type.Hide,
        ):
            self._make_room(event.type() == QEvent.Type.Show)
        return super().eventFilter(watched, event)

    def _make_room(self, bar_shown: bool) -> None:
        taken = self.verticalScrollBar().sizeHint().width() if bar_shown else 0
        margins = self._layout.contentsMargins()
        margins.setRight(max(0, self._margin - taken))
        self._layout.setContentsMargins(margins)


def scroll_page(page: QWidget, strip: QWidget, content: QWidget, name: str) -> PageScroll:
    """Lay a page out; answers the scroll area around its content, whose object name is `name`."""
    scroller = PageScroll(content, page)
    scroller.setObjectName(name)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(strip)
    layout.addWidget(scroller, 1)
    return scroller
