"""Whose a row is: the paths to the data subject that the store registry declares, as conditions.

A path is one or more columns; each leads to the id or the number of an account, or to the id of a
person: directly, or through the row of another table (`request_id → requests.account_no →
accounts.number`), which is found by its id unless another column is named (`key_no = keys.number →
keys.account_id`). What a path's words mean is told by its last column; a column that is not known
here is an error, so that a new table cannot be left out by mistake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, false, or_, select

from lmchat_desktop.domain.stores import Store
from lmchat_desktop.sandbox import tables

_ARROW = " → "
_IS = " = "
_REMARK = re.compile(r"\s*\([^)]*\)")

_OF_ACCOUNTS = frozenset({"account_id", "scope", "accounts.id"})
_OF_PEOPLE = frozenset(
    {"person_id", "actor_id", "created_by", "asked_by", "decided_by", "persons.id"}
)
_OF_EITHER = frozenset({"subject_id"})
_NUMBERS = frozenset({"account_no", "accounts.number"})


class UnknownPath(LookupError):
    """A table declares a path to its subject that is not understood."""


@dataclass(frozen=True, slots=True)
class Holder:
    """An account with its people, as what rows are compared with."""

    account_id: str
    number: int
    people: tuple[str, ...]

    @classmethod
    def load(cls, connection: Connection, account_id: str) -> Holder:
        """The account as it stands."""
        members, accounts = tables.members.c, tables.accounts.c
        people = connection.scalars(
            select(members.person_id)
            .where(members.account_id == account_id)
            .order_by(members.person_id)
        )
        number = connection.scalar(select(accounts.number).where(accounts.id == account_id))
        return cls(account_id, -1 if number is None else number, tuple(people))

    def rows_of(self, table: Table) -> ColumnElement[bool]:
        """On a table with a subject: the rows of this account and its people.

        A row that names an account is of that account alone, whoever of its people it names too.

        Raises:
            UnknownPath: the table's declaration is not understood.
        """
        store: Store = table.info["store"]
        accounts: list[ColumnElement[bool]] = []
        people: list[ColumnElement[bool]] = []
        nameless: list[ColumnElement[bool]] = []
        for path in _REMARK.sub("", store.subject).split(", "):
            condition, of_account, column = self._condition(table, path.split(_ARROW))
            (accounts if of_account else people).append(condition)
            if of_account and column is not None:
                nameless.append(column.is_(None))
        if not people:
            return or_(false(), *accounts)
        return or_(false(), *accounts, and_(*nameless, or_(*people)))

    def _condition(
        self, table: Table, steps: list[str]
    ) -> tuple[ColumnElement[bool], bool, ColumnElement[Any] | None]:
        """A path's condition, whether it leads to the account, and the column it starts from."""
        start, *rest = steps
        name, _, found_by = start.partition(_IS)
        column = table.c.get(name)
        if column is None:
            raise UnknownPath(f"{table.name}: {name}")
        if rest and rest[0] not in _NUMBERS:
            other_name, _, other_column = rest[0].partition(".")
            other = tables.metadata.tables.get(other_name)
            if other is None:
                raise UnknownPath(f"{table.name}: {rest[0]}")
            inner, of_account, _ = self._condition(other, [other_column, *rest[1:]])
            same = other.c[found_by.partition(".")[2] or "id"]
            return column.in_(select(same).where(inner)), of_account, column
        meaning = f"{table.name}.id" if name == "id" else name
        if meaning in _NUMBERS:
            return column == self.number, True, column
        if meaning in _OF_ACCOUNTS:
            return column == self.account_id, True, column
        if meaning in _OF_PEOPLE:
            return column.in_(self.people), False, column
        if meaning in _OF_EITHER:
            return column.in_((self.account_id, *self.people)), False, column
        raise UnknownPath(f"{table.name}: {meaning}")


def held_tables() -> list[Table]:
    """Every table in which personal data lies, by name."""
    return sorted(
        (table for table in tables.metadata.tables.values() if table.info["store"].subject),
        key=lambda table: table.name,
    )
