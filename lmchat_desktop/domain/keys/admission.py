"""Whether a request of a key is let through: one decision of all that the backend enforces.

Refusals have the status and the code that clients of OpenAI-compatible endpoints know, or, where
those have none, one in their manner.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from lmchat_desktop.domain.keys import networks
from lmchat_desktop.domain.keys.budget import is_used_up
from lmchat_desktop.domain.keys.terms import KeyState, UsedSecret

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lmchat_desktop.domain.keys.networks import Address
    from lmchat_desktop.domain.keys.rotation import Life


class Refusal(Enum):
    """Why a request is not let through.

    Attributes:
        status: the HTTP status.
        kind: the error's `type`.
        code: the error's `code`.
        param: which field of the request it is about, or None.
        message: for the caller; it names nothing of the key's account.
    """

    UNKNOWN = (401, "invalid_request_error", "invalid_api_key", None, "Incorrect API key provided.")
    REVOKED = (401, "invalid_request_error", "revoked_api_key", None, "This API key was revoked.")
    EXPIRED = (401, "invalid_request_error", "expired_api_key", None, "This API key has expired.")
    ROTATED = (
        401,
        "invalid_request_error",
        "rotated_api_key",
        None,
        "This API key was replaced and works no longer.",
    )
    SUSPENDED = (
        403,
        "permission_error",
        "account_suspended",
        None,
        "The account of this API key is suspended.",
    )
    ADDRESS = (
        403,
        "permission_error",
        "ip_not_authorized",
        None,
        "This API key may not be used from this address.",
    )
    MODEL = (
        403,
        "permission_error",
        "model_not_allowed",
        "model",
        "This API key may not use this model.",
    )
    NO_MODEL = (
        404,
        "invalid_request_error",
        "model_not_found",
        "model",
        "There is no such model.",
    )
    NO_ROUTE = (
        403,
        "permission_error",
        "no_allowed_route",
        "model",
        "No provider that this API key allows serves this model in a country that it allows.",
    )
    BUDGET = (
        429,
        "insufficient_quota",
        "insufficient_quota",
        None,
        "The budget of this API key is used up.",
    )

    def __init__(self, status: int, kind: str, code: str, param: str | None, message: str) -> None:
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.message = message


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the key that was shown.

    Attributes:
        life: from when to when its secrets work.
        secret: which of them was shown; None for one that was replaced before the last one.
        account_active: whether its account is not suspended.
        models: which it may call; None for all.
        networks: which it may be used from, canonical; None for all.
        budget_nanos, spent_nanos: in the present period; no budget where None.
    """

    life: Life
    secret: UsedSecret | None
    account_active: bool = True
    models: Collection[str] | None = None
    networks: Collection[str] | None = None
    budget_nanos: int | None = None
    spent_nanos: int = 0


def refusal_of_key(standing: Standing, at: datetime, address: Address) -> Refusal | None:
    """Why nothing is answered to this key from this address, or None where something is."""
    state = standing.life.state(at)
    if state is KeyState.REVOKED:
        return Refusal.REVOKED
    if standing.secret is None:
        return Refusal.ROTATED
    if state is KeyState.EXPIRED:
        return Refusal.EXPIRED
    if not standing.life.works(standing.secret, at):
        return Refusal.ROTATED
    if not standing.account_active:
        return Refusal.SUSPENDED
    if standing.networks is not None and not networks.contains(standing.networks, address):
        return Refusal.ADDRESS
    return None


def refusal_of(
    standing: Standing, at: datetime, address: Address, model: str, offered: Collection[str]
) -> Refusal | None:
    """Why a request for a model is not let through, or None where it is.

    Args:
        standing: the key.
        at: when the request came.
        address: where it came from.
        model: the id that it names.
        offered: the ids of all models.
    """
    refused = refusal_of_key(standing, at, address)
    if refused is not None:
        return refused
    if model not in offered:
        return Refusal.NO_MODEL
    if standing.models is not None and model not in standing.models:
        return Refusal.MODEL
    if is_used_up(standing.spent_nanos, standing.budget_nanos):
        return Refusal.BUDGET
    return None
