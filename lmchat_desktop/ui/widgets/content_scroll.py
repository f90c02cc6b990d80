"""What scrolls the content of a panel or a dialog up and down."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class ContentScroll(QScrollArea):
    """Scrolls content up and down, never sideways, without a frame or a place among the tabs."""

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        content.setObjectName("scrolled")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
