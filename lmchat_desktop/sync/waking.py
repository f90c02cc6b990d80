"""Notices that the machine was asleep, so that sync need not sit out a wait from before."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lmchat_desktop.domain.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_S = 2.0
"""How soon a waking is noticed, at the latest, in seconds."""
SLEPT_S = 10.0
"""A shorter sleep changes nothing that a wait of a minute at most would not get over."""


def slept_s() -> float:
    """Seconds that this machine has slept since it started.

    Nobody who sets a clock changes it. Where the system's waits go on in sleep, as on Windows, it
    stands still: a wait is then over at the waking anyway.
    """
    return SystemClock().running_s() - time.monotonic()


class WakeWatch:
    """Tells each time, once, that the machine was asleep.

    Args:
        slept: seconds that the machine has slept in all, unless a test has another.
    """

    def __init__(self, slept: Callable[[], float] = slept_s) -> None:
        self._slept = slept
        self._known_s = slept()

    def woke(self) -> bool:
        """Whether the machine has slept for a while since this was last asked."""
        now_s = self._slept()
        asleep_s, self._known_s = now_s - self._known_s, now_s
        return asleep_s > SLEPT_S
