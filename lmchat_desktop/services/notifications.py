"""Desktop notifications on Linux, by D-Bus (Desktop Notifications Specification 1.2)."""

from __future__ import annotations

import html
import logging
import os
from pathlib import Path

logger = logging.getLogger(__name__)

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
STAYS_MS = 10_000
PATIENCE_S = 5.0


def session_bus_runs() -> bool:
    """Whether there is a bus of the session that could be joined; none is started."""
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return bool(runtime) and Path(str(runtime), "bus").exists()


def notify(application: str, desktop_file: str, title: str, text: str) -> bool:
    """Have the desktop show a notification; for a pool's thread.

    Args:
        application: whose it is, for people.
        desktop_file: the name of the application's desktop file, without its ending.
        title: plain, in a line.
        text: plain; what looks like markup in it is written out, since a body may hold markup by
            the specification.

    Returns:
        Whether somebody showed it. A desktop that shows none is no trouble.
    """
    if not session_bus_runs():
        return False
    from jeepney import DBusAddress, MessageType, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    values: tuple[object, ...] = (
        application,
        0,
        "",
        title,
        html.escape(text, quote=False),
        [],
        {"desktop-entry": ("s", desktop_file)},
        STAYS_MS,
    )
    call = new_method_call(
        DBusAddress(PATH, bus_name=NAME, interface=NAME), "Notify", "susssasa{sv}i", values
    )
    try:
        with open_dbus_connection("SESSION") as bus:
            answer = bus.send_and_get_reply(call, timeout=PATIENCE_S)
    except (OSError, TimeoutError, KeyError, ValueError) as error:
        logger.info("no notification was shown: %s", type(error).__name__)
        return False
    return answer.header.message_type is MessageType.method_return
