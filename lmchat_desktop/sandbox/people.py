"""The people of the sample world, as one chooses among them."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, select

from lmchat_desktop.contract.sandbox import SandboxPerson
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.entities import person_of


def everybody(connection: Connection) -> list[SandboxPerson]:
    """Everybody: owners first, then members, then those who work for lmchat; each by name."""
    operators: dict[str, list[Role]] = defaultdict(list)
    for row in connection.execute(select(tables.operators).order_by(tables.operators.c.role)):
        operators[row.person_id].append(Role(row.role))
    places: dict[str, list[tuple[str, Role]]] = defaultdict(list)
    accounts, members = tables.accounts.c, tables.members.c
    for row in connection.execute(
        select(members.person_id, members.role, accounts.name)
        .join(tables.accounts, accounts.id == members.account_id)
        .order_by(accounts.name)
    ):
        places[row.person_id].append((row.name, Role(row.role)))

    def rank(person_id: str) -> int:
        roles = {role for _, role in places[person_id]}
        return 0 if Role.OWNER in roles else 1 if roles else 2

    people = connection.execute(select(tables.persons)).all()
    people = sorted(people, key=lambda row: (rank(row.id), row.name, row.id))
    return [
        SandboxPerson(
            person=person_of(row),
            operator_roles=operators[row.id],
            accounts=[f"{name} ({role.value})" for name, role in places[row.id]],
        )
        for row in people
    ]
