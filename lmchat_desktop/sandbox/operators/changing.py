"""Operators are invited, join, get other roles and leave."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select, update

from lmchat_desktop.contract.base import ProblemKind
from lmchat_desktop.contract.operators import Operator, OperatorInvite, OperatorUpdate
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.domain.operators import role_change
from lmchat_desktop.sandbox import sessions, tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.operators import granting
from lmchat_desktop.sandbox.operators.staff import (
    give,
    permitted,
    rights_changed,
    staff_of,
    take,
    touched,
)
from lmchat_desktop.sandbox.problems import ApiProblem
from lmchat_desktop.sandbox.uow import Unit


def invite(unit: Unit, wanted: OperatorInvite) -> str:
    """Make somebody an operator; answers the person's id.

    Raises:
        ApiProblem: 403 for one's own rights, 409 for who is one already.
    """
    staff = staff_of(unit.connection)
    person_id = _known_by(unit, wanted.email) or new_id("person")
    if person_id in staff.roles:
        raise ApiProblem(409, ProblemKind.CONFLICT, "This person is an operator already.")
    with permitted():
        change = role_change(staff, unit.principal.person_id, person_id, wanted.roles)
    _ensure_person(unit, person_id, wanted)
    unit.connection.execute(
        insert(tables.staff).values(person_id=person_id, since_ms=to_ms(unit.now))
    )
    unit.audit("operator.invite", "operator", person_id, reason=wanted.reason)
    give(unit, person_id, change.given, wanted.reason)
    granting.ask(unit, person_id, change.waiting, wanted.reason)
    rights_changed(unit, person_id)
    unit.changed("operator", person_id, person_id=person_id)
    return person_id


def set_roles(unit: Unit, operator: Operator, wanted: OperatorUpdate) -> None:
    """Give an operator other roles, or let them wait.

    Raises:
        ApiProblem: 403 for one's own rights or without `operators:write`, 409 for the last
            administrator.
    """
    with permitted():
        change = role_change(
            staff_of(unit.connection), unit.principal.person_id, operator.id, wanted.roles
        )
    if change.waiting == set(operator.waiting) and not (change.given or change.taken):
        return
    give(unit, operator.id, change.given, wanted.reason)
    take(unit, operator.id, change.taken, wanted.reason)
    granting.ask(unit, operator.id, change.waiting, wanted.reason)
    if change.given or change.taken:
        rights_changed(unit, operator.id)
        granting.lapse(unit, wanted.reason)
    touched(unit, operator.id)


def remove(unit: Unit, operator: Operator, reason: str) -> None:
    """End all that somebody is as an operator, and every session of theirs at once.

    Raises:
        ApiProblem: 403 without `operators:write`, 409 for the last administrator.
    """
    with permitted():
        change = role_change(staff_of(unit.connection), unit.principal.person_id, operator.id, ())
    take(unit, operator.id, change.taken, reason)
    unit.connection.execute(delete(tables.staff).where(tables.staff.c.person_id == operator.id))
    unit.audit("operator.remove", "operator", operator.id, reason=reason)
    unit.changed("operator", operator.id, person_id=operator.id)
    granting.lapse(unit, reason)
    rights_changed(unit, operator.id)
    sessions.end_all(unit, operator.id)
    member = select(tables.members.c.account_id).where(tables.members.c.person_id == operator.id)
    if unit.connection.execute(member.limit(1)).first() is None:
        sessions.revoke_devices(unit, operator.id, reason)


def join(unit: Unit) -> None:
    """The unit's person signs in: an operator who was only invited is one from now on."""
    person_id = unit.principal.person_id
    staff = tables.staff
    joined = unit.connection.execute(
        update(staff)
        .where(staff.c.person_id == person_id, staff.c.joined_ms.is_(None))
        .values(joined_ms=to_ms(unit.now))
    )
    if joined.rowcount:
        unit.audit("operator.join", "operator", person_id)
        touched(unit, person_id)


def _known_by(unit: Unit, email: str) -> str | None:
    persons = tables.persons.c
    known: str | None = unit.connection.scalar(
        select(persons.id).where(func.lower(persons.email) == email.lower()).order_by(persons.id)
    )
    return known


def _ensure_person(unit: Unit, person_id: str, wanted: OperatorInvite) -> None:
    persons = tables.persons
    if unit.connection.scalar(select(persons.c.id).where(persons.c.id == person_id)) is not None:
        return
    now_ms = to_ms(unit.now)
    unit.connection.execute(
        insert(persons).values(
            id=person_id, name=wanted.name, email=wanted.email, created_ms=now_ms
        )
    )
    unit.connection.execute(
        insert(tables.aliases).values(
            subject_id=person_id, kind="email", value=wanted.email, from_ms=now_ms
        )
    )
