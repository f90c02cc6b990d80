"""Starts a process of the application in surroundings of the test's making."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.integration.machine.keyrings import STORE_VARIABLE, StoredKeyring

NOT_PASSED_ON = (
    "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "LMCHAT_HOME", "PYTEST_CURRENT_TEST",
)  # fmt: skip
TIMEOUT_S = 150
CANARIES = "TEST_CANARIES"
"""The variable with what a story's person keeps secret, as JSON."""


def environment(home: Path, **more: str) -> dict[str, str]:
    """An environment whose every folder lies below `home`, without display, bus or keyring."""
    kept = {name: text for name, text in os.environ.items() if name not in NOT_PASSED_ON}
    folders = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / "xdg-config",
        "XDG_DATA_HOME": home / "xdg-data",
        "XDG_CACHE_HOME": home / "xdg-cache",
        "XDG_STATE_HOME": home / "xdg-state",
        "XDG_RUNTIME_DIR": home / "xdg-run",
        "TMPDIR": home / "tmp",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    named = {name: str(folder) for name, folder in folders.items()}
    return {**kept, **named, "QT_QPA_PLATFORM": "offscreen", "PYTHONFAULTHANDLER": "", **more}


def with_keyring(store: Path) -> dict[str, str]:
    """What gives a process a keyring whose secrets outlast it."""
    backend = f"{StoredKeyring.__module__}.{StoredKeyring.__qualname__}"
    return {"PYTHON_KEYRING_BACKEND": backend, STORE_VARIABLE: str(store)}


def driver(home: Path, story: str, *arguments: str) -> list[str]:
    """The command line of the application with a story."""
    module = "tests.integration.machine.driver"
    return [sys.executable, "-m", module, str(home), story, *arguments]


def run(
    command: Sequence[str], env: Mapping[str, str], *, mounts: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, after `mounts`, shell commands in a mount namespace of its own."""
    line = list(command)
    if mounts:
        line = ["unshare", "-rm", "sh", "-ec", f"{mounts}\nexec {shlex.join(command)}"]
    return subprocess.run(
        line, env=dict(env), capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )


def read_only(*folders: Path) -> str:
    """Shell commands that let nobody, not even root, write below the folders."""
    quoted = [shlex.quote(str(folder)) for folder in folders]
    return "\n".join(
        f"mount --bind {each} {each}\nmount -o remount,ro,bind {each}" for each in quoted
    )


def small_disk(folder: Path, size: str) -> str:
    """Shell commands that put a small disk at a folder."""
    return f"mount -t tmpfs -o size={size} tmpfs {shlex.quote(str(folder))}"


def may_mount() -> bool:
    """Whether this machine lets a process mount something for itself."""
    try:
        return subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0
    except OSError:
        return False


def assert_no_traceback(done: subprocess.CompletedProcess[str]) -> None:
    """The process came to its end as it should, and no error escaped on the way."""
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert "Logging error" not in done.stderr, done.stderr
