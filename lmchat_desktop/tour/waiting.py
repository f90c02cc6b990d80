"""Waits on conditions while the interface goes on, bounded in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

POLL_MS = 15


class NotInTime(Exception):
    """A condition was not met in time."""


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float) -> None:
    """Let the interface go on until the condition holds.

    Raises:
        NotInTime: it did not within `timeout_s` seconds.
    """
    if condition():
        return
    loop = QEventLoop()
    deadline = QDeadlineTimer(round(timeout_s * 1000))
    timer = QTimer()
    timer.setInterval(POLL_MS)

    trouble: list[Exception] = []
    # Held once is enough: more may have begun by the time that the loop has ended.
    held = False

    def look() -> None:
        nonlocal held
        try:
            held = condition()
        except Exception as error:
            trouble.append(error)
        if held or trouble or deadline.hasExpired():
            timer.stop()
            loop.quit()

    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    if trouble:
        raise trouble[0]
    if not held:
        raise NotInTime(f"{what}: not within {timeout_s:g} s")


def turns(count: int = 3) -> None:
    """Let the interface handle what is pending, and what follows from it, a few times."""
    for _ in range(count):
        loop = QEventLoop()
        QTimer.singleShot(0, loop.quit)
        loop.exec()
