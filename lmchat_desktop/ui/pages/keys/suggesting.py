"""The part of the page with the keys that are worth a look, joined to the toolbar and dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.ui.pages.keys.model import read_key
from lmchat_desktop.ui.pages.keys.suggestions_model import SuggestionsModel
from lmchat_desktop.ui.pages.keys.suggestions_panel import SuggestionsPanel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.keys import ApiKey
    from lmchat_desktop.ui.pages.keys.chosen_keys import ChosenKey
    from lmchat_desktop.ui.pages.keys.dialogs import KeyDialogs
    from lmchat_desktop.ui.shell.context import PageContext


class Suggesting(QObject):
    """Shows suggestions and does what a person chooses to do about them.

    Attributes:
        model: the suggestions.
        panel: shows them.
        open_asked: the id of a key to be shown among the others.
        counted: how many suggestions there are; None where that is not known.
        key_missed: the exception of a key that could not be read.
    """

    open_asked = Signal(str)
    counted = Signal(object)
    key_missed = Signal(object)

    def __init__(
        self,
        context: PageContext,
        dialogs: KeyDialogs,
        account_id: Callable[[], str | None],
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._context = context
        self._dialogs = dialogs
        acts = context.session.keys
        self.model = SuggestionsModel(
            lambda kind, cursor, cancel: acts.suggestions(account_id(), kind, cursor, cancel),
            lambda cancel: acts.suggestion_counts(account_id(), cancel),
            context.tasks,
            self,
        )
        self.panel = SuggestionsPanel(self.model, context, page)
        self.panel.open_requested.connect(self.open_asked)
        self.panel.revoke_requested.connect(self._revoke)
        self.panel.expire_requested.connect(self._expire)
        self.model.counted.connect(self._tell_count)

    def _revoke(self, keys: Sequence[ChosenKey]) -> None:
        if len(keys) == 1:
            self._read_and_ask(keys[0].id, self._dialogs.revoke)
        else:
            self._dialogs.act_on_many("revoke", keys)

    def _expire(self, keys: Sequence[ChosenKey]) -> None:
        if len(keys) == 1:
            self._read_and_ask(keys[0].id, self._dialogs.edit)
        else:
            self._dialogs.act_on_many("expire", keys)

    def _read_and_ask(self, key_id: str, ask: Callable[[ApiKey], object]) -> None:
        """A suggestion knows a key by its name alone: read it, and ask."""
        self._context.tasks.run(
            read_key,
            self._context.session,
            key_id,
            on_done=lambda looked_at: ask(looked_at.key),
            on_failed=self.key_missed.emit,
            key=(self, "ask"),
            owner=self,
        )

    def _tell_count(self) -> None:
        counts = self.model.counts
        self.counted.emit(None if counts is None else sum(counts.values()))
