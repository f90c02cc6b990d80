"""A notification arrives at the desktop as plain text, on a bus of the test's own."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys

import pytest

SERVING = """
import json, subprocess, sys
import jeepney
from jeepney.io.blocking import open_dbus_connection
with open_dbus_connection("SESSION") as bus:
    name = "org.freedesktop.Notifications"
    assert bus.send_and_get_reply(jeepney.message_bus.RequestName(name)).body == (1,)
    asking = subprocess.Popen([sys.executable, "-c", sys.argv[1], *sys.argv[2:]])
    while True:
        call = bus.receive(timeout=30)
        if call.header.message_type is jeepney.MessageType.method_call:
            bus.send(jeepney.new_method_return(call, "u", (7,)))
            break
    asking.wait(30)
print(json.dumps(call.body))
"""
ASKING = """
import sys
from lmchat_desktop.services.notifications import notify
assert notify("lmchat desktop", "lmchat-desktop", *sys.argv[1:])
"""

NEEDED = [
    *(program for program in ("dbus-run-session",) if shutil.which(program) is None),
    *(module for module in ("jeepney",) if not importlib.util.find_spec(module)),
]
pytestmark = pytest.mark.skipif(bool(NEEDED), reason=f"not installed here: {', '.join(NEEDED)}")


def run(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_markup_in_a_notification_is_shown_as_it_is() -> None:
    words = ("A key <b>x</b>", "<img src=x> & more")
    out = run("dbus-run-session", "--", sys.executable, "-c", SERVING, ASKING, *words)
    application, _, _, title, body, actions, hints, _ = json.loads(out)
    assert (application, title, actions) == ("lmchat desktop", words[0], [])
    assert body == "&lt;img src=x&gt; &amp; more"
    assert hints["desktop-entry"] == ["s", "lmchat-desktop"]


def test_nobody_who_shows_notifications_is_no_trouble() -> None:
    asking = ASKING.replace("assert notify", "assert not notify")
    run("dbus-run-session", "--", sys.executable, "-c", asking, "a", "b")
    run(
        sys.executable,
        "-c",
        asking,
        "a",
        "b",
        DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere/bus",
    )
