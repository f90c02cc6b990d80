"""A card in the middle of the window, for screens that stand alone; it scrolls where it must."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.plain import PlainLabel

MARGIN_PX = 24
INSIDE_PX = 32


class CentredCard(QScrollArea):
    """Room for one card with the product's name above it.

    Attributes:
        body: the card's layout.
        card: the card.
    """

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scrolled = QWidget()
        scrolled.setObjectName("scrolled")
        self.card = QFrame(scrolled)
        self.card.setProperty("look", "card")
        self.card.setMaximumWidth(typography().px(width))
        self.body = QVBoxLayout(self.card)
        self.body.setContentsMargins(INSIDE_PX, INSIDE_PX, INSIDE_PX, INSIDE_PX)
        self.body.setSpacing(16)
        name = PlainLabel("lmchat", scrolled, role="title")
        column = QVBoxLayout()
        column.setSpacing(16)
        column.addStretch(2)
        column.addWidget(name, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.card)
        column.addStretch(3)
        row = QHBoxLayout(scrolled)
        row.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        row.addStretch(1)
        row.addLayout(column, 1000)
        row.addStretch(1)
        self.setWidget(scrolled)
