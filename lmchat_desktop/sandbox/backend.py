"""The parts of one running sandbox, joined; every route is given this."""

from __future__ import annotations

from dataclasses import dataclass

from lmchat_desktop.sandbox.arrivals import Arrivals
from lmchat_desktop.sandbox.audit_signing import LogSigner
from lmchat_desktop.sandbox.clock import SandboxClock
from lmchat_desktop.sandbox.cursors import Cursors
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.errands import Errands
from lmchat_desktop.sandbox.export_files import ExportFiles
from lmchat_desktop.sandbox.identifiers import NumberedIds
from lmchat_desktop.sandbox.jobs import JobRunner
from lmchat_desktop.sandbox.limits import Limiter
from lmchat_desktop.sandbox.settings import Settings
from lmchat_desktop.sandbox.uow import Units


@dataclass(frozen=True, slots=True)
class Backend:
    """A running sandbox."""

    settings: Settings
    database: Database
    clock: SandboxClock
    cursors: Cursors
    request_ids: NumberedIds
    event_ids: NumberedIds
    message_ids: NumberedIds
    happening_ids: NumberedIds
    units: Units
    log: LogSigner
    limiter: Limiter
    jobs: JobRunner
    arrivals: Arrivals
    errands: Errands
    exports: ExportFiles
    notice: str | None

    def take_clock(self) -> None:
        """Let the clock show what was written down for it."""
        with self.database.read() as connection:
            self.clock.put_to(connection)
