"""What is kept about an account: its policy, events, operators' notes, exports of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.account_events import AccountEvent, EventKind
from lmchat_desktop.contract.base import ZIP_ARCHIVE, Page
from lmchat_desktop.contract.exports import AccountExport
from lmchat_desktop.contract.jobs import Job
from lmchat_desktop.contract.notes import AccountNote, NoteCreate
from lmchat_desktop.contract.policies import AccountPolicy, Recipient

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lmchat_desktop.client.answers import OnBytes
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def get_policy(
    api: ApiClient, account_id: str, *, cancel: CancelToken | None = None
) -> AccountPolicy:
    """What is kept of an account, and for how long."""
    return api.get(f"{_of(account_id)}/policy", AccountPolicy, cancel=cancel)


def list_recipients(
    api: ApiClient,
    account_id: str,
    *,
    cursor: str | None = None,
    limit: int = 1000,
    cancel: CancelToken | None = None,
) -> Page[Recipient]:
    """A page of the processors that an account's data goes to, by their ids."""
    return api.get(
        f"{_of(account_id)}/recipients",
        Page[Recipient],
        params={"cursor": cursor, "limit": limit},
        cancel=cancel,
    )


def list_events(
    api: ApiClient,
    account_id: str,
    *,
    kinds: Collection[EventKind] = (),
    start: datetime | None = None,
    end: datetime | None = None,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[AccountEvent]:
    """A page of what happened in an account, newest first: of some kinds, or of all."""
    return api.get(
        f"{_of(account_id)}/events",
        Page[AccountEvent],
        params={
            "kind": sorted(kind.value for kind in kinds),
            "start": start,
            "end": end,
            "cursor": cursor,
            "limit": limit,
        },
        cancel=cancel,
    )


def list_notes(
    api: ApiClient,
    account_id: str,
    *,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[AccountNote]:
    """A page of operators' notes, newest first."""
    return api.get(
        f"{_of(account_id)}/notes",
        Page[AccountNote],
        params={"cursor": cursor, "limit": limit},
        cancel=cancel,
    )


def create_note(
    api: ApiClient,
    account_id: str,
    text: str,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> AccountNote:
    """Write a note."""
    return api.post(
        f"{_of(account_id)}/notes",
        AccountNote,
        NoteCreate(text=text),
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def strike_note(
    api: ApiClient,
    note: AccountNote,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> AccountNote:
    """Strike a note of one's own."""
    return api.post(
        f"{_of(note.account_id)}/notes/{segment(note.id)}/strike",
        AccountNote,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def list_exports(
    api: ApiClient,
    account_id: str,
    *,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[AccountExport]:
    """A page of the exports of an account, newest first."""
    return api.get(
        f"{_of(account_id)}/exports",
        Page[AccountExport],
        params={"cursor": cursor, "limit": limit},
        cancel=cancel,
    )


def start_export(
    api: ApiClient,
    account_id: str,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Job:
    """Begin an export of everything; its result has `export_id`."""
    return api.post(
        f"{_of(account_id)}/exports", Job, idempotency_key=idempotency_key, cancel=cancel
    )


def fetch_export(
    api: ApiClient,
    account_id: str,
    export_id: str,
    target: BinaryIO,
    *,
    cancel: CancelToken | None = None,
    on_bytes: OnBytes | None = None,
) -> None:
    """Write an export's archive into a file."""
    api.save(
        f"{_of(account_id)}/exports/{segment(export_id)}",
        ZIP_ARCHIVE,
        target,
        cancel=cancel,
        on_bytes=on_bytes,
    )


def _of(account_id: str) -> str:
    return f"/v1/accounts/{segment(account_id)}"
