"""Finds accounts by what somebody knows of them, and remembers those of this window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.services.account_picture import holds_secret
from lmchat_desktop.services.accounts import SHORTEST_SEARCH, AccountService

if TYPE_CHECKING:
    from lmchat_desktop.contract.accounts import AccountSearch
    from lmchat_desktop.ui.shell.context import PageContext

MOST_RECENT = 6


class FinderModel(QObject):
    """What was searched for and what came of it.

    Attributes:
        text: what is searched for; empty for nothing.
        found: what came of it; None before it has.
        refused: the text has a key's secret in it, and was not sent.
        recent: ids and names of accounts that were opened in this window, the last one first.
        changed: any of these is another.
        arrived: a search has been answered.
        failed: the exception of a search that was not.
        recent_changed: other accounts are the recent ones.
    """

    changed = Signal()
    arrived = Signal()
    failed = Signal(object)
    recent_changed = Signal()

    def __init__(self, context: PageContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.text = ""
        self.found: AccountSearch | None = None
        self.refused = False
        self.recent: list[tuple[str, str]] = []

    @property
    def searching(self) -> bool:
        """Whether anything is searched for."""
        return len(self.text) >= SHORTEST_SEARCH or self.refused

    def search(self, text: str) -> None:
        """Ask the backend, unless the text is a secret or hardly anything."""
        self.refused = holds_secret(text)
        self.text = "" if self.refused else text
        if self.refused or not self.searching:
            self._context.tasks.cancel_key((self, "search"))
            self.found = None
            self.changed.emit()
            return
        self._context.tasks.run(
            AccountService(self._context.session.client).search,
            text,
            on_done=self._arrived,
            on_failed=self.failed.emit,
            key=(self, "search"),
            owner=self,
        )
        self.changed.emit()

    def remember(self, account_id: str, name: str) -> None:
        """An account was opened."""
        others = [one for one in self.recent if one[0] != account_id]
        self.recent = [(account_id, name), *others][:MOST_RECENT]
        self.recent_changed.emit()

    def _arrived(self, found: AccountSearch | None) -> None:
        self.found = found
        self.changed.emit()
        self.arrived.emit()
