"""Changes an account's name and country, and tells where somebody else did meanwhile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lmchat_desktop.client.errors import Stale
from lmchat_desktop.contract.accounts import AccountUpdate
from lmchat_desktop.ui.pages.accounts.account_dialog import AccountDialog
from lmchat_desktop.ui.pages.accounts.words import tr
from lmchat_desktop.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.accounts import Account
    from lmchat_desktop.ui.pages.accounts.model import AccountModel

COUNTRY = re.compile("[A-Z]{2}")


class EditDialog(AccountDialog):
    """Asks for another name or country.

    Attributes:
        name, country: the fields.
        conflict: what somebody else changed meanwhile.
    """

    def __init__(self, model: AccountModel, account: Account, parent: QWidget | None) -> None:
        super().__init__(
            tr("Edit the account"), model, parent, act=tr("Save"), acting=tr("Saving…")
        )
        self.setObjectName("edit-account-dialog")
        self._seen = account
        self.conflict = Banner("warn", "", self._inner)
        self.conflict.setObjectName("account-conflict")
        self.conflict.hide()
        self.content.addWidget(self.conflict)
        self.name = self.add_line("account-name", tr("Name"), account.name)
        self.country = self.add_line(
            "account-country",
            tr("Country, as two letters (ISO 3166); empty where it is not known"),
            account.country or "",
            longest=2,
        )
        self.add_content(
            tr("The country decides legal deadlines; without one the strictest hold."),
            role="label",
            tone="muted",
        )
        self.check()

    def missing(self) -> str:
        if not self.name.text().strip():
            return tr("A name is missing.")
        country = self._country()
        if country is not None and COUNTRY.fullmatch(country) is None:
            return tr("A country has two letters, such as DE.")
        return "" if self._change().model_fields_set else tr("Nothing is changed yet.")

    def begin(self) -> None:
        words = tr("The account is changed.")
        self.do(words, self.acts.update, self._change(), self._seen.etag)

    def _country(self) -> str | None:
        return self.country.text().strip().upper() or None

    def _change(self) -> AccountUpdate:
        changed: dict[str, str | None] = {}
        if self.name.text().strip() != self._seen.name:
            changed["name"] = self.name.text().strip()
        if self._country() != self._seen.country:
            changed["country"] = self._country()
        # What cannot be a country is told by `missing`, and is not sent.
        return AccountUpdate.model_construct(_fields_set=set(changed), **changed)

    def _not_done(self, error: BaseException) -> None:
        if not isinstance(error, Stale):
            super()._not_done(error)
            return
        self._task = None
        self.run(self.acts.get, on_done=self._compare)

    def _compare(self, now: Account) -> None:
        """Say what is there now; saving again then replaces that."""
        before, self._seen = self._seen, now
        if (now.name, now.country) == (self.name.text().strip(), self._country()):
            self.accept()
            self.act_done.emit(tr("The account is changed."), now)
            return
        told = tr("Now it is called “{name}”, country {country}. Saving replaces that by yours.")
        told = told.replace("{country}", now.country or tr("unknown"))
        self.conflict.set_message(
            "warn",
            tr("Somebody else changed the account while you were editing."),
            detail=told.replace("{name}", now.name),
        )
        for field, old, new in (
            (self.name, before.name, now.name),
            (self.country, before.country or "", now.country or ""),
        ):
            if field.text() == old:
                field.setText(new)
        self.conflict.show()
        self.check()
        self.refit()
