"""A keyring of the desktop whose prompt is dismissed: told each time, and the next try works."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from tests.integration.settings.test_keyring import SETUP, session

NEEDED = [
    *(program for program in ("dbus-run-session",) if shutil.which(program) is None),
    *(module for module in ("jeepney", "secretstorage") if not importlib.util.find_spec(module)),
]

pytestmark = pytest.mark.skipif(bool(NEEDED), reason=f"not installed here: {', '.join(NEEDED)}")

ASK = (
    SETUP
    + """
import subprocess, sys
from lmchat_desktop.settings.errors import KeyringIsLocked

service = subprocess.Popen(
    [sys.executable, "-m", "tests.integration.machine.secret_service", STATE, "3"],
    stdout=subprocess.PIPE, text=True,
)
try:
    assert service.stdout.readline() == "ready\\n"
    for attempt in (
        lambda: store.set(*place, "canary-1"),
        lambda: store.get(*place),
        lambda: store.delete(*place),
    ):
        try:
            attempt()
        except KeyringIsLocked as trouble:
            assert "canary" not in str(trouble.message) + trouble.technical
            print(trouble.message)
        else:
            print("done")
        assert service.stdout.readline() == "dismissed\\n"
    store.set(*place, "canary-2")
    assert service.stdout.readline() == "unlocked\\n"
    assert store.get(*place) == "canary-2"
    assert KeyringSecrets().get(*place) == "canary-2"
    store.delete(*place)
    assert store.get(*place) is None
    print("works")
finally:
    service.kill()
    print(service.communicate()[0], end="")
"""
)


@pytest.mark.parametrize("state", ["locked", pytest.param("none", marks=pytest.mark.full)])
def test_nothing_is_kept_until_the_prompt_is_answered(tmp_path: Path, state: str) -> None:
    tmp_path.chmod(0o700)
    lines = session(tmp_path, ASK.replace("STATE", repr(state)), keyring=None)
    assert lines == [
        *(
            f"The keyring is locked. The secret was not {done}. Unlock it and try again."
            for done in ("kept", "read", "removed")
        ),
        "works",
    ]
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"canary" in path.read_bytes()]
