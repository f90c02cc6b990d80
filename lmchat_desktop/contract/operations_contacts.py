"""Operations by which an e-mail or a telephone number becomes another one."""

from __future__ import annotations

from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.contacts import CodeConfirm, ContactChange, ContactChangeCreate
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.queries import PageQuery
from lmchat_desktop.contract.recoveries import Recovery, RecoveryCreate, RecoveryEnd
from lmchat_desktop.domain.scopes import Scope

_T = Trait
_NOT_FOUND = frozenset({404})
_ACT_REFUSALS = frozenset({404, 409})

_SENT = (
    "A code of six digits goes to the new address; nothing changes before it is confirmed. It is "
    "good for 15 minutes and for 5 tries, and ends an earlier one of the same kind. 429 after 5 "
    "codes within an hour."
)
_CONFIRMED = (
    "The old address is told, and the owners of an account. 422 for a wrong code, which counts "
    "as a try; 409 for one that has ended."
)

CONTACT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_contact_changes",
        "GET",
        "/v1/accounts/{account_id}/contact-changes",
        "Changes of an account's e-mail and telephone number, newest first",
        "accounts",
        answer=Page[ContactChange],
        scope=Scope.ACCOUNTS_WRITE,
        query=PageQuery,
        traits=traits(_T.PAGED),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "change_contact",
        "POST",
        "/v1/accounts/{account_id}/contact-changes",
        "Ask for another e-mail or telephone number of an account",
        "accounts",
        answer=ContactChange,
        scope=Scope.ACCOUNTS_WRITE,
        body=ContactChangeCreate,
        status=201,
        traits=traits(_T.IDEMPOTENT),
        description=_SENT,
        refusals=_NOT_FOUND,
    ),
    Operation(
        "confirm_contact",
        "POST",
        "/v1/accounts/{account_id}/contact-changes/{change_id}/confirm",
        "Let an account's new e-mail or telephone number count",
        "accounts",
        answer=ContactChange,
        scope=Scope.ACCOUNTS_WRITE,
        body=CodeConfirm,
        traits=traits(_T.IDEMPOTENT),
        description=_CONFIRMED,
        refusals=_ACT_REFUSALS,
    ),
    Operation(
        "change_own_contact",
        "POST",
        "/v1/me/contact-changes",
        "Ask for another e-mail or telephone number of one's own",
        "identity",
        answer=ContactChange,
        body=ContactChangeCreate,
        status=201,
        traits=traits(_T.IDEMPOTENT),
        description=_SENT,
    ),
    Operation(
        "confirm_own_contact",
        "POST",
        "/v1/me/contact-changes/{change_id}/confirm",
        "Let one's own new e-mail or telephone number count",
        "identity",
        answer=ContactChange,
        body=CodeConfirm,
        traits=traits(_T.IDEMPOTENT),
        description=_CONFIRMED,
        refusals=_ACT_REFUSALS,
    ),
    Operation(
        "list_recoveries",
        "GET",
        "/v1/accounts/{account_id}/recoveries",
        "Recoveries of people of an account, newest first",
        "accounts",
        answer=Page[Recovery],
        scope=Scope.ACCOUNTS_RECOVER,
        query=PageQuery,
        traits=traits(_T.PAGED),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "prepare_recovery",
        "POST",
        "/v1/accounts/{account_id}/recoveries",
        "Write down how a person proved who they are who lost e-mail and telephone",
        "accounts",
        answer=Recovery,
        scope=Scope.ACCOUNTS_RECOVER,
        body=RecoveryCreate,
        status=201,
        traits=traits(_T.IDEMPOTENT, _T.ETAG),
        description="409 while another recovery of the person is under way, and for oneself.",
        refusals=_ACT_REFUSALS,
    ),
    *(
        Operation(
            f"{act}_recovery",
            "POST",
            f"/v1/accounts/{{account_id}}/recoveries/{{recovery_id}}/{act}",
            summary,
            "accounts",
            answer=Recovery,
            scope=Scope.ACCOUNTS_RECOVER,
            body=body,
            traits=traits(_T.IDEMPOTENT, _T.ETAG),
            description=text,
            refusals=_ACT_REFUSALS,
        )
        for act, summary, body, text in (
            (
                "approve",
                "Approve a recovery that somebody else prepared",
                None,
                "The old addresses are told at once. 403 for who prepared it, or is let in by it.",
            ),
            (
                "refuse",
                "Refuse a recovery that somebody else prepared",
                RecoveryEnd,
                "403 for who prepared it, or is let in by it.",
            ),
            ("withdraw", "End a recovery before it has an effect", RecoveryEnd, ""),
        )
    ),
    Operation(
        "send_recovery_code",
        "POST",
        "/v1/accounts/{account_id}/recoveries/{recovery_id}/send-code",
        "Send a code to the new address, or another one",
        "accounts",
        answer=Recovery,
        scope=Scope.ACCOUNTS_RECOVER,
        traits=traits(_T.IDEMPOTENT, _T.ETAG),
        description="409 before `effective_at`, 72 hours after the approval.",
        refusals=_ACT_REFUSALS,
    ),
    Operation(
        "complete_recovery",
        "POST",
        "/v1/accounts/{account_id}/recoveries/{recovery_id}/complete",
        "Let the new address count",
        "accounts",
        answer=Recovery,
        scope=Scope.ACCOUNTS_RECOVER,
        body=CodeConfirm,
        traits=traits(_T.IDEMPOTENT, _T.ETAG),
        description="The person is signed out everywhere. 422 for a wrong code, which counts as a "
        "try; 409 for one that has ended: send another.",
        refusals=_ACT_REFUSALS,
    ),
)
