"""What stands where there is nothing yet: what will appear, and the next step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import GlyphMark
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line, shown


class EmptyState(QWidget):
    """An icon, a sentence, an explanation and perhaps a button, in the middle of the room given.

    Attributes:
        action_triggered: the button was pressed.
    """

    action_triggered = Signal()

    def __init__(
        self,
        icon_name: str = "empty",
        title: str = "",
        text: str = "",
        parent: QWidget | None = None,
        *,
        action: str = "",
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(6)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._mark = GlyphMark(icon_name, "faint", 32, self)
        self._title = PlainLabel(title, role="strong", wrap=True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = PlainLabel(text, tone="muted", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        width = typography().px(420)
        self._title.setMaximumWidth(width)
        self._text.setMaximumWidth(width)
        self.action_button = Button(action or "…", self)
        self.action_button.clicked.connect(self.action_triggered)
        column.addStretch(1)
        column.addWidget(self._mark, 0, centre)
        column.addSpacing(4)
        for label in (self._title, self._text):
            # An alignment would give a label that wraps less than the width it may have.
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(label, 1000)
            row.addStretch(1)
            column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(self.action_button, 0, centre)
        column.addStretch(1)
        self.set_message(icon_name, title, text, action=action)

    def set_message(self, icon_name: str, title: str, text: str, *, action: str = "") -> None:
        """Say something else."""
        self._mark.set_glyph(icon_name, "faint")
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.action_button.set_caption(action or "…")
        self.action_button.setVisible(bool(action))
        self.setAccessibleName(one_line(title))
        self.setAccessibleDescription(shown(text))
