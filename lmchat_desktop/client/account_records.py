"""What is kept about an account: events, operators' notes, exports of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.account_events import AccountEvent
from lmchat_desktop.contract.base import ZIP_ARCHIVE, Page
from lmchat_desktop.contract.exports import AccountExport
from lmchat_desktop.contract.jobs import Job
from lmchat_desktop.contract.notes import AccountNote, NoteCreate

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lmchat_desktop.client.answers import OnBytes
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.account_events import EventKind


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
    """A page of an account's events, newest first; None leaves a condition out."""
    return api.get(
        f"{_account(account_id)}/events",
        Page[AccountEvent],
        params={
            "kind": sorted(kind.value for kind in kinds) or None,
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
    """A page of operators' notes on an account, newest first."""
    return api.get(
        f"{_account(account_id)}/notes",
        Page[AccountNote],
        params={"cursor": cursor, "limit": limit},
        cancel=cancel,
    )


def create_note(
    api: ApiClient,
    account_id: str,
    wanted: NoteCreate,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> AccountNote:
    """Write a note on an account."""
    return api.post(
        f"{_account(account_id)}/notes",
        AccountNote,
        wanted,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def strike_note(
    api: ApiClient,
    account_id: str,
    note_id: str,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> AccountNote:
    """Strike a note of one's own; it stays readable."""
    return api.post(
        f"{_account(account_id)}/notes/{segment(note_id)}/strike",
        AccountNote,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def list_exports(
    api: ApiClient,
    account_id: str,
    *,
    cursor: str | None = None,
    limit: int = 20,
    cancel: CancelToken | None = None,
) -> Page[AccountExport]:
    """A page of an account's exports, newest first."""
    return api.get(
        f"{_account(account_id)}/exports",
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
    """Begin the export of everything; its job's `result["export_id"]` names it."""
    return api.post(
        f"{_account(account_id)}/exports", Job, idempotency_key=idempotency_key, cancel=cancel
    )


def fetch_export(
    api: ApiClient,
    account_id: str,
    export_id: str,
    into: BinaryIO,
    *,
    cancel: CancelToken | None = None,
    on_bytes: OnBytes | None = None,
) -> None:
    """Write an export's archive into a file, piece by piece as it comes."""
    path = f"{_account(account_id)}/exports/{segment(export_id)}"
    api.fetch(path, ZIP_ARCHIVE, into, cancel=cancel, on_bytes=on_bytes)


def _account(account_id: str) -> str:
    return f"/v1/accounts/{segment(account_id)}"
