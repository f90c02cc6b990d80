"""A full disk: sync, settings, exports and the log say so, keep what they had, and go on after."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.integration.machine.starting import (
    assert_no_traceback,
    driver,
    may_mount,
    run,
    small_disk,
)
from tests.support.sandbox import RunningSandbox

pytestmark = pytest.mark.skipif(
    not may_mount(), reason="this machine lets nobody mount a small disk"
)


@pytest.mark.full
def test_everything_that_is_written_meets_a_full_disk(
    env: dict[str, str], sandbox: RunningSandbox, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    token = sandbox.sign_in("owner", device="full disk")
    me = sandbox.call("GET", "/v1/me", token).json()
    scope = me["memberships"][0]["account_id"]
    module = "tests.integration.machine.full_disk"
    command = [sys.executable, "-m", module, str(disk), sandbox.url, scope]
    done = run(command, {**env, "TOKEN": token}, mounts=small_disk(disk, "24m"))
    assert_no_traceback(done)
    seen = json.loads(done.stdout)
    code, words = seen["sync"]
    assert code == "disk-full"
    assert "Make room" in words
    assert all("disk has room" in seen["refused"][what] for what in ("preferences", "profiles"))
    assert seen["refused"]["export"] == "ENOSPC"
    assert all(seen["whole"].values()), seen["whole"]
    assert seen["dropped"] > 100
    assert seen["saved"] == ["dark", "UTC", True]
    assert seen["logged"]


def test_the_application_starts_and_ends_on_a_full_disk(home: Path, env: dict[str, str]) -> None:
    disk = home / "app"
    disk.mkdir()
    filled = f"dd if=/dev/zero of={disk}/ballast bs=4k 2>/dev/null || true"
    story = "tests.integration.machine.stories:look_around"
    mounts = f"{small_disk(disk, '64k')}\n{filled}"
    done = run(driver(disk, story), env, mounts=mounts)
    assert_no_traceback(done)
    assert json.loads(done.stdout)["page"] == "SignInView"
