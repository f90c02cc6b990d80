"""A secret on the clipboard: marked as one, and taken away after a while if it is still there."""

from __future__ import annotations

import hashlib
import secrets
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

SECONDS = 45
TICK_MS = 1000

_KDE = ("x-kde-passwordManagerHint", b"secret")
"""Klipper and others that follow it keep no history of it."""
_WINDOWS = (
    ("ExcludeClipboardContentFromMonitorProcessing", b"\x01"),
    ("CanIncludeInClipboardHistory", bytes(4)),
    ("CanUploadToCloudClipboard", bytes(4)),
)
"""Windows keeps neither a history of it nor a copy in the cloud."""


def secret_mime(text: str, platform: str = sys.platform) -> QMimeData:
    """A text with the marks by which a system's clipboard managers know a secret.

    On macOS there is none: Qt passes unknown types on under names of its own, so that the type
    that managers there have agreed on (nspasteboard.org) cannot be set by way of it.
    """
    data = QMimeData()
    data.setText(text)
    for name, value in _WINDOWS if platform == "win32" else (_KDE,):
        data.setData(name, value)
    return data


class SecretClipboard(QObject):
    """Puts secrets on the clipboard, one at a time, for 45 seconds.

    It keeps no secret: only a salted hash, by which it knows whether the clipboard still holds
    it. It belongs to a window, outlives the dialog that the secret was copied in, and takes the
    secret away too when its window closes or the application ends.

    Args:
        window: a top-level window.
        clipboard: another than the application's, with its selection where it has one.

    Attributes:
        left: seconds until the secret is taken away; 0 while there is none.
        ticked: another second has passed, with what is left.
        ended: the clipboard no longer holds the secret; whether this took it away.
    """

    ticked = Signal(int)
    ended = Signal(bool)

    def __init__(self, window: QWidget, clipboard: QClipboard | None = None) -> None:
        super().__init__(window)
        self.left = 0
        self._clipboard = clipboard if clipboard is not None else QGuiApplication.clipboard()
        self._salt = b""
        self._digest = b""
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        window.installEventFilter(self)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.clear)

    @staticmethod
    def of(window: QWidget) -> SecretClipboard:
        """The one of a window; made at the first call."""
        found = window.findChild(SecretClipboard)
        return found if found is not None else SecretClipboard(window)

    def copy(self, text: str) -> None:
        """Put a text on the clipboard, and begin to count."""
        self._salt = secrets.token_bytes(16)
        self._digest = self._hash(text)
        self._clipboard.setMimeData(secret_mime(text))
        self.left = SECONDS
        self._timer.start()
        self.ticked.emit(self.left)

    def tick(self) -> None:
        """A second has passed."""
        if not self._digest:
            return
        self.left -= 1
        if not self._holds(QClipboard.Mode.Clipboard):
            # Something else was copied: that is not touched.
            self._forget(False)
        elif self.left <= 0:
            self.clear()
        else:
            self.ticked.emit(self.left)

    def clear(self) -> None:
        """Take the secret away now, where it still is."""
        if not self._digest:
            return
        modes = [QClipboard.Mode.Clipboard]
        if self._clipboard.supportsSelection():
            modes.append(QClipboard.Mode.Selection)
        held = [mode for mode in modes if self._holds(mode)]
        for mode in held:
            self._clipboard.clear(mode)
        self._forget(bool(held))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take it away with the window."""
        if watched is self.parent() and event.type() == QEvent.Type.Close:
            self.clear()
        return super().eventFilter(watched, event)

    def _holds(self, mode: QClipboard.Mode) -> bool:
        return secrets.compare_digest(self._hash(self._clipboard.text(mode)), self._digest)

    def _hash(self, text: str) -> bytes:
        return hashlib.sha256(self._salt + text.encode("utf-8", "surrogatepass")).digest()

    def _forget(self, taken_away: bool) -> None:
        self._timer.stop()
        self._salt = self._digest = b""
        self.left = 0
        self.ended.emit(taken_away)
