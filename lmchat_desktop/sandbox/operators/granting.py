"""Roles that wait for a second person: asked for, decided on, and lapsing by themselves."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import insert, select, update

from lmchat_desktop.contract.base import ProblemKind
from lmchat_desktop.contract.operators import Grant, GrantState
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.domain.operators import check_second_person, still_stands
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.operators.rows import roles_of
from lmchat_desktop.sandbox.operators.staff import (
    give,
    permitted,
    rights_changed,
    staff_of,
    touched,
)
from lmchat_desktop.sandbox.problems import ApiProblem
from lmchat_desktop.sandbox.uow import Unit

LAPSED = "Other roles were asked for."


def ask(unit: Unit, person_id: str, roles: Collection[Role], reason: str) -> None:
    """Let exactly these roles wait; what waits already goes on waiting as it was asked for."""
    grants = tables.grants.c
    waits = unit.connection.execute(
        select(grants.id, grants.roles).where(
            grants.person_id == person_id, grants.state == GrantState.PENDING.value
        )
    ).first()
    if waits is not None:
        if set(roles_of(waits.roles)) == set(roles):
            return
        _close(unit, waits.id, person_id, GrantState.LAPSED, LAPSED)
    if not roles:
        return
    grant_id = new_id("grant")
    unit.connection.execute(
        insert(tables.grants).values(
            id=grant_id,
            person_id=person_id,
            roles=json.dumps(sorted(roles)),
            reason=reason,
            state=GrantState.PENDING.value,
            asked_by=unit.principal.person_id,
            asked_ms=to_ms(unit.now),
        )
    )
    unit.audit("grant.ask", "grant", grant_id, reason=reason)
    unit.changed("grant", grant_id, person_id=person_id)


def decide(unit: Unit, grant: Grant, *, approved: bool, reason: str) -> None:
    """Approve or reject as the second person.

    Raises:
        ApiProblem: 403 for anybody else, 409 where nothing waits any more.
    """
    staff = staff_of(unit.connection)
    with permitted():
        check_second_person(staff, unit.principal.person_id, grant.asked_by, grant.person_id)
    _check_waits(grant)
    if not approved:
        _close(unit, grant.id, grant.person_id, GrantState.REJECTED, reason)
        touched(unit, grant.person_id)
        return
    _close(unit, grant.id, grant.person_id, GrantState.APPROVED, reason)
    give(unit, grant.person_id, grant.roles, grant.reason)
    rights_changed(unit, grant.person_id)
    touched(unit, grant.person_id)


def withdraw(unit: Unit, grant: Grant, reason: str) -> None:
    """Take back what was asked for.

    Raises:
        ApiProblem: 409, it does not wait any more.
    """
    _check_waits(grant)
    _close(unit, grant.id, grant.person_id, GrantState.WITHDRAWN, reason)
    touched(unit, grant.person_id)


def lapse(unit: Unit, reason: str) -> None:
    """End what waits and can no longer be given, after somebody's rights have changed."""
    staff = staff_of(unit.connection)
    grants = tables.grants.c
    for row in unit.connection.execute(
        select(grants.id, grants.person_id, grants.asked_by).where(
            grants.state == GrantState.PENDING.value
        )
    ).all():
        if not still_stands(staff, row.asked_by, row.person_id):
            _close(unit, row.id, row.person_id, GrantState.LAPSED, reason)
            if row.person_id in staff.roles:
                touched(unit, row.person_id)


def _check_waits(grant: Grant) -> None:
    if grant.state is not GrantState.PENDING:
        raise ApiProblem(
            409, ProblemKind.CONFLICT, f"This was decided before: it is {grant.state.value}."
        )


_ACTIONS = {
    GrantState.APPROVED: "grant.approve",
    GrantState.REJECTED: "grant.reject",
    GrantState.WITHDRAWN: "grant.withdraw",
    GrantState.LAPSED: "grant.lapse",
}


def _close(unit: Unit, grant_id: str, person_id: str, state: GrantState, reason: str) -> None:
    grants = tables.grants
    unit.connection.execute(
        update(grants)
        .where(grants.c.id == grant_id)
        .values(
            state=state.value,
            decided_by=unit.principal.person_id,
            decided_ms=to_ms(unit.now),
            decision_reason=reason,
            version=grants.c.version + 1,
        )
    )
    unit.audit(_ACTIONS[state], "grant", grant_id, reason=reason)
    unit.changed("grant", grant_id, person_id=person_id)
