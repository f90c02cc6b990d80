"""Notices that the desktop is locked or goes to sleep, where D-Bus tells."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import cast

from PySide6.QtCore import SLOT, QObject, Signal, Slot

from lmchat_desktop.services.notifications import session_bus_runs

logger = logging.getLogger(__name__)

SYSTEM_BUS = Path("/run/dbus/system_bus_socket")
SCREEN_SAVERS = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
)
LOGIN = "org.freedesktop.login1"


class DesktopWatch(QObject):
    """Listens to screen savers and to the login manager.

    Only buses that run are joined, none is started. On the system's bus the login manager alone is
    listened to. On the session's bus screen savers differ, so that whoever may send there can lock
    the windows, which does no harm. A machine that sleeps before it was heard is noticed by
    `IdleWatch`.

    Attributes:
        locked: the desktop was locked, or the machine is about to sleep.
    """

    locked = Signal()

    def begin(self) -> bool:
        """Listen from now on; answers whether anything can be heard. It takes some 20 ms."""
        if not sys.platform.startswith("linux"):
            return False
        try:
            from PySide6.QtDBus import QDBusConnection
        except ImportError as error:
            logger.info("the desktop's lock is not heard: %s", type(error).__name__)
            return False
        heard = False
        # Bytes by its stub, text by what it takes.
        active = cast("bytes", SLOT("_take_active(bool)"))
        lock = cast("bytes", SLOT("_take_lock()"))
        if session_bus_runs():
            bus = QDBusConnection.sessionBus()
            for name in SCREEN_SAVERS:
                heard = bus.connect("", "", name, "ActiveChanged", self, active) or heard
        if _system_bus_runs():
            bus = QDBusConnection.systemBus()
            heard = bus.connect(LOGIN, "", f"{LOGIN}.Session", "Lock", self, lock) or heard
            manager = f"{LOGIN}.Manager"
            heard = bus.connect(LOGIN, "", manager, "PrepareForSleep", self, active) or heard
        return heard

    @Slot(bool)
    def _take_active(self, active: bool) -> None:
        if active:
            self.locked.emit()

    @Slot()
    def _take_lock(self) -> None:
        self.locked.emit()


def _system_bus_runs() -> bool:
    return bool(os.environ.get("DBUS_SYSTEM_BUS_ADDRESS")) or SYSTEM_BUS.exists()
