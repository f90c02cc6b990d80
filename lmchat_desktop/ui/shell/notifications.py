"""Tells a person something while they look at something else, as their desktop shows it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon

from lmchat_desktop.services.notifications import STAYS_MS, notify
from lmchat_desktop.ui.theme.icons import icon
from lmchat_desktop.ui.widgets.plain import one_line, shown

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.ui.tasks.runner import TaskRunner

LONGEST = 300


class DesktopNotifier(QObject):
    """Shows desktop notifications. What a desktop does not show, the window says all the same.

    Args:
        window: whose notifications they are.
        tasks: asks the desktop off this thread.
    """

    def __init__(self, window: QWidget, tasks: TaskRunner) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._tray: QSystemTrayIcon | None = None

    def tell(self, title: str, text: str) -> None:
        """Show a notification; its text can hold anything from outside."""
        title, text = one_line(title, LONGEST), shown(text, LONGEST)
        if sys.platform.startswith("linux"):
            application = QGuiApplication.applicationDisplayName()
            name = QGuiApplication.desktopFileName()
            self._tasks.run(notify, application, name, title, text, owner=self)
        elif QSystemTrayIcon.isSystemTrayAvailable():
            if self._tray is None:
                self._tray = QSystemTrayIcon(icon("keys", "accent"), self)
            self._tray.show()
            self._tray.showMessage(title, text, icon("keys", "accent"), STAYS_MS)
