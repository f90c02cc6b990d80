"""Changes of e-mail and telephone number, and the way back in for who has lost both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.contacts import CodeConfirm, ContactChange, ContactChangeCreate
from lmchat_desktop.contract.recoveries import Recovery, RecoveryCreate, RecoveryEnd

if TYPE_CHECKING:
    from pydantic import BaseModel

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def list_contact_changes(
    api: ApiClient,
    account_id: str,
    *,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[ContactChange]:
    """A page of an account's changes, newest first."""
    return api.get(
        f"{_of(account_id)}/contact-changes",
        Page[ContactChange],
        params={"cursor": cursor, "limit": limit},
        cancel=cancel,
    )


def ask_for_contact(
    api: ApiClient,
    account_id: str | None,
    wanted: ContactChangeCreate,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> ContactChange:
    """Have a code sent to a new address of an account, or of one's own (None)."""
    return api.post(
        f"{_of(account_id)}/contact-changes",
        ContactChange,
        wanted,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def confirm_contact(
    api: ApiClient,
    change: ContactChange,
    code: str,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> ContactChange:
    """Let the new address count; `Invalid` for a wrong code, which counts as a try."""
    return api.post(
        f"{_of(change.account_id)}/contact-changes/{segment(change.id)}/confirm",
        ContactChange,
        CodeConfirm(code=code),
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def list_recoveries(
    api: ApiClient,
    account_id: str,
    *,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[Recovery]:
    """A page of the recoveries of an account's people, newest first."""
    return api.get(
        f"{_of(account_id)}/recoveries",
        Page[Recovery],
        params={"cursor": cursor, "limit": limit},
        cancel=cancel,
    )


def prepare_recovery(
    api: ApiClient,
    account_id: str,
    wanted: RecoveryCreate,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Recovery:
    """Write down how somebody proved who they are."""
    return api.post(
        f"{_of(account_id)}/recoveries",
        Recovery,
        wanted,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def approve_recovery(
    api: ApiClient,
    recovery: Recovery,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Recovery:
    """Approve a recovery that somebody else prepared."""
    return _done(api, recovery, "approve", None, idempotency_key, cancel)


def refuse_recovery(
    api: ApiClient,
    recovery: Recovery,
    reason: str,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Recovery:
    """Refuse a recovery that somebody else prepared."""
    return _done(api, recovery, "refuse", RecoveryEnd(reason=reason), idempotency_key, cancel)


def withdraw_recovery(
    api: ApiClient,
    recovery: Recovery,
    reason: str,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Recovery:
    """End a recovery before it has an effect."""
    return _done(api, recovery, "withdraw", RecoveryEnd(reason=reason), idempotency_key, cancel)


def send_recovery_code(
    api: ApiClient,
    recovery: Recovery,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Recovery:
    """Have a code sent to the new address, from `effective_at` on."""
    return _done(api, recovery, "send-code", None, idempotency_key, cancel)


def complete_recovery(
    api: ApiClient,
    recovery: Recovery,
    code: str,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Recovery:
    """Let the new address count; `Invalid` for a wrong code, which counts as a try."""
    return _done(api, recovery, "complete", CodeConfirm(code=code), idempotency_key, cancel)


def _done(
    api: ApiClient,
    recovery: Recovery,
    act: str,
    body: BaseModel | None,
    idempotency_key: str | None,
    cancel: CancelToken | None,
) -> Recovery:
    return api.post(
        f"{_of(recovery.account_id)}/recoveries/{segment(recovery.id)}/{act}",
        Recovery,
        body,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def _of(account_id: str | None) -> str:
    return "/v1/me" if account_id is None else f"/v1/accounts/{segment(account_id)}"
