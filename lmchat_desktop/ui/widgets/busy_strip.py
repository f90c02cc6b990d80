"""A thin strip that runs while figures are worked out, over what is shown and hiding none of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from lmchat_desktop.ui.theme.manager import tokens

HEIGHT_PX = 2
APPEARS_AFTER_MS = 250
FRAME_MS = 40
STEP = 0.025
SHARE = 0.28


class BusyStrip(QWidget):
    """Shows that something is under way, once it has taken a quarter of a second."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName(self.tr("Working out figures"))
        self._place = 0.0
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(APPEARS_AFTER_MS)
        self._patience.timeout.connect(self._begin)
        self._frames = QTimer(self)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._advance)

    @property
    def running(self) -> bool:
        """Whether it is seen."""
        return self._frames.isActive()

    def set_busy(self, busy: bool) -> None:
        """Something began, or all has ended."""
        if not busy:
            self._patience.stop()
            self._frames.stop()
            self.update()
        elif not self._frames.isActive() and not self._patience.isActive():
            self._patience.start()

    def _begin(self) -> None:
        self._place = 0.0
        self._frames.start()

    def _advance(self) -> None:
        self._place = (self._place + STEP) % (1 + SHARE)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the running part, or nothing."""
        if self._frames.isActive():
            left = (self._place - SHARE) * self.width()
            rect = QRectF(left, 0, SHARE * self.width(), self.height())
            QPainter(self).fillRect(rect, QColor(tokens().accent))
