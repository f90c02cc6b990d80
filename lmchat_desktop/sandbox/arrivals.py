"""Traffic goes on arriving while the sandbox runs, up to the sandbox's time."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from sqlalchemy import Connection

from lmchat_desktop.contract.sandbox import TrafficOrder
from lmchat_desktop.sandbox import meta, upkeep, usage
from lmchat_desktop.sandbox.clock import SandboxClock, from_ms, to_ms
from lmchat_desktop.sandbox.database import Busy, Database, StorageFull
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.world.live import Arrived, Traffic

logger = logging.getLogger(__name__)

EVERY_S = 1.5
CHUNK = timedelta(hours=6)
"""So much of the past arrives in one transaction, so that others can write in between."""


class Arrivals:
    """Lets traffic arrive, on a thread of its own while the sandbox runs."""

    def __init__(self, database: Database, clock: SandboxClock, traffic: Traffic) -> None:
        self._database = database
        self._clock = clock
        self._traffic = traffic
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox-traffic", daemon=True)

    def start(self) -> None:
        """Let traffic arrive by itself."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present chunk."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def catch_up(self) -> None:
        """Let everything arrive up to the present.

        Raises:
            Busy, StorageFull: what was committed stays; the rest can be caught up later.
        """
        while not self._stop.is_set() and self._chunk():
            pass

    def late(self, connection: Connection, order: TrafficOrder) -> int:
        """Let requests of the past arrive in the given transaction; answers how many did.

        Raises:
            ValueError: they start later than what has arrived.
            LookupError: there is no such account, or it has no key that was usable then.
        """
        return self._took(connection, self._traffic.late(connection, order), self._clock.now())

    def _chunk(self) -> bool:
        with self._database.write() as connection:
            now = self._clock.now()
            position = from_ms(meta.read_int(connection, Meta.POSITION))
            until = min(now, position + CHUNK)
            if to_ms(until) > to_ms(position):
                self._took(connection, self._traffic.arrive_until(connection, until), until)
                meta.write(connection, Meta.POSITION, to_ms(until))
            upkeep.tidy(connection, until)
            return until < now

    def _took(self, connection: Connection, arrived: Arrived, now: datetime) -> int:
        usage.mark_dirty(connection, arrived.hours, arrived.accounts)
        upkeep.note_use(connection, arrived.hours, arrived.accounts, now)
        return arrived.count

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            try:
                self.catch_up()
            except (Busy, StorageFull) as error:
                logger.warning("traffic put off: %s", type(error).__name__)
            except Exception as error:
                # Nothing of the chunk was kept; `as_of` shows that traffic stands still.
                logger.error("traffic failed: %s", type(error).__name__)
