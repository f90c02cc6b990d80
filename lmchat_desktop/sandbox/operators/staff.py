"""Who works for lmchat as the rules of `domain.operators` see them, and what they refuse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, delete, insert, select, update

from lmchat_desktop.contract.base import ProblemKind
from lmchat_desktop.domain.operators import NotPermitted, Refusal, Staff
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.problems import ApiProblem, forbidden
from lmchat_desktop.sandbox.uow import Unit

_MISSING_SCOPE = frozenset({Refusal.NOT_ALLOWED, Refusal.MAY_NOT_APPROVE})


def staff_of(connection: Connection) -> Staff:
    """All operators as they stand."""
    roles: defaultdict[str, set[Role]] = defaultdict(set)
    for row in connection.execute(select(tables.operators)):
        roles[row.person_id].add(Role(row.role))
    people = connection.execute(select(tables.staff.c.person_id, tables.staff.c.joined_ms)).all()
    return Staff(
        {row.person_id: frozenset(roles[row.person_id]) for row in people},
        frozenset(row.person_id for row in people if row.joined_ms is None),
    )


@contextmanager
def permitted() -> Iterator[None]:
    """Answer what the rules do not permit as a problem.

    Raises:
        ApiProblem: 403, or 409 for the last administrator.
    """
    try:
        yield
    except NotPermitted as error:
        detail = str(error.refusal.value)
        if error.refusal is Refusal.LAST_ADMIN:
            raise ApiProblem(409, ProblemKind.CONFLICT, detail) from error
        if error.refusal in _MISSING_SCOPE:
            raise forbidden(detail) from error
        raise ApiProblem(403, ProblemKind.OWN_RIGHTS, detail) from error


def give(unit: Unit, person_id: str, roles: Collection[Role], reason: str) -> None:
    """Let roles begin. Some are held already where two ways led to them."""
    operators = tables.operators
    held = set(
        unit.connection.scalars(select(operators.c.role).where(operators.c.person_id == person_id))
    )
    for role in sorted(set(roles) - held):
        unit.connection.execute(insert(operators).values(person_id=person_id, role=role.value))
        unit.audit("role.give", "role", f"{person_id}/{role.value}", reason=reason)


def take(unit: Unit, person_id: str, roles: Collection[Role], reason: str) -> None:
    """End roles."""
    operators = tables.operators.c
    for role in sorted(roles):
        unit.connection.execute(
            delete(tables.operators).where(
                operators.person_id == person_id, operators.role == role.value
            )
        )
        unit.audit("role.take", "role", f"{person_id}/{role.value}", reason=reason)


def rights_changed(unit: Unit, person_id: str) -> None:
    """What the person may see is another now: their feed starts from a snapshot."""
    persons = tables.persons
    unit.connection.execute(
        update(persons)
        .where(persons.c.id == person_id)
        .values(access_version=persons.c.access_version + 1)
    )


def touched(unit: Unit, person_id: str) -> None:
    """The operator is another now, for whoever has seen them and for the feed."""
    staff = tables.staff
    unit.connection.execute(
        update(staff).where(staff.c.person_id == person_id).values(version=staff.c.version + 1)
    )
    unit.changed("operator", person_id, person_id=person_id)
