"""A person whose folder turns read-only while they work, and may be written again later.

New files and replaced ones meet the mount. What was opened before is held by the old mount, so the
limit on the size of files refuses it what a read-only disk would.
"""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path

from PySide6.QtCore import QTimer

from lmchat_desktop.client import keys as keys_api
from lmchat_desktop.contract.keys import ApiKey, KeyCreate
from tests.integration.machine.canary_stories import on_a_thread
from tests.integration.machine.driver import Story, live, shown, window
from tests.integration.machine.starting import read_only
from tests.integration.machine.stories import begin_work, come_back, tell

TURNS = 20


def turn_read_only(folder: Path) -> None:
    """Let nothing be written there; the process is in a mount namespace of its own."""
    subprocess.run(["sh", "-ec", read_only(folder)], check=True)
    _limit_files(0)


def turn_writable(folder: Path) -> None:
    """Undo `turn_read_only`."""
    _limit_files(resource.RLIM_INFINITY)
    subprocess.run(["umount", str(folder)], check=True)


def _limit_files(most_bytes: int) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))


def for_a_while(url: str, token: str, folder: str) -> Story:
    """Work on while nothing can be written, and go on when it can be again."""
    yield from begin_work(url, token)
    turn_read_only(Path(folder))
    yield from go_on_working("made while read-only")
    turn_writable(Path(folder))
    window().workspace.session.wake()  # type: ignore[union-attr]
    yield lambda: live() and "made while read-only" in kept_keys()
    tell(shown=shown())


def to_the_end(folder: str) -> Story:
    """Come back, work on while nothing can be written, and close so."""
    yield from come_back()
    turn_read_only(Path(folder))
    yield from go_on_working("made at the end")


def go_on_working(name: str) -> Story:
    """Change a preference and meet something new at the backend; say what was shown of both."""
    workspace = window().workspace
    assert workspace is not None
    workspace.show_theme("dark")
    yield lambda: "preferences could not be saved" in shown()
    account = workspace.session.accounts()[0]
    wanted = KeyCreate(account_id=account.id, name=name)
    yield from on_a_thread(lambda: keys_api.create_key(workspace.session.client, wanted))
    workspace.session.wake()
    yield lambda: workspace.top.dot.state == "offline"
    assert name not in kept_keys()
    turns: list[None] = []
    timer = QTimer(workspace)
    timer.timeout.connect(lambda: turns.append(None))
    timer.start(0)
    yield lambda: len(turns) >= TURNS
    timer.stop()
    workspace.navigate("usage")
    yield lambda: workspace.page_id == "usage" and not workspace.context.tasks.busy
    tell(read_only=shown())


def kept_keys() -> set[str]:
    """The names of the keys that the cache holds."""
    workspace = window().workspace
    assert workspace is not None
    return {key.name for key in workspace.session.entities.list(ApiKey)}
