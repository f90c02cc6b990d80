"""The way back in for somebody who has lost both their e-mail and their telephone.

One operator writes down what was checked, another approves, and only after a delay in which the
old addresses have been told is a code sent to the new one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

DELAY = timedelta(hours=72)
"""Between the approval and the code: time for the person to say that it is not them."""


class RecoveryState(StrEnum):
    """Where a recovery is."""

    PREPARED = "prepared"
    APPROVED = "approved"
    CODE_SENT = "code-sent"
    COMPLETED = "completed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RecoveryAct(StrEnum):
    """What is done with a recovery."""

    APPROVE = "approve"
    REFUSE = "refuse"
    SEND_CODE = "send-code"
    COMPLETE = "complete"
    WITHDRAW = "withdraw"


_NEXT: dict[tuple[RecoveryState, RecoveryAct], RecoveryState] = {
    (RecoveryState.PREPARED, RecoveryAct.APPROVE): RecoveryState.APPROVED,
    (RecoveryState.PREPARED, RecoveryAct.REFUSE): RecoveryState.REFUSED,
    (RecoveryState.APPROVED, RecoveryAct.SEND_CODE): RecoveryState.CODE_SENT,
    (RecoveryState.CODE_SENT, RecoveryAct.SEND_CODE): RecoveryState.CODE_SENT,
    (RecoveryState.CODE_SENT, RecoveryAct.COMPLETE): RecoveryState.COMPLETED,
    (RecoveryState.PREPARED, RecoveryAct.WITHDRAW): RecoveryState.WITHDRAWN,
    (RecoveryState.APPROVED, RecoveryAct.WITHDRAW): RecoveryState.WITHDRAWN,
    (RecoveryState.CODE_SENT, RecoveryAct.WITHDRAW): RecoveryState.WITHDRAWN,
}

ENDED = frozenset({RecoveryState.COMPLETED, RecoveryState.REFUSED, RecoveryState.WITHDRAWN})


def following(state: RecoveryState, act: RecoveryAct) -> RecoveryState | None:
    """The state after an act; None where the act is not possible."""
    return _NEXT.get((state, act))


def effective_at(approved: datetime) -> datetime:
    """When a code may be sent to the new address."""
    return approved + DELAY


def may_decide(decider: str, preparer: str, concerned: str) -> bool:
    """Whether a person may approve or refuse: neither who prepared it nor whom it lets in."""
    return decider not in (preparer, concerned)
