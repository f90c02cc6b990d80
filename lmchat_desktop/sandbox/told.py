"""Who is told of what is done with an account: its own address, its owners, former addresses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, select

from lmchat_desktop.domain.contact.addresses import ContactKind, folded
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sandbox import outbox, tables
from lmchat_desktop.sandbox.texts import Text
from lmchat_desktop.sandbox.uow import Unit


def owners_of(connection: Connection, account_id: str) -> list[Row[Any]]:
    """The rows of the people who own an account."""
    members, persons = tables.members.c, tables.persons
    return list(
        connection.execute(
            select(persons)
            .join(tables.members, members.person_id == persons.c.id)
            .where(members.account_id == account_id, members.role == Role.OWNER.value)
            .order_by(persons.c.id)
        )
    )


def tell_account(unit: Unit, account_id: str, text: Text, more: Iterable[str] = ()) -> None:
    """Write to an account's address and its owners, and to further addresses; to each once."""
    accounts = tables.accounts.c
    own = unit.connection.scalar(select(accounts.email).where(accounts.id == account_id))
    owners = [row.email for row in owners_of(unit.connection, account_id)]
    tell(unit, [*more, own, *owners], text, account_id=account_id)


def tell(
    unit: Unit,
    addresses: Iterable[str | None],
    text: Text,
    *,
    account_id: str | None = None,
    person_id: str | None = None,
) -> None:
    """Write to each of the e-mail addresses once."""
    told: set[str] = set()
    for address in addresses:
        if address is None or folded(ContactKind.EMAIL, address) in told:
            continue
        told.add(folded(ContactKind.EMAIL, address))
        outbox.post(
            unit, ContactKind.EMAIL, address, text, account_id=account_id, person_id=person_id
        )
