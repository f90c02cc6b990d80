"""Work comes back on the interface thread, once, and only to who still wants it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.ui.tasks import Task, TaskRunner, TaskState
from lmchat_desktop.ui.tasks.cancel import TaskToken
from lmchat_desktop.ui.widgets.progress_strip import ProgressStrip


class _Door:
    """Lets work wait until the test opens it."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()

    def work(self, value: object = None) -> object:
        self.entered.set()
        assert self.opened.wait(10)
        return value


def _settled(qtbot: QtBot, runner: TaskRunner) -> None:
    qtbot.waitUntil(lambda: not runner.busy)


def test_results_arrive_on_the_interface_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    threads: list[int] = []
    seen: list[tuple[int, int]] = []

    def work(a: int, *, b: int) -> int:
        threads.append(threading.get_ident())
        return a + b

    runner.run(work, 2, b=3, on_done=lambda sum_: seen.append((sum_, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(5, threading.main_thread().ident)]
    assert threads[0] != threading.main_thread().ident


def test_none_of_500_results_is_lost(runner: TaskRunner, qtbot: QtBot) -> None:
    seen: list[int] = []
    for number in range(500):
        runner.run(lambda number=number: number, on_done=seen.append)
    gc.collect()
    qtbot.waitUntil(lambda: len(seen) == 500)
    assert sorted(seen) == list(range(500))


def test_large_numbers_and_none_survive(runner: TaskRunner, qtbot: QtBot) -> None:
    seen: list[object] = []
    runner.run(lambda: 2**60, on_done=seen.append)
    runner.run(lambda: None, on_done=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert {2**60, None} == set(seen)


def test_idle_is_told_once_the_last_result_was_delivered(runner: TaskRunner, qtbot: QtBot) -> None:
    door, heard = _Door(), []
    runner.idle.connect(lambda: heard.append("idle"))
    runner.run(lambda: None, on_done=lambda _none: heard.append("short"))
    runner.run(door.work, "long", on_done=lambda _long: heard.append("long"))
    qtbot.waitUntil(lambda: heard == ["short"])
    assert runner.busy
    door.opened.set()
    qtbot.waitUntil(lambda: "idle" in heard)
    assert heard == ["short", "long", "idle"]


def test_a_later_question_replaces_an_earlier_one(runner: TaskRunner, qtbot: QtBot) -> None:
    door, seen = _Door(), []
    first = runner.run(door.work, "old", on_done=seen.append, key="usage")
    door.entered.wait(10)
    second = runner.run(lambda: "new", on_done=seen.append, key="usage")
    other = runner.run(lambda: "other", on_done=seen.append, key="overview")
    assert first.token.cancelled
    door.opened.set()
    _settled(qtbot, runner)
    assert sorted(seen) == ["new", "other"]
    assert (first.state, second.state, other.state) == (
        TaskState.CANCELLED,
        TaskState.DONE,
        TaskState.DONE,
    )


def test_a_stale_failure_is_not_told(runner: TaskRunner, qtbot: QtBot) -> None:
    door, heard = _Door(), []
    runner.task_failed.connect(lambda _task, error: heard.append(error))

    def fail() -> None:
        door.work()
        raise RuntimeError("old")

    runner.run(fail, key="usage")
    door.entered.wait(10)
    runner.run(lambda: 1, key="usage")
    door.opened.set()
    _settled(qtbot, runner)
    assert heard == []


@pytest.mark.parametrize("new_token", [TaskToken, CancelToken])
def test_cancelling_reaches_the_work(qtbot: QtBot, new_token: Callable[[], TaskToken]) -> None:
    with ThreadPoolExecutor(1) as pool:
        runner = TaskRunner(pool, new_token=new_token)
        entered, heard = threading.Event(), []
        runner.task_failed.connect(lambda *args: heard.append(args))

        def work(cancel: TaskToken) -> None:
            asked = threading.Event()
            cancel.on_cancel(asked.set)
            entered.set()
            assert asked.wait(10)
            cancel.raise_if_cancelled()

        task = runner.run(work, on_done=heard.append)
        entered.wait(10)
        task.cancel()
        _settled(qtbot, runner)
        assert task.state is TaskState.CANCELLED
        assert heard == []
        assert runner.shutdown()


def test_work_that_never_began_is_cancelled(runner: TaskRunner, qtbot: QtBot) -> None:
    doors = [_Door(), _Door()]
    ran: list[int] = []
    for door in doors:
        runner.run(door.work)
        door.entered.wait(10)
    waiting = runner.run(lambda: ran.append(1))
    waiting.cancel()
    for door in doors:
        door.opened.set()
    _settled(qtbot, runner)
    assert ran == []
    assert waiting.state is TaskState.CANCELLED


def test_work_for_later_counts_as_running_until_it_is_done(
    runner: TaskRunner, qtbot: QtBot
) -> None:
    seen: list[str] = []
    runner.run(lambda: seen.append("later"), after_ms=20)
    assert runner.busy
    runner.run(lambda: seen.append("now"))
    qtbot.waitUntil(lambda: not runner.busy)
    assert seen == ["now", "later"]


def test_work_for_later_that_nobody_wants_any_more_never_begins(
    runner: TaskRunner, qtbot: QtBot
) -> None:
    seen: list[str] = []
    with qtbot.waitSignal(runner.idle):
        task = runner.run(seen.append, "begun", on_done=seen.append, after_ms=20)
        task.cancel()
    assert (seen, runner.busy, task.state) == ([], False, TaskState.CANCELLED)


def test_a_failure_reaches_its_caller(runner: TaskRunner, qtbot: QtBot) -> None:
    seen: list[BaseException] = []

    def fail() -> None:
        raise ValueError("bad figure")

    with qtbot.assertNotEmitted(runner.task_failed):
        runner.run(fail, on_done=lambda _: None, on_failed=seen.append)
        qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(seen[0], ValueError)


def test_a_failure_nobody_asked_for_is_told(runner: TaskRunner, qtbot: QtBot) -> None:
    def fail() -> None:
        raise ValueError("bad figure")

    with qtbot.waitSignal(runner.task_failed) as failed:
        task = runner.run(fail, title="Counting")
    told, error = failed.args
    assert told is task
    assert isinstance(error, ValueError)
    assert task.state is TaskState.FAILED


class _Page(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[object] = []

    def take(self, value: object) -> None:
        self.seen.append(value)


def test_nothing_is_called_for_an_owner_that_is_gone(runner: TaskRunner, qtbot: QtBot) -> None:
    door, page = _Door(), _Page()
    seen = page.seen
    task = runner.run(door.work, 1, on_done=page.take)
    door.entered.wait(10)
    delete(page)
    assert task.token.cancelled
    door.opened.set()
    _settled(qtbot, runner)
    assert seen == []


def test_a_named_owner_counts_as_well(runner: TaskRunner, qtbot: QtBot) -> None:
    door, owner, seen = _Door(), QObject(), []
    runner.run(door.work, 1, on_done=seen.append, owner=owner)
    door.entered.wait(10)
    delete(owner)
    door.opened.set()
    _settled(qtbot, runner)
    assert seen == []


def test_a_finished_task_lets_go_of_its_owner(runner: TaskRunner, qtbot: QtBot) -> None:
    page = _Page()
    task = runner.run(lambda: 1, on_done=page.take)
    _settled(qtbot, runner)
    assert page.seen == [1]
    assert task.owner is None
    delete(page)
    assert not task.token.cancelled


def test_progress_is_shown_and_ends(runner: TaskRunner, qtbot: QtBot) -> None:
    door, heard = _Door(), []
    strip = ProgressStrip(runner.tasks)
    qtbot.addWidget(strip)

    def work(progress: Callable[..., None]) -> str:
        for step in range(100):
            progress(step / 99, f"{step} of 99")
        door.work()
        return "ready"

    runner.run(
        work,
        title="Exporting",
        on_progress=lambda *state: heard.append(state),
        on_done=heard.append,
    )
    qtbot.waitUntil(lambda: heard[-1:] == [(1.0, "99 of 99")])
    qtbot.waitUntil(strip.isVisible)
    assert strip.text() == "Exporting · 99 of 99 · 100 %"
    assert [task.title for task in runner.tasks.tasks()] == ["Exporting"]
    door.opened.set()
    qtbot.waitUntil(lambda: heard[-1:] == ["ready"])
    assert strip.isHidden()


def test_cancel_in_the_status_bar(runner: TaskRunner, qtbot: QtBot) -> None:
    strip = ProgressStrip(runner.tasks)
    qtbot.addWidget(strip)
    asked = threading.Event()

    def work(cancel: TaskToken) -> None:
        cancel.on_cancel(asked.set)
        assert asked.wait(10)

    runner.run(work, title="Collecting")
    runner.run(lambda: None)
    qtbot.waitUntil(strip.isVisible)
    with qtbot.waitSignal(strip.cancel_requested) as cancelled:
        strip.cancel_button.click()
    assert isinstance(cancelled.args[0], Task)
    _settled(qtbot, runner)
    assert asked.is_set()
    assert strip.isHidden()


def test_small_work_does_not_flash_in_the_status_bar(runner: TaskRunner, qtbot: QtBot) -> None:
    strip = ProgressStrip(runner.tasks)
    qtbot.addWidget(strip)
    runner.run(lambda: None, title="Quick")
    _settled(qtbot, runner)
    assert strip.isHidden()


def test_after_shutdown_nothing_is_delivered(qtbot: QtBot) -> None:
    pool = ThreadPoolExecutor(1)
    runner = TaskRunner(pool)
    entered, seen = threading.Event(), []

    def work(cancel: TaskToken) -> str:
        asked = threading.Event()
        cancel.on_cancel(asked.set)
        entered.set()
        assert asked.wait(10)
        return "late"

    task = runner.run(work, on_done=seen.append, title="Long")
    entered.wait(10)
    assert runner.shutdown()
    refused = runner.run(lambda: 1, on_done=seen.append)
    qtbot.wait(20)
    assert seen == []
    assert runner.tasks.tasks() == []
    assert task.state is refused.state is TaskState.CANCELLED
    pool.shutdown()


def test_true_can_be_emitted_for_ever(qapp: object) -> None:
    class Emitter(QObject):
        told = Signal(bool)
        said = Signal(object)

    emitter, heard = Emitter(), []
    emitter.told.connect(heard.append)
    emitter.said.connect(heard.append)
    for _ in range(2_000):
        emitter.told.emit(True)
        emitter.said.emit(True)
    assert heard == [True] * 4_000
