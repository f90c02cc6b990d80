"""The private sandbox as a process: started, away and back, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import Cancelled
from lmchat_desktop.domain.wording import Sentence
from lmchat_desktop.services.private_sandbox import PrivateSandbox
from lmchat_desktop.services.sandbox_process import SandboxFailed, SandboxProcess
from tests.support.sandbox import SMALL_TRAFFIC

PATIENCE_S = 60.0


@pytest.fixture
def private(tmp_path: Path) -> Iterator[PrivateSandbox]:
    made = PrivateSandbox(tmp_path / "world", SMALL_TRAFFIC)
    yield made
    made.stop()


def gone(pid: int) -> bool:
    """Whether a process that is not our child is there no more, or only waits to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def wait_for(condition: object, seconds: float = PATIENCE_S) -> None:
    end = time.monotonic() + seconds
    pause = threading.Event()
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return
        pause.wait(0.05)
    raise AssertionError("not in time")


def test_it_prepares_its_world_and_lets_people_in(private: PrivateSandbox) -> None:
    told: list[tuple[float, str]] = []
    door = private.open(lambda fraction, detail: told.append((fraction, detail)))
    assert told
    assert all(0 <= fraction <= 1 for fraction, _ in told)
    assert all(isinstance(detail, Sentence) for _, detail in told), told
    assert door.profile.base_url.startswith("http://127.0.0.1:")
    assert door.token not in repr(door)
    admin = door.person("admin")
    assert "admin" in admin.operator_roles
    assert door.person(admin.person.name) == admin
    assert not door.person("owner").operator_roles
    with pytest.raises(LookupError):
        door.person("nobody at all")
    assert door.enter(admin.person.id).person_id == admin.person.id
    assert private.open() == door


def test_it_goes_away_and_comes_back_with_its_people(private: PrivateSandbox) -> None:
    door = private.open()
    private.go_away()
    assert private.process is not None
    assert not private.process.running
    again = private.open()
    assert again.profile == door.profile
    assert again.people == door.people


def test_a_start_can_be_cancelled(tmp_path: Path) -> None:
    private = PrivateSandbox(tmp_path / "world")
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        private.open(lambda *_: cancel.cancel(), cancel)
    assert private.process is not None
    assert not private.process.running


def test_a_sandbox_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(SandboxFailed) as failure:
        SandboxProcess.start(tmp_path / "world", traffic=tmp_path / "missing.npz")
    assert failure.value.tail


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see another's child")
def test_it_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from lmchat_desktop.services.sandbox_process import SandboxProcess\n"
        f"sandbox = SandboxProcess.start(Path({str(tmp_path / 'world')!r}), "
        f"traffic=Path({str(SMALL_TRAFFIC)!r}))\n"
        "print(sandbox.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    pid = int(parent.stdout.readline())
    assert not gone(pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(PATIENCE_S)
    parent.stdin.close()
    parent.stdout.close()
    wait_for(lambda: gone(pid))
