"""A real GNOME Keyring on a bus of its own: secrets kept, found, forgotten; locked; not there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NEEDED = ("dbus-run-session", "gnome-keyring-daemon")
MISSING = [program for program in NEEDED if shutil.which(program) is None]
WITHOUT_DISPLAY = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")

needs_keyring = pytest.mark.skipif(
    bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}"
)

SETUP = """
from keyring.backends.SecretService import Keyring
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.secrets import KeyringSecrets, SecretKind
store = KeyringSecrets()
place = ("profile1", "person_1", SecretKind.CACHE_KEY)
"""

KEEP = (
    SETUP
    + """
store.check()
assert store.get(*place) is None
store.delete(*place)
store.set(*place, "canary-1")
store.set(*place, "canary-2")
store.set("profile1", "person_2", SecretKind.CACHE_KEY, "canary-3")
assert KeyringSecrets().get(*place) == "canary-2"
print("kept")
"""
)

FIND = (
    SETUP
    + """
assert store.get(*place) == "canary-2"
store.delete(*place)
assert store.get(*place) is None
assert store.get("profile1", "person_2", SecretKind.CACHE_KEY) == "canary-3"
print("found")
"""
)

REFUSED = (
    SETUP
    + """
for attempt in (
    store.check,
    lambda: store.get(*place),
    lambda: store.set(*place, "canary-4"),
    lambda: store.delete(*place),
):
    try:
        attempt()
    except KeyringMissing as trouble:
        assert "canary" not in trouble.message + trouble.technical
        print(trouble.message)
    else:
        print("done")
"""
)

LOCK = """
import secretstorage
with secretstorage.dbus_init() as bus:
    secretstorage.get_default_collection(bus).lock()
"""


def session(home: Path, *scripts: str, keyring: str | None = "unlocked") -> list[str]:
    """Run scripts one after another on one fresh bus; answers the lines that they print."""
    environment = {name: text for name, text in os.environ.items() if name not in WITHOUT_DISPLAY}
    environment |= {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_RUNTIME_DIR": str(home),
    }
    steps = [f'"{sys.executable}" -c "$SCRIPT_{number}"' for number in range(len(scripts))]
    if keyring is not None:
        unlock = "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
        steps.insert(0, unlock)
    environment |= {f"SCRIPT_{number}": script for number, script in enumerate(scripts)}
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-ec", "\n".join(steps)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder, as private as a runtime folder has to be."""
    tmp_path.chmod(0o700)
    return tmp_path


@needs_keyring
def test_secrets_are_kept_across_sessions_and_not_in_clear(home: Path) -> None:
    assert session(home, KEEP) == ["kept"]
    kept = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".keyring" for path in kept)
    assert not [path for path in kept if b"canary" in path.read_bytes()]
    assert session(home, FIND) == ["found"]


@needs_keyring
def test_a_locked_keyring_is_told(home: Path) -> None:
    lines = session(home, KEEP, LOCK, REFUSED)
    assert lines[0] == "kept"
    assert all("keyring" in line.lower() for line in lines[2:]), lines
    assert any("locked" in line for line in lines), lines


@needs_keyring
def test_a_bus_without_a_keyring_is_told(home: Path) -> None:
    nowhere = session(home, REFUSED, keyring=None)
    assert len(nowhere) == 4
    assert all("keyring" in line for line in nowhere), nowhere


def test_no_bus_at_all_is_told(home: Path) -> None:
    environment = {name: text for name, text in os.environ.items() if name not in WITHOUT_DISPLAY}
    environment |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", REFUSED],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    lines = done.stdout.split("\n")[:-1]
    assert len(lines) == 4
    assert all("no keyring here that can be trusted" in line for line in lines), lines
