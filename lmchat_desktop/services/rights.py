"""Whether a person may do something in one account, and why not, as the interface says it.

The backend decides each time; this only spares people what it would refuse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.domain.scopes import Principal

if TYPE_CHECKING:
    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.domain.scopes import Scope


def may_in(me: Me, scope: Scope, account_id: str | None) -> bool:
    """Whether the person holds a scope in an account; in any account where none is named."""
    principal = Principal(
        me.person.id,
        frozenset(me.operator_roles),
        {membership.account_id: membership.role for membership in me.memberships},
    )
    return principal.may(scope, account_id)
