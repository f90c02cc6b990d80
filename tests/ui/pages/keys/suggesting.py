"""Suggestions in memory, in pages, whose answers can be held, lost or refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.keys import KeySuggestion, SuggestionCounts, SuggestionKind

PAGE = 100


def suggestion(kind: SuggestionKind, number: int, now: datetime) -> KeySuggestion:
    """A key that should be looked at."""
    foreign = kind is SuggestionKind.FOREIGN_ADDRESS
    return KeySuggestion(
        id=f"{kind.value}/key_{number:04d}",
        kind=kind,
        key_id=f"key_{number:04d}",
        account_id="acct_robotics",
        name=f"service {number}",
        hint=f"sk-lmc-{number:04d}…{number:04d}",
        since=None if kind is SuggestionKind.EXPIRING else now - timedelta(days=number + 1),
        address=f"198.51.100.{number % 250}" if foreign else None,
        count=number + 1 if foreign else None,
    )


class MemorySuggestions:
    """Suggestions of some kinds.

    Attributes:
        items: all of them by kind.
        trouble: raised by the next questions, one each.
        asked: kind and cursor of each page that was asked for.
        gate: while cleared, questions wait.
    """

    def __init__(self, now: datetime, **counts: int) -> None:
        self.now = now
        self.items = {
            kind: [
                suggestion(kind, number, now) for number in range(counts.get(kind.name.lower(), 0))
            ]
            for kind in SuggestionKind
        }
        self.trouble: list[Exception] = []
        self.asked: list[tuple[SuggestionKind, str | None]] = []
        self.gate = threading.Event()
        self.gate.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Questions wait for the end of this."""
        self.gate.clear()
        try:
            yield
        finally:
            self.gate.set()

    def load(
        self, kind: SuggestionKind, cursor: str | None, cancel: CancelToken
    ) -> Page[KeySuggestion]:
        self.asked.append((kind, cursor))
        self._wait(cancel)
        start = int(cursor or 0)
        items = self.items[kind]
        more = start + PAGE < len(items)
        return Page[KeySuggestion](
            data=items[start : start + PAGE],
            has_more=more,
            next_cursor=str(start + PAGE) if more else None,
        )

    def count(self, cancel: CancelToken) -> SuggestionCounts:
        self._wait(cancel)
        counts = {kind: len(items) for kind, items in self.items.items()}
        return SuggestionCounts(as_of=self.now, counts=counts)

    def _wait(self, cancel: CancelToken) -> None:
        while not self.gate.wait(0.01):
            cancel.raise_if_cancelled()
        if self.trouble:
            raise self.trouble.pop(0)
