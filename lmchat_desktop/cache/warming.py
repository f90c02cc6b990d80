"""Makes the roll-ups that no question has asked for yet, so that the first one need not wait.

It works on the cache's own background thread, a day at a time, each stored in a write of its own:
no page waits for it, a sync waits for one day at most, and closing the cache ends it.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from lmchat_desktop.cache import rolluprows, slicerows
from lmchat_desktop.cache.blocks import BlockMemory
from lmchat_desktop.cache.trouble import CacheClosed

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from lmchat_desktop.cache.reading import Unit
    from lmchat_desktop.cache.rolluprows import Rolled
    from lmchat_desktop.cache.store import Cache

    Missing = Callable[[Connection, str, ZoneInfo], list[Unit]]
    Make = Callable[[Connection, str, Unit, BlockMemory], Rolled]

log = logging.getLogger(__name__)

PASSING_BYTES = 16 * 2**20


class Warming:
    """One scope and zone at a time: another question's takes the place of the last one's.

    Args:
        cache: where roll-ups are stored.
        missing: tells the days without roll-ups, the oldest first.
        make: makes a day's roll-ups; decoded slices may be kept in the memory that it is given.
    """

    def __init__(self, cache: Cache, missing: Missing, make: Make) -> None:
        self._cache = cache
        self._missing = missing
        self._make = make
        self._turn = threading.Lock()
        self._asked: tuple[str, str] | None = None
        self._run: object = None

    def go_on(self, scope: str, zone: ZoneInfo, *, anew: bool) -> None:
        """See to it that the roll-ups of a scope and zone are made.

        Args:
            scope: whose usage.
            zone: whose days.
            anew: look again, also where this scope and zone were seen to last.
        """
        with self._turn:
            if self._asked == (scope, zone.key) and not anew:
                return
            self._asked = (scope, zone.key)
            run = self._run = object()
        memory = BlockMemory(PASSING_BYTES)

        def look(connection: Connection) -> None:
            days = self._missing(connection, scope, zone)
            if days:
                self._later(lambda connection: step(connection, days))

        def step(connection: Connection, days: list[Unit]) -> None:
            if self._run is not run:
                return
            unit = days.pop()
            if unit.stands(slicerows.etags(connection, scope)):
                rolled = self._make(connection, scope, unit, memory)
                rolluprows.store(connection, scope, zone.key, rolled.worth_storing())
            if days:
                self._later(lambda connection: step(connection, days))

        self._later(look)

    def _later(self, work: Callable[[Connection], None]) -> None:
        try:
            self._cache.write_later(work).add_done_callback(note_failure)
        except CacheClosed:
            log.debug("roll-ups were not made, the cache is closed")


def note_failure(done: Future[None]) -> None:
    """Log that roll-ups could not be stored; they are made again when they are asked for."""
    if not done.cancelled() and (error := done.exception()) is not None:
        log.warning("roll-ups were not stored: %s", getattr(error, "code", type(error).__name__))
