"""Account & privacy, for owners and members: their own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.ui.pages.accounts.account_view import AccountView
from lmchat_desktop.ui.shell.context import Page, PageContext

if TYPE_CHECKING:
    from collections.abc import Mapping, Set


class OwnAccountPage(Page):
    """The account that is chosen in the top bar.

    Attributes:
        view: the account.
    """

    page_id: ClassVar[str] = "account"
    title: ClassVar[str] = "Account & privacy"
    icon: ClassVar[str] = "privacy"

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.view = AccountView(context, self, with_back=False)
        self._entered = False
        self._stale = True
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        context.scope.changed.connect(lambda _choice: self._choose())

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show the page."""
        self._entered = True
        if self._stale:
            self._choose()
        self._stale = False

    def leave(self) -> None:
        """Another page is shown; what sync brings waits until this one is again."""
        self._entered = False

    def refresh(self, changed_kinds: Set[str], changed_scopes: Set[str]) -> None:
        """Take in what sync brought, in place."""
        if self._entered:
            self.view.model.refresh(changed_kinds)
        else:
            self._stale = True

    def _choose(self) -> None:
        if not self.context.scope.current.is_service:
            self.view.show_account(self.context.scope.id)
