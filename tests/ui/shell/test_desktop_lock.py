"""The desktop's lock and the machine's sleep are heard, each on a bus of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from lmchat_desktop.ui.shell.lock.desktop import LOGIN, SCREEN_SAVERS

HEARING = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from lmchat_desktop.ui.shell.lock import desktop
which, owned, interface, member, *values = sys.argv[1:]
app = QCoreApplication([])
bus = getattr(QDBusConnection, which)()
assert not owned or bus.registerService(owned)
watch = desktop.DesktopWatch()
assert watch.begin()
heard = []
watch.locked.connect(lambda: heard.append(True))
def send():
    for value in values or [None]:
        message = QDBusMessage.createSignal("/" + interface.replace(".", "/"), interface, member)
        message.setArguments([] if value is None else [value == "true"])
        assert bus.send(message)
    # What is sent on a bus comes in its order: after this everything was heard.
    last = QDBusMessage.createMethodCall(
        "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId"
    )
    assert bus.call(last).type() == QDBusMessage.MessageType.ReplyMessage
    QTimer.singleShot(0, app.quit)
QTimer.singleShot(0, send)
app.exec()
print(len(heard))
"""
STARTED = 'exec "$@"'
AS_SYSTEM_BUS = """
export DBUS_SYSTEM_BUS_ADDRESS="$DBUS_SESSION_BUS_ADDRESS"
unset DBUS_SESSION_BUS_ADDRESS
exec "$@"
"""

pytestmark = pytest.mark.skipif(
    shutil.which("dbus-run-session") is None, reason="needs a D-Bus of its own"
)


def heard(start: str, *arguments: str) -> int:
    """How often the windows would be locked by what a program sends on a bus of its own."""
    shell = ("dbus-run-session", "--", "sh", "-c", start, "sh")
    done = subprocess.run(
        [*shell, sys.executable, "-c", HEARING, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"},
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize("name", SCREEN_SAVERS[:2])
def test_the_desktops_lock_is_heard(name: str) -> None:
    assert heard(STARTED, "sessionBus", "", name, "ActiveChanged", "false", "true") == 1


@pytest.mark.parametrize(
    ("interface", "member", "values"),
    [
        (f"{LOGIN}.Manager", "PrepareForSleep", ("true", "false")),
        (f"{LOGIN}.Session", "Lock", ()),
    ],
)
def test_the_login_manager_is_heard_and_nobody_else_on_its_bus(
    interface: str, member: str, values: tuple[str, ...]
) -> None:
    sent = ("systemBus", LOGIN, interface, member, *values)
    assert heard(AS_SYSTEM_BUS, *sent) == 1
    assert heard(AS_SYSTEM_BUS, "systemBus", "org.example.Other", *sent[2:]) == 0
