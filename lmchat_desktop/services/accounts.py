"""What staff and owners do with an account: find it, suspend it, change how it is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client import accounts, contacts
from lmchat_desktop.client.errors import Invalid
from lmchat_desktop.contract.accounts import AccountReinstate, AccountSuspend
from lmchat_desktop.contract.contacts import ContactChangeCreate

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.accounts import AbuseReason, Account, AccountSearch
    from lmchat_desktop.contract.contacts import ContactChange
    from lmchat_desktop.domain.contact.addresses import ContactKind

SHORTEST_SEARCH = 2
"""Characters without which a backend does not search."""


class WrongCode(Exception):
    """The code is not the one that was sent.

    Attributes:
        change: as it stands now, with the tries that are left.
    """

    def __init__(self, change: ContactChange) -> None:
        super().__init__("wrong code")
        self.change = change


class AccountService:
    """Use cases on accounts.

    An act takes a key that names it. Whoever tries again after a lost answer gives the same key,
    and the act is done once.

    Args:
        api: the backend.
    """

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def search(self, text: str, cancel: CancelToken | None = None) -> AccountSearch | None:
        """Accounts by what somebody knows of them; None for a text too short to look for.

        Raises:
            ApiTrouble: the backend cannot be asked, or the text is a key's secret.
        """
        text = text.strip()
        if len(text) < SHORTEST_SEARCH:
            return None
        return accounts.search_accounts(self._api, text, cancel=cancel)

    def suspend(
        self,
        account_id: str,
        reason: AbuseReason,
        text: str,
        key: str,
        cancel: CancelToken | None = None,
    ) -> Account:
        """Serve an account no longer; its owners are told.

        Args:
            account_id: which account.
            reason: why, as its owners are told.
            text: why, for the audit log.
            key: names the act.
            cancel: ends the call early.

        Raises:
            ApiTrouble: it may have been done all the same.
        """
        why = AccountSuspend(reason=reason, text=text)
        return accounts.suspend_account(
            self._api, account_id, why, idempotency_key=key, cancel=cancel
        )

    def reinstate(
        self, account_id: str, text: str, key: str, cancel: CancelToken | None = None
    ) -> Account:
        """Serve a suspended account again; its owners are told.

        Raises:
            ApiTrouble: it may have been done all the same.
        """
        why = AccountReinstate(text=text)
        return accounts.reinstate_account(
            self._api, account_id, why, idempotency_key=key, cancel=cancel
        )

    def send_code(
        self,
        account_id: str | None,
        kind: ContactKind,
        value: str,
        key: str,
        cancel: CancelToken | None = None,
    ) -> ContactChange:
        """Have a code sent to a new address; nothing changes before it is confirmed.

        Args:
            account_id: of which account; None for one's own.
            kind: e-mail or telephone.
            value: the address, as it was written.
            key: names the act.
            cancel: ends the call early.

        Raises:
            ApiTrouble: `Invalid` where it is no address, `Limited` where too many codes were sent.
        """
        wanted = ContactChangeCreate(kind=kind, value=value)
        return contacts.ask_for_contact(
            self._api, account_id, wanted, idempotency_key=key, cancel=cancel
        )

    def confirm_code(
        self, change: ContactChange, code: str, key: str, cancel: CancelToken | None = None
    ) -> ContactChange:
        """Let a new address count.

        Raises:
            WrongCode: it is another code; the try counts.
            ApiTrouble: `Conflict` where the code has ended; it may have been done otherwise.
        """
        try:
            return contacts.confirm_contact(
                self._api, change, code, idempotency_key=key, cancel=cancel
            )
        except Invalid as trouble:
            if not any(error.pointer == "/code" for error in trouble.errors):
                raise
            left = max(0, change.tries_left - 1)
            raise WrongCode(change.model_copy(update={"tries_left": left})) from None
