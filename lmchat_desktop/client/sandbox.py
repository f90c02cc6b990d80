"""What only a sandbox offers: people to sign in as, the movable clock, traffic on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.accounts import Member
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.identity import TokenAnswer
from lmchat_desktop.contract.outbox import MessageKind, OutboxMessage
from lmchat_desktop.contract.sandbox import (
    ClockMove,
    ClockState,
    SandboxPeople,
    SandboxSignIn,
    TrafficDone,
    TrafficOrder,
)

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.invitations import InvitationJoin

SANDBOX_TOKEN = "X-Sandbox-Token"


def people(api: ApiClient, sandbox_token: str, cancel: CancelToken | None = None) -> SandboxPeople:
    """Everybody of the sample world; needs the one-time token of the sandbox's start."""
    return api.get(
        "/v1/sandbox/people",
        SandboxPeople,
        headers=_by_token(sandbox_token),
        authorised=False,
        cancel=cancel,
    )


def sign_in(
    api: ApiClient, sandbox_token: str, wanted: SandboxSignIn, cancel: CancelToken | None = None
) -> TokenAnswer:
    """A token of a person of the sample world, bound to a new device."""
    return api.post(
        "/v1/sandbox/sign-in",
        TokenAnswer,
        wanted,
        headers=_by_token(sandbox_token),
        authorised=False,
        cancel=cancel,
    )


def clock(
    api: ApiClient, *, sandbox_token: str | None = None, cancel: CancelToken | None = None
) -> ClockState:
    """The sandbox's time; like the two below by the client's sign-in or by the sandbox's token."""
    return api.get("/v1/sandbox/clock", ClockState, headers=_by_token(sandbox_token), cancel=cancel)


def move_clock(
    api: ApiClient,
    advance_s: float,
    *,
    sandbox_token: str | None = None,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> ClockState:
    """Move the sandbox's clock forward; traffic of the time between arrives."""
    return api.post(
        "/v1/sandbox/clock",
        ClockState,
        ClockMove(advance_s=advance_s),
        headers=_by_token(sandbox_token),
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def order_traffic(
    api: ApiClient,
    order: TrafficOrder,
    *,
    sandbox_token: str | None = None,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> TrafficDone:
    """Have requests arrive late."""
    return api.post(
        "/v1/sandbox/traffic",
        TrafficDone,
        order,
        headers=_by_token(sandbox_token),
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def outbox(
    api: ApiClient,
    *,
    to: str | None = None,
    kind: MessageKind | None = None,
    cursor: str | None = None,
    limit: int = 100,
    sandbox_token: str | None = None,
    cancel: CancelToken | None = None,
) -> Page[OutboxMessage]:
    """A page of the mails and text messages that the sandbox wrote, newest first."""
    return api.get(
        "/v1/sandbox/outbox",
        Page[OutboxMessage],
        params={
            "to": to,
            "kind": None if kind is None else kind.value,
            "cursor": cursor,
            "limit": limit,
        },
        headers=_by_token(sandbox_token),
        cancel=cancel,
    )


def outbox_message(
    api: ApiClient,
    message_id: str,
    *,
    sandbox_token: str | None = None,
    cancel: CancelToken | None = None,
) -> OutboxMessage:
    """One message of the outbox."""
    return api.get(
        f"/v1/sandbox/outbox/{segment(message_id)}",
        OutboxMessage,
        headers=_by_token(sandbox_token),
        cancel=cancel,
    )


def join(
    api: ApiClient,
    sandbox_token: str,
    wanted: InvitationJoin,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Member:
    """Become a person of the sample world, and a member, by an invitation's code."""
    return api.post(
        "/v1/sandbox/invitations/accept",
        Member,
        wanted,
        headers=_by_token(sandbox_token),
        authorised=False,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def _by_token(sandbox_token: str | None) -> dict[str, str]:
    return {SANDBOX_TOKEN: sandbox_token} if sandbox_token is not None else {}
