"""Accounts, for staff: one is found, and then looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QStackedLayout, QWidget

from lmchat_desktop.ui.pages.accounts.account_view import AccountView
from lmchat_desktop.ui.pages.accounts.finder import Finder
from lmchat_desktop.ui.shell.context import Page, PageContext

if TYPE_CHECKING:
    from collections.abc import Mapping, Set


class AccountsPage(Page):
    """All accounts, and one of them.

    Attributes:
        finder: the search and the table.
        view: the account that was opened.
    """

    page_id: ClassVar[str] = "accounts"
    title: ClassVar[str] = "Accounts"
    icon: ClassVar[str] = "accounts"

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.finder = Finder(context, self)
        self.view = AccountView(context, self, with_back=True)
        self._entered = False
        self._stale = True
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.finder)
        self._stack.addWidget(self.view)
        self.finder.opened.connect(self.open_account)
        self.view.header.back.clicked.connect(self.close_account)
        self.view.model.picture_changed.connect(self._remember)

    @property
    def account_shown(self) -> bool:
        """Whether one account is shown."""
        return self._stack.currentWidget() is self.view

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show the page; `account_id` opens an account, `search` looks for one."""
        self._entered = True
        if self._stale:
            self.finder.load()
            self.view.model.load()
        self._stale = False
        if "search" in arguments:
            self.close_account()
            self.finder.search.setText(arguments["search"])
        if "account_id" in arguments:
            self.open_account(arguments["account_id"])

    def leave(self) -> None:
        """Another page is shown; what sync brings waits until this one is again."""
        self._entered = False

    def refresh(self, changed_kinds: Set[str], changed_scopes: Set[str]) -> None:
        """Take in what sync brought, in place."""
        if not self._entered:
            self._stale = True
            return
        if changed_kinds & {"account", "plan"}:
            self.finder.refresh()
        self.view.model.refresh(changed_kinds)

    def open_account(self, account_id: str) -> None:
        """Show an account."""
        self.view.show_account(account_id)
        self._stack.setCurrentWidget(self.view)

    def close_account(self) -> None:
        """Show the search again, as it was left."""
        self._stack.setCurrentWidget(self.finder)
        self.finder.search.setFocus()

    def _remember(self) -> None:
        picture = self.view.model.picture
        if picture is not None:
            self.finder.model.remember(picture.account.id, picture.account.name)
