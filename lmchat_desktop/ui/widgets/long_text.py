"""Foreign text in full: it wraps within a word where need be, and can be selected."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.plain import PlainLabel, shown

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class LongText(QTextEdit):
    """Shows text literally, as high as it is in its width; no word is too long for it.

    Args:
        name: what a screen reader calls it.
        role: as a label's.
    """

    def __init__(self, name: str, parent: QWidget | None = None, *, role: str = "text") -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("background: transparent; border: none; padding: 0")
        self.setFont(PlainLabel.FONTS[role](typography()))
        self.document().setDocumentMargin(0)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # As a label that can be selected: the mouse gives it the focus, Tab goes past it.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._fit)
        self._fit()

    def put(self, text: str) -> None:
        """Show a text."""
        self.setPlainText(shown(text))

    def text(self) -> str:
        """What is shown."""
        return self.toPlainText()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.document().setTextWidth(self.viewport().width())
        self.setFixedHeight(math.ceil(self.document().size().height()))
