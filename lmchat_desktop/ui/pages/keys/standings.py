"""Where the keys that are looked at stand: asked of the backend for those rows and no others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lmchat_desktop.client.errors import ApiTrouble
from lmchat_desktop.contract.keys import MAX_STANDINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.keys import KeyStanding, KeyStandings
    from lmchat_desktop.ui.tasks.runner import TaskRunner

ASKED_AFTER_MS = 120
"""Rows that are only scrolled past are not asked for."""
FRESH_FOR = timedelta(minutes=1)
MOST_KEPT = 5_000


class StandingsFollower(QObject):
    """Knows the standings of the keys that were looked at lately.

    Attributes:
        arrived: standings have come; emitted with the ids of their keys.
    """

    arrived = Signal(object)

    def __init__(
        self,
        ask: Callable[[Sequence[str], CancelToken], KeyStandings],
        tasks: TaskRunner,
        now: Callable[[], datetime],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._ask = ask
        self._tasks = tasks
        self._now = now
        self._known: dict[str, tuple[datetime, KeyStanding | None]] = {}
        self._wanted: list[str] = []
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(ASKED_AFTER_MS)
        self._later.timeout.connect(self._begin)

    def of(self, key_id: str) -> KeyStanding | None:
        """What is known of a key; None where nothing is."""
        known = self._known.get(key_id)
        return known[1] if known is not None else None

    def look_at(self, keys: Iterable[str]) -> None:
        """These keys are looked at now, in place of those before."""
        self._wanted = list(keys)
        self._later.start()

    def forget(self) -> None:
        """What is known may be another now."""
        self._known = {key: (at - FRESH_FOR, told) for key, (at, told) in self._known.items()}
        if self._wanted:
            self._later.start()

    def _begin(self) -> None:
        now = self._now()
        missing = [
            key
            for key in self._wanted
            if key not in self._known or now - self._known[key][0] >= FRESH_FOR
        ][:MAX_STANDINGS]
        if missing:
            self._tasks.run(
                self._asked,
                tuple(missing),
                on_done=self._take,
                key=(self, "standings"),
                owner=self,
            )

    def _asked(
        self, keys: tuple[str, ...], cancel: CancelToken
    ) -> tuple[tuple[str, ...], KeyStandings | None]:
        try:
            return keys, self._ask(keys, cancel)
        except ApiTrouble as trouble:
            if not trouble.transient:
                raise
            # The rows say that nothing is known; the connection's state is told elsewhere.
            return keys, None

    def _take(self, told: tuple[tuple[str, ...], KeyStandings | None]) -> None:
        keys, standings = told
        if standings is None:
            return
        at = self._now()
        found = {standing.key_id: standing for standing in standings.data}
        for key in keys:
            self._known.pop(key, None)
            self._known[key] = (at, found.get(key))
        while len(self._known) > MOST_KEPT:
            self._known.pop(next(iter(self._known)))
        self.arrived.emit(frozenset(keys))
        # A window can show more rows than one question may name.
        self._begin()
