"""A second start raises the first's window and ends; nothing else can be said to it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lmchat_desktop.ui.shell.single import ANSWER, ASK, SingleInstance, socket_name

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets with paths")

START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from lmchat_desktop.ui.shell.single import SingleInstance
app = QCoreApplication([])
single = SingleInstance(Path(sys.argv[1]), app)
if not single.take() and single.raise_other():
    print("second")
    raise SystemExit(0)
print("first", flush=True)
single.raise_asked.connect(lambda: (print("raised", flush=True), app.quit()))
QTimer.singleShot(0, single.listen)
app.exec()
single.close()
"""


@pytest.fixture
def first(qtbot: QtBot, tmp_path: Path) -> Iterator[SingleInstance]:
    single = SingleInstance(tmp_path)
    assert single.take()
    single.listen()
    yield single
    single.close()


def say(folder: Path, words: bytes) -> socket.socket:
    caller = socket.socket(socket.AF_UNIX)
    caller.connect(socket_name(folder))
    caller.sendall(words)
    caller.setblocking(False)
    return caller


def ended(caller: socket.socket) -> bool:
    try:
        return caller.recv(64) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_of_two_starts_at_once_one_raises_the_other(tmp_path: Path) -> None:
    starts = [
        subprocess.Popen([sys.executable, "-c", START, str(tmp_path)], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    said = sorted(start.communicate(timeout=60)[0].decode().split() for start in starts)
    assert said == [["first", "raised"], ["second"]]
    assert [start.returncode for start in starts] == [0, 0]


def test_a_second_start_of_the_application_ends_with_success(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LMCHAT_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "lmchat_desktop"]
    starts = [subprocess.Popen(command, env=environment) for _ in range(2)]
    try:
        done = set()
        while not done:
            done = {start for start in starts if _ended(start)}
        assert [start.returncode for start in done] == [0]
    finally:
        for start in starts:
            start.terminate()
    assert [start.wait(60) for start in starts] == [0, 0]
    assert not list((tmp_path / "data").glob("running.lock"))
    assert "Traceback" not in (tmp_path / "log" / "lmchat-desktop.log").read_text()


def _ended(start: subprocess.Popen[bytes]) -> bool:
    try:
        start.wait(0.2)
    except subprocess.TimeoutExpired:
        return False
    return True


def test_the_word_raises_and_is_answered(
    qtbot: QtBot, first: SingleInstance, tmp_path: Path
) -> None:
    with qtbot.waitSignal(first.raise_asked), say(tmp_path, ASK[:3]) as caller:
        caller.sendall(ASK[3:])
        heard = b""

        def answered() -> bool:
            nonlocal heard
            try:
                heard += caller.recv(64)
            except BlockingIOError:
                return False
            return heard == ANSWER

        qtbot.waitUntil(answered)


@pytest.mark.parametrize("words", [b"open /etc/passwd\n", b"raise me\n", b"raise\nraise\n", b"\0"])
def test_anything_else_is_hung_up_on(
    qtbot: QtBot, first: SingleInstance, tmp_path: Path, words: bytes
) -> None:
    raised: list[bool] = []
    first.raise_asked.connect(lambda: raised.append(True))
    with say(tmp_path, words) as caller:
        qtbot.waitUntil(lambda: ended(caller))
    assert raised == []


def test_only_the_user_can_reach_it(first: SingleInstance, tmp_path: Path) -> None:
    assert os.stat(socket_name(tmp_path)).st_mode & 0o077 == 0


def test_a_socket_that_a_killed_one_left_is_in_nobodys_way(qtbot: QtBot, tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(socket_name(tmp_path))
    left.close()
    single = SingleInstance(tmp_path)
    assert single.take()
    single.listen()
    with qtbot.waitSignal(single.raise_asked):
        say(tmp_path, ASK).close()
    single.close()


def test_a_lock_that_a_dead_process_left_is_taken(tmp_path: Path) -> None:
    code = START.replace("QTimer.singleShot(0, single.listen)", "import os; os._exit(0)")
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, timeout=60)
    assert (tmp_path / "running.lock").exists()
    single = SingleInstance(tmp_path)
    assert single.take()
    single.close()


def test_where_nobody_answers_the_start_goes_on(
    tmp_path: Path, first: SingleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lmchat_desktop.ui.shell.single.PATIENCE_MS", 50)
    other = SingleInstance(tmp_path)
    assert not other.take()
    # The first hangs: nobody runs its event loop.
    assert not other.raise_other()


def test_without_a_folder_to_lock_every_start_is_a_first(tmp_path: Path) -> None:
    assert SingleInstance(tmp_path / "missing" / "folder").take()


def test_two_homes_have_nothing_to_do_with_each_other(tmp_path: Path) -> None:
    assert socket_name(tmp_path / "a") != socket_name(tmp_path / "b")
