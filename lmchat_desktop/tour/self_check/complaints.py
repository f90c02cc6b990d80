"""What Qt complains of while something is shown, such as a file that it did not find."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

if TYPE_CHECKING:
    from collections.abc import Iterator

GRAVE = {QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg}
USUAL = "This plugin does not support"
"""Begins what a platform without a window manager says of itself."""


@contextmanager
def complaints() -> Iterator[list[str]]:
    """A list that grows by each complaint while the block lasts, without repetitions."""
    heard: list[str] = []

    def hear(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind in GRAVE and not text.startswith(USUAL) and text not in heard:
            heard.append(text)

    earlier = qInstallMessageHandler(hear)
    try:
        yield heard
    finally:
        qInstallMessageHandler(earlier)
