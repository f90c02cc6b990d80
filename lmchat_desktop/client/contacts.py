"""Changes of an account's e-mail and telephone number, and recoveries of its people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.contacts import CodeConfirm, ContactChange, ContactChangeCreate
from lmchat_desktop.contract.recoveries import Recovery, RecoveryCreate, RecoveryEnd

if TYPE_CHECKING:
    import pydantic

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.domain.contact.recovery import RecoveryAct


def change_contact(
    api: ApiClient,
    account_id: str,
    wanted: ContactChangeCreate,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> ContactChange:
    """Have a code sent to a new address; nothing changes before it has come back."""
    return api.post(
        f"/v1/accounts/{segment(account_id)}/contact-changes",
        ContactChange,
        wanted,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def confirm_contact(
    api: ApiClient,
    account_id: str,
    change_id: str,
    code: CodeConfirm,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> ContactChange:
    """Let a new address count, by the code that came to it."""
    return api.post(
        f"/v1/accounts/{segment(account_id)}/contact-changes/{segment(change_id)}/confirm",
        ContactChange,
        code,
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
        f"/v1/accounts/{segment(account_id)}/recoveries",
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
    """Write down what was checked; somebody else approves it."""
    return api.post(
        f"/v1/accounts/{segment(account_id)}/recoveries",
        Recovery,
        wanted,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def act_on_recovery(
    api: ApiClient,
    account_id: str,
    recovery_id: str,
    act: RecoveryAct,
    body: RecoveryEnd | CodeConfirm | None = None,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Recovery:
    """Approve, refuse or withdraw a recovery, send its code, or complete it by the code."""
    told: pydantic.BaseModel | None = body
    return api.post(
        f"/v1/accounts/{segment(account_id)}/recoveries/{segment(recovery_id)}/{act.value}",
        Recovery,
        told,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )
