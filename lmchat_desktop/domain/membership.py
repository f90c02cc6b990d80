"""Rules on who belongs to an account."""

from __future__ import annotations

from datetime import timedelta

from lmchat_desktop.domain.scopes import Role

INVITATION_LIFE = timedelta(days=7)
MOST_OPEN_INVITATIONS = 50


def leaves_an_owner(before: Role, after: Role | None, owners: int) -> bool:
    """Whether an account still has an owner when a member's role changes or ends.

    Args:
        before: the member's role.
        after: their role afterwards; None where they leave.
        owners: how many owners there are before.
    """
    return before is not Role.OWNER or after is Role.OWNER or owners > 1
