"""Counts the roles that wait for this person's decision, from the cache, for the rail's badge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lmchat_desktop.services.operators import count_to_decide

if TYPE_CHECKING:
    from lmchat_desktop.sync.states import SyncState
    from lmchat_desktop.ui.shell.context import PageContext

PAGE = "operators"
KINDS = frozenset({"grant", "operator"})


class GrantWatch(QObject):
    """Reads the cache at the first word of the sync loop, and after what it counts has changed.

    Args:
        context: its `attention` is fed.
    """

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.attention)
        self._context = context
        self._begun = False
        context.connection.changed.connect(self._state_told)

    def _state_told(self, state: SyncState) -> None:
        if self._begun and not state.outcome.changed_kinds & KINDS:
            return
        self._begun = True
        session = self._context.session
        self._context.tasks.run(
            count_to_decide,
            session.entities,
            session.me.person.id,
            on_done=self._take,
            key=(self, "waiting"),
            owner=self,
        )

    def _take(self, count: int) -> None:
        self._context.attention.put(PAGE, count)
