"""What stands in the window until there is something to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from lmchat_desktop.ui.shell.centred import CentredCard
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

STEPS = 1000
APPEARS_AFTER_MS = 150
"""What takes no longer than this is not worth words that would only flash up."""


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

        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(APPEARS_AFTER_MS)
        self._patience.timeout.connect(self._frame.show)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._frame.hide()
        self._patience.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._patience.stop()

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
