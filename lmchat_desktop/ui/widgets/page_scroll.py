"""What a page is laid out in: a strip on top that stays, and content that scrolls up and down."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class PageScroll(QScrollArea):
    """Scrolls a page's content, whose width is the same with and without a scroll bar.

    The bar stands in the content's right margin, which it takes a part of at all times: were it to
    come and go, the whole page would be laid out again each time, and charts move under the hand.
    While there is nothing to scroll it is not seen.
    """

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = content.layout()
        assert layout is not None
        self._layout = layout
        self._margin = layout.contentsMargins().right()
        self.setWidget(content)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(low < high))
        bar.setEnabled(bar.minimum() < bar.maximum())
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a style in which the bar has another width."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._make_room()

    def _make_room(self) -> None:
        margins = self._layout.contentsMargins()
        margins.setRight(max(0, self._margin - self.verticalScrollBar().sizeHint().width()))
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
