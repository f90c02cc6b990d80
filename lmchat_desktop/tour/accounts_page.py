"""What a story does on the pages of accounts, through their real controls and dialogs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar, cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lmchat_desktop.client.sandbox import outbox
from lmchat_desktop.tour.waiting import turns

if TYPE_CHECKING:
    from lmchat_desktop.tour.stage import Stage
    from lmchat_desktop.tour.visitor import Visitor
    from lmchat_desktop.ui.pages.accounts.account_dialog import AccountDialog
    from lmchat_desktop.ui.pages.accounts.account_view import AccountView
    from lmchat_desktop.ui.pages.accounts.own_view import OwnAccountPage
    from lmchat_desktop.ui.pages.accounts.view import AccountsPage

D = TypeVar("D", bound="AccountDialog")


class AccountsVisit:
    """A person on one of the pages of accounts.

    Attributes:
        visitor: the person.
    """

    def __init__(self, visitor: Visitor, page_id: str) -> None:
        self.visitor = visitor
        visitor.go(page_id)
        self._page = visitor.workspace.page(page_id)

    @property
    def page(self) -> AccountsPage:
        """The page of staff."""
        return cast("AccountsPage", self._page)

    @property
    def view(self) -> AccountView:
        """The account that is shown."""
        return cast("AccountsPage | OwnAccountPage", self._page).view

    def filled(self) -> None:
        """Wait until an account is shown."""
        self.visitor.until(lambda: self.view.model.picture is not None, "the account")
        self.visitor.settled()

    def find(self, text: str) -> None:
        """Type into the search, and wait for what is found."""
        finder = self.page.finder
        finder.search.setFocus()
        finder.search.clear()
        QTest.keyClicks(finder.search, text)
        self.visitor.until(
            lambda: finder.model.text == text and finder.model.found is not None, "the search"
        )
        self.visitor.settled()

    def open_first(self) -> None:
        """Open what was found first, with Enter."""
        QTest.keyClick(self.page.finder.search, Qt.Key.Key_Return)
        self.filled()

    def part(self, part: str) -> None:
        """Choose a part of the account."""
        self.view.show_part(part)
        self.visitor.settled()

    def dialog(self, kind: type[D]) -> D:
        """Wait for a dialog."""

        def found() -> D | None:
            dialog = self.view.findChild(kind)
            return dialog if dialog is not None and dialog.isVisible() else None

        self.visitor.until(lambda: found() is not None, kind.__name__)
        self.visitor.settled()
        return cast("D", found())

    def type(self, dialog: AccountDialog, name: str, text: str) -> None:
        """Type into a field of a dialog."""
        field: Any = dialog.findChild(object, name)
        field.setFocus()
        field.clear()
        QTest.keyClicks(field, text)
        turns()

    def send(self, dialog: AccountDialog) -> None:
        """Have a dialog's act done, and wait until it has closed."""
        kind = type(dialog)
        if not dialog.confirm.isEnabled():
            raise LookupError(f"it cannot be done: {dialog.confirm.toolTip()}")
        dialog.confirm.click()
        self.visitor.until(lambda: self.view.findChild(kind) is None, f"the end of {kind.__name__}")
        self.visitor.settled()

    def code_to(self, stage: Stage, address: str) -> str:
        """The newest code that was sent to an address."""
        api = self.visitor.session.client
        page = stage.aside(lambda: outbox(api, to=address, limit=1), "the outbox")
        found = re.search(r"\b[0-9]{6}\b", page.data[0].body)
        if found is None:
            raise LookupError("no code was sent")
        return found.group()
