"""Operations on a sandbox's outbox."""

from __future__ import annotations

from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.outbox import OutboxMessage
from lmchat_desktop.contract.queries import OutboxQuery
from lmchat_desktop.domain.scopes import Scope

_T = Trait

OUTBOX_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_outbox",
        "GET",
        "/v1/sandbox/outbox",
        "Mails and text messages of this sandbox, newest first",
        "sandbox",
        answer=Page[OutboxMessage],
        scope=Scope.SERVICE_READ,
        query=OutboxQuery,
        traits=traits(_T.SANDBOX, _T.SANDBOX_EITHER, _T.PAGED),
    ),
    Operation(
        "get_outbox_message",
        "GET",
        "/v1/sandbox/outbox/{message_id}",
        "One message",
        "sandbox",
        answer=OutboxMessage,
        scope=Scope.SERVICE_READ,
        traits=traits(_T.SANDBOX, _T.SANDBOX_EITHER),
        refusals=frozenset({404}),
    ),
)
