"""How much one caller may ask: a token bucket each."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from lmchat_desktop.sandbox.settings import RateLimit

_MANY = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a caller's bucket after a call.

    Attributes:
        granted: whether the call may go on.
        limit: calls that a full bucket allows at once.
        remaining: calls that are left now.
        reset_s: seconds until the bucket is full again.
        retry_after_s: seconds until the next call is granted; 0 where one is left.
    """

    granted: bool
    limit: int
    remaining: int
    reset_s: int
    retry_after_s: int

    def headers(self) -> dict[str, str]:
        """As `RateLimit-*`, and `Retry-After` on a refusal."""
        headers = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_s),
        }
        if not self.granted:
            headers["Retry-After"] = str(self.retry_after_s)
        return headers


class Limiter:
    """Buckets by caller. Real time counts, not the sandbox's clock."""

    def __init__(self, limit: RateLimit, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, caller: str) -> Allowance:
        """Count one call of the caller."""
        burst, rate = self._limit.burst, self._limit.per_second
        with self._lock:
            now = self._clock()
            if len(self._buckets) > _MANY:
                self._drop_full(now)
            level, at = self._buckets.get(caller, (float(burst), now))
            level = min(float(burst), level + (now - at) * rate)
            granted = level >= 1.0
            if granted:
                level -= 1.0
            self._buckets[caller] = (level, now)
        return Allowance(
            granted=granted,
            limit=burst,
            remaining=int(level),
            reset_s=math.ceil((burst - level) / rate),
            retry_after_s=0 if level >= 1.0 else max(1, math.ceil((1.0 - level) / rate)),
        )

    def _drop_full(self, now: float) -> None:
        burst, rate = self._limit.burst, self._limit.per_second
        self._buckets = {
            caller: (level, at)
            for caller, (level, at) in self._buckets.items()
            if level + (now - at) * rate < burst
        }
