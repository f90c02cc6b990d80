"""The account that is shown: read from the cache, and read again when sync changed it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.services.account_acts import AccountActs
from lmchat_desktop.services.account_picture import read_account
from lmchat_desktop.ui.pages.acting.act_words import offline

if TYPE_CHECKING:
    from collections.abc import Set

    from lmchat_desktop.contract.accounts import Account
    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.services.account_picture import AccountPicture
    from lmchat_desktop.ui.shell.context import PageContext

KINDS = frozenset({"account", "member", "invitation", "key", "plan"})


class AccountModel(QObject):
    """One account at a time.

    Attributes:
        account_id: which one; empty for none.
        picture: what is known of it; None before it is, or where it has gone.
        picture_changed: there is another.
        chosen: another account was chosen; the picture follows.
        rights_changed: the connection has come or gone.
        failed: the exception of what could not be read.
    """

    picture_changed = Signal()
    chosen = Signal()
    rights_changed = Signal()
    failed = Signal(object)

    def __init__(self, context: PageContext, parent: QObject) -> None:
        super().__init__(parent)
        self.context = context
        self.account_id = ""
        self.picture: AccountPicture | None = None
        self._offline = offline(context)
        context.connection.changed.connect(lambda _state: self._connection_told())

    @property
    def me(self) -> Me:
        """Who is signed in."""
        return self.context.session.me

    @property
    def acts(self) -> AccountActs:
        """The acts on this account."""
        return AccountActs(self.context.session.client, self.account_id)

    def why_offline(self) -> str:
        """That nothing can be changed now without a connection; empty where it can."""
        return offline(self.context)

    def choose(self, account_id: str) -> None:
        """Show another account."""
        if account_id != self.account_id:
            self.account_id, self.picture = account_id, None
            self.chosen.emit()
        self.load()

    def load(self) -> None:
        """Read the cache."""
        if self.account_id:
            self.context.tasks.run(
                read_account,
                self.context.session,
                self.account_id,
                on_done=self._arrived,
                on_failed=self.failed.emit,
                key=(self, "account"),
                owner=self,
            )

    def refresh(self, changed_kinds: Set[str]) -> None:
        """Take in what sync brought."""
        if changed_kinds & KINDS:
            self.load()

    def take_changed(self, account: Account) -> None:
        """An act has answered the account as it stands now: no need to wait for sync."""
        if self.picture is not None and account.id == self.account_id:
            self.picture = replace(self.picture, account=account)
            self.picture_changed.emit()

    def _arrived(self, picture: AccountPicture | None) -> None:
        self.picture = picture
        self.picture_changed.emit()

    def _connection_told(self) -> None:
        before, self._offline = self._offline, offline(self.context)
        if before != self._offline:
            self.rights_changed.emit()
