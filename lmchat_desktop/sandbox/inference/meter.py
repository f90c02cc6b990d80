"""What is left of a key's limits of a minute, as headers say it. Nothing is refused by these."""

from __future__ import annotations

import threading
from datetime import datetime

from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.inference.gate import Visitor

_MINUTE_MS = 60_000


class Meter:
    """Counts each key's requests and tokens of the present minute; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: dict[int, tuple[int, int]] = {}

    def take(self, visitor: Visitor, tokens: int, now: datetime) -> dict[str, str]:
        """Count a request; answers the headers that tell what is left."""
        now_ms = to_ms(now)
        with self._lock:
            if now_ms // _MINUTE_MS != self._minute:
                self._minute = now_ms // _MINUTE_MS
                self._counts.clear()
            requests, spent = self._counts.get(visitor.key.number, (0, 0))
            requests, spent = requests + 1, spent + tokens
            self._counts[visitor.key.number] = requests, spent
        reset = f"{-(-(_MINUTE_MS - now_ms % _MINUTE_MS) // 1000)}s"
        headers: dict[str, str] = {}
        for name, limit, used in (
            ("requests", visitor.key.requests_per_minute or visitor.key.plan_per_minute, requests),
            ("tokens", visitor.key.tokens_per_minute, spent),
        ):
            if limit is not None:
                headers[f"x-ratelimit-limit-{name}"] = str(limit)
                headers[f"x-ratelimit-remaining-{name}"] = str(max(0, limit - used))
                headers[f"x-ratelimit-reset-{name}"] = reset
        return headers
