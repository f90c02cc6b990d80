"""What accounts and people are found by: names from each word on, and addresses with their time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from lmchat_desktop.domain.contact.addresses import ContactKind, folded, folded_text
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import to_ms

_MOST_WORDS = 20


def write_names(connection: Connection, account_id: str | None = None) -> None:
    """Write what the account, or every one, is found by by its name."""
    accounts, names = tables.accounts.c, tables.account_names
    wanted, old = select(accounts.id, accounts.name), delete(names)
    if account_id is not None:
        wanted = wanted.where(accounts.id == account_id)
        old = old.where(names.c.account_id == account_id)
    connection.execute(old)
    rows = [
        {"account_id": row.id, "place": place, "folded": part}
        for row in connection.execute(wanted)
        for place, part in enumerate(_from_each_word(row.name))
    ]
    if rows:
        connection.execute(insert(names), rows)


def write_first_aliases(connection: Connection) -> None:
    """Begin the history of everybody's e-mail and telephone number, after a seed."""
    rows = [
        {
            "subject_id": row.id,
            "kind": kind.value,
            "value": value,
            "folded": folded(kind, value),
            "from_ms": row.created_ms,
        }
        for table in (tables.persons, tables.accounts)
        for row in connection.execute(select(table))
        for kind, value in ((ContactKind.EMAIL, row.email), (ContactKind.PHONE, row.phone))
        if value is not None
    ]
    connection.execute(insert(tables.aliases), rows)


def change_alias(
    connection: Connection, subject_id: str, kind: ContactKind, value: str, now: datetime
) -> None:
    """From now on this address is the subject's; what it had before ends."""
    aliases = tables.aliases
    connection.execute(
        update(aliases)
        .where(
            aliases.c.subject_id == subject_id,
            aliases.c.kind == kind.value,
            aliases.c.until_ms.is_(None),
        )
        .values(until_ms=to_ms(now))
    )
    connection.execute(
        insert(aliases).values(
            subject_id=subject_id,
            kind=kind.value,
            value=value,
            folded=folded(kind, value),
            from_ms=to_ms(now),
        )
    )


def _from_each_word(name: str) -> list[str]:
    words = folded_text(name).split()
    return [" ".join(words[place:]) for place in range(min(len(words), _MOST_WORDS))]
