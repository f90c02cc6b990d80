"""What stands in the window until there is something to show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from lmchat_desktop.ui.shell.centred import CentredCard
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.plain import PlainLabel

STEPS = 1000


class StartingView(QWidget):
    """Says what is being prepared and how far it is, with a way to stop it."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("starting")
        self._frame = CentredCard(440, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._frame)
        self._title = PlainLabel("", self, role="strong", wrap=True)
        self._detail = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self.cancel_button = Button(self.tr("Cancel"), self, look="quiet")
        self.cancel_button.clicked.connect(self.cancelled)
        body = self._frame.body
        for widget in (self._title, self._bar, self._detail):
            body.addWidget(widget)
        body.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_start(self, title: str, detail: str = "", fraction: float | None = None) -> None:
        """Say what is going on; without a fraction (0 to 1) it is not known how far."""
        self._title.setText(title)
        self._detail.setText(detail)
        self._bar.setAccessibleName(title)
        if fraction is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, STEPS)
            self._bar.setValue(round(min(1.0, max(0.0, fraction)) * STEPS))

    def text(self) -> str:
        """What it says."""
        return f"{self._title.whole_text()} {self._detail.whole_text()}".strip()
