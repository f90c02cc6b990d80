"""Operations on what is kept about an account: its policy, events, notes, exports of everything."""

from __future__ import annotations

from lmchat_desktop.contract.account_events import AccountEvent
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.exports import AccountExport
from lmchat_desktop.contract.jobs import Job
from lmchat_desktop.contract.notes import AccountNote, NoteCreate
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.policies import AccountPolicy, Recipient
from lmchat_desktop.contract.queries import EventsQuery, PageQuery
from lmchat_desktop.domain.scopes import Scope

_T = Trait
_NOT_FOUND = frozenset({404})

ACCOUNT_RECORD_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get_account_policy",
        "GET",
        "/v1/accounts/{account_id}/policy",
        "What is kept of an account, for how long, and who decided it",
        "accounts",
        answer=AccountPolicy,
        scope=Scope.ACCOUNTS_READ,
        refusals=_NOT_FOUND,
    ),
    Operation(
        "list_recipients",
        "GET",
        "/v1/accounts/{account_id}/recipients",
        "Processors that an account's data goes to or has gone to, by their ids",
        "accounts",
        answer=Page[Recipient],
        scope=Scope.ACCOUNTS_READ,
        query=PageQuery,
        traits=traits(_T.PAGED),
        description="Model providers that received some, failed attempts included (GDPR art. "
        "15(1)(c)), and the vendors that lmchat writes to people through.",
        refusals=_NOT_FOUND,
    ),
    Operation(
        "list_events",
        "GET",
        "/v1/accounts/{account_id}/events",
        "What happened in an account, from where and with which device",
        "accounts",
        answer=Page[AccountEvent],
        scope=Scope.EVENTS_READ,
        query=EventsQuery,
        traits=traits(_T.PAGED),
        description="Kept for 90 days.",
        refusals=_NOT_FOUND,
    ),
    Operation(
        "list_notes",
        "GET",
        "/v1/accounts/{account_id}/notes",
        "Operators' notes on an account, newest first",
        "accounts",
        answer=Page[AccountNote],
        scope=Scope.NOTES_READ,
        query=PageQuery,
        traits=traits(_T.PAGED),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "create_note",
        "POST",
        "/v1/accounts/{account_id}/notes",
        "Write a note on an account",
        "accounts",
        answer=AccountNote,
        scope=Scope.NOTES_WRITE,
        body=NoteCreate,
        status=201,
        traits=traits(_T.IDEMPOTENT),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "strike_note",
        "POST",
        "/v1/accounts/{account_id}/notes/{note_id}/strike",
        "Strike a note of one's own; it stays readable",
        "accounts",
        answer=AccountNote,
        scope=Scope.NOTES_WRITE,
        traits=traits(_T.IDEMPOTENT),
        description="403 for another's note.",
        refusals=_NOT_FOUND,
    ),
    Operation(
        "list_exports",
        "GET",
        "/v1/accounts/{account_id}/exports",
        "Exports of everything on an account, newest first",
        "accounts",
        answer=Page[AccountExport],
        scope=Scope.ACCOUNTS_EXPORT,
        query=PageQuery,
        traits=traits(_T.PAGED),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "start_export",
        "POST",
        "/v1/accounts/{account_id}/exports",
        "Export everything that lmchat holds on an account and its people",
        "accounts",
        answer=Job,
        scope=Scope.ACCOUNTS_EXPORT,
        status=202,
        traits=traits(_T.IDEMPOTENT, _T.JOB),
        description="The job's result has `export_id`. It can be fetched for 7 days. 409 while "
        "another one of the account is being made.",
        refusals=frozenset({404, 409}),
    ),
    Operation(
        "fetch_export",
        "GET",
        "/v1/accounts/{account_id}/exports/{export_id}",
        "An export as a ZIP archive",
        "accounts",
        scope=Scope.ACCOUNTS_EXPORT,
        traits=traits(_T.ZIP, _T.ETAG),
        description="A pair of files for each store, JSON Lines and CSV, with a README.",
        refusals=_NOT_FOUND,
    ),
)
