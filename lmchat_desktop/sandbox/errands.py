"""What is done after commits, on a thread of its own: messages go out, and files whose row is
gone are removed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy import select

from lmchat_desktop.sandbox import outbox, tables
from lmchat_desktop.sandbox.database import Busy, Database, StorageFull
from lmchat_desktop.sandbox.delivery import Delivery, NotDelivered, id_in
from lmchat_desktop.sandbox.identifiers import NumberedIds

logger = logging.getLogger(__name__)

LOOK_S = 0.5
"""How often is looked for attempts that are due, while messages wait."""
IDLE_S = 30.0


class Files(Protocol):
    """Files that go with rows of a table."""

    def sweep(self, database: Database) -> None:
        """Remove those whose row is gone."""
        ...


class Errands:
    """Delivers the outbox, and sweeps files."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        delivery: Delivery,
        ids: NumberedIds,
        files: tuple[Files, ...] = (),
    ) -> None:
        self._database = database
        self._now = now
        self._delivery = delivery
        self._ids = ids
        self._files = files
        self._swept_at: datetime | None = None
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox-errands", daemon=True)

    def start(self) -> None:
        """Begin with what a crash has left."""
        self._thread.start()

    def wake(self) -> None:
        """Something was committed."""
        self._wake.set()

    def stop(self) -> None:
        """End after the present message; the others go out at the next start."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def deliver_due(self) -> bool:
        """Make the attempts that are due; whether messages wait for a later one."""
        while not self._stop.is_set():
            with self._database.read() as connection:
                rows = outbox.due(connection, self._now())
                if not rows:
                    return outbox.any_waiting(connection)
            for row in rows:
                failure = None
                try:
                    self._delivery.deliver(outbox.message_of(row, self._ids))
                except NotDelivered as trouble:
                    failure = str(trouble)
                    logger.warning("message not delivered: %s", failure)
                with self._database.write() as connection:
                    outbox.note_attempt(connection, row, self._now(), failure)
                if self._stop.is_set():
                    break
        return True

    def sweep(self) -> None:
        """Remove files of messages and of others whose row is gone."""
        for name in self._delivery.names():
            number = self._ids.number(id_in(name))
            with self._database.read() as connection:
                known = number is not None and connection.scalar(
                    select(tables.outbox.c.id).where(tables.outbox.c.id == number)
                )
            if not known:
                self._delivery.remove(name)
        for files in self._files:
            files.sweep(self._database)

    def _run(self) -> None:
        while not self._stop.is_set():
            waiting = True
            try:
                waiting = self.deliver_due()
                self._sweep_hourly()
            except (Busy, StorageFull, OSError) as error:
                logger.warning("errands put off: %s", type(error).__name__)
            self._wake.wait(LOOK_S if waiting else IDLE_S)
            self._wake.clear()

    def _sweep_hourly(self) -> None:
        now = self._now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        if self._swept_at != hour:
            self.sweep()
            self._swept_at = hour
