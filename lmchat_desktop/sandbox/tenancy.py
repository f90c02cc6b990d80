"""One sandbox a PostgreSQL database: a lock that the server takes back however the process ends."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

LOCK = 0x6C6D6374
"""The advisory lock that the one sandbox of a database holds."""

PATIENCE_MS = 2_000
"""How long the server may take to see that an earlier process is gone."""

LOCK_NOT_AVAILABLE = "55P03"


class Tenancy:
    """Holds a database on a connection of its own, which is idle otherwise.

    It is for the caller that one thread at a time uses it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._holder: Connection | None = None

    def hold(self) -> bool:
        """Take the database, or see that it is still held; False where another sandbox has it.

        Raises:
            DBAPIError: the server cannot be reached.
        """
        if self._holder is not None:
            try:
                self._holder.execute(text("SELECT 1"))
                return True
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                self.leave()
        self._holder = self._taken()
        return self._holder is not None

    def leave(self) -> None:
        """Let others have the database."""
        if self._holder is not None:
            self._holder.close()
            self._holder = None

    def _taken(self) -> Connection | None:
        holder = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            # Closed for good, so that no lock goes back to the pool.
            holder.detach()
            holder.execute(text(f"SET lock_timeout = {PATIENCE_MS}"))
            holder.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
        except DBAPIError as error:
            holder.close()
            if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                return None
            raise
        return holder
