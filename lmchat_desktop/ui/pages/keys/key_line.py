"""Says which key a dialog is about: its name and its redacted secret."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lmchat_desktop.ui.widgets.banner import GlyphMark
from lmchat_desktop.ui.widgets.plain import PlainLabel


class KeyLine(QWidget):
    """A key's name, which came from outside, and the hint of its secret."""

    def __init__(self, name: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(GlyphMark("keys", "muted", 18, self))
        row.addWidget(PlainLabel(name, self, role="strong", elide=Qt.TextElideMode.ElideRight), 0)
        row.addWidget(PlainLabel(hint, self, tone="muted"), 0)
        row.addStretch(1)
