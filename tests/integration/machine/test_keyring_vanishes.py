"""A real GNOME Keyring that ends in mid-session, and comes back."""

from __future__ import annotations

from pathlib import Path

from tests.integration.settings.test_keyring import SETUP, needs_keyring, session

VANISH = (
    SETUP
    + """
import os, signal, subprocess, time
import jeepney
from jeepney.io.blocking import open_dbus_connection

store.set(*place, "canary-1")

def owner():
    with open_dbus_connection("SESSION") as bus:
        address = jeepney.message_bus
        asked = jeepney.new_method_call(
            address, "GetConnectionUnixProcessID", "s", ("org.freedesktop.secrets",)
        )
        answer = bus.send_and_get_reply(asked)
    return None if answer.header.message_type is jeepney.MessageType.error else answer.body[0]

os.kill(owner(), signal.SIGKILL)
for attempt in (
    lambda: store.get(*place),
    lambda: store.set(*place, "canary-2"),
    lambda: store.delete(*place),
    store.check,
):
    try:
        attempt()
    except KeyringMissing as trouble:
        assert "canary" not in str(trouble.message) + trouble.technical
        print("told:", trouble.message)
    else:
        print("done")

left = owner()
if left is not None:
    os.kill(left, signal.SIGKILL)
back = subprocess.run(
    ["gnome-keyring-daemon", "--unlock", "--components=secrets"],
    input=b"secret", capture_output=True, check=True,
)
assert store.get(*place) == "canary-1"
store.set(*place, "canary-3")
assert store.get(*place) == "canary-3"
print("back")
"""
)


@needs_keyring
def test_it_is_told_each_time_and_found_again(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    lines = session(tmp_path, VANISH)
    assert lines[-1] == "back"
    assert len(lines) == 5
    assert all(line.startswith("told:") and "keyring" in line.lower() for line in lines[:4]), lines
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"canary" in path.read_bytes()]
