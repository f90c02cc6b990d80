"""Changes of an e-mail or a telephone number of an account or a person, proved by a code."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from lmchat_desktop.contract.base import (
    PROBLEM_TYPE_ROOT,
    FieldProblem,
    Problem,
    ProblemKind,
)
from lmchat_desktop.contract.contacts import ContactChange, ContactChangeCreate
from lmchat_desktop.domain.contact import codes
from lmchat_desktop.domain.contact.addresses import BadContact, ContactKind, checked
from lmchat_desktop.domain.contact.codes import CodeState
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.sandbox import outbox, tables, texts, told
from lmchat_desktop.sandbox.clock import from_ms, maybe_from_ms, to_ms
from lmchat_desktop.sandbox.names import change_alias
from lmchat_desktop.sandbox.problems import ApiProblem, invalid, not_found
from lmchat_desktop.sandbox.uow import Reply, Unit


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose address changes: an account's, or a person's own."""

    account_id: str | None = None
    person_id: str | None = None

    @property
    def id(self) -> str:
        """The account's or the person's id."""
        return self.account_id or self.person_id or ""

    def row(self, connection: Connection) -> Row[Any]:
        """The account or the person."""
        table = tables.persons if self.account_id is None else tables.accounts
        return connection.execute(select(table).where(table.c.id == self.id)).one()

    def changes(self) -> ColumnElement[bool]:
        """On `contact_changes`: the subject's."""
        row = tables.contact_changes.c
        if self.account_id is not None:
            return row.account_id == self.account_id
        return row.person_id == self.person_id


def checked_or_refused(kind: ContactKind, value: str, pointer: str) -> str:
    """The address as it is kept.

    Raises:
        ApiProblem: 422, it cannot be one.
    """
    try:
        return checked(kind, value)
    except BadContact as error:
        raise invalid(pointer, str(error)) from error


def send_code(unit: Unit, subject: Subject, wanted: ContactChangeCreate) -> ContactChange:
    """Send a code to a new address; a code that is under way for the same kind ends.

    Raises:
        ApiProblem: 422, it is no address; 429, too many codes were sent.
    """
    value = checked_or_refused(wanted.kind, wanted.value, "/value")
    _check_rate(unit, subject)
    changes = tables.contact_changes
    unit.connection.execute(
        update(changes)
        .where(
            subject.changes(),
            changes.c.kind == wanted.kind.value,
            changes.c.confirmed_ms.is_(None),
        )
        .values(replaced=True)
    )
    code, change_id = codes.new_code(), new_id("chg")
    unit.connection.execute(
        insert(changes).values(
            id=change_id,
            account_id=subject.account_id,
            person_id=subject.person_id,
            kind=wanted.kind.value,
            value=value,
            code_hash=codes.hashed(code),
            made_by=unit.principal.person_id,
            sent_ms=to_ms(unit.now),
        )
    )
    outbox.post(
        unit,
        wanted.kind,
        value,
        texts.code(code, wanted.kind),
        account_id=subject.account_id,
        person_id=subject.person_id,
    )
    unit.audit("contact.send-code", "contact_change", change_id, subject.account_id)
    return change_of(_row(unit, subject, change_id), unit.now)


def confirm(unit: Unit, subject: Subject, change_id: str, code: str) -> Reply:
    """Let the new address count, if the code is right.

    Raises:
        ApiProblem: 404, there is no such change; 409, its code has ended.
    """
    row = _row(unit, subject, change_id)
    before = change_of(row, unit.now)
    if before.state is CodeState.CONFIRMED:
        return Reply(200, before)
    if before.state is not CodeState.OPEN:
        raise ApiProblem(409, ProblemKind.CONFLICT, "This code has ended. Ask for another one.")
    changes = tables.contact_changes
    one = update(changes).where(changes.c.id == change_id)
    if not codes.fits(code, row.code_hash):
        unit.connection.execute(one.values(tries=row.tries + 1))
        unit.audit("contact.refuse-code", "contact_change", change_id, subject.account_id)
        return wrong_code(codes.TRIES - row.tries - 1)
    unit.connection.execute(one.values(confirmed_ms=to_ms(unit.now)))
    let_count(unit, subject, ContactKind(row.kind), row.value)
    unit.audit("contact.change", "contact_change", change_id, subject.account_id)
    return Reply(200, change_of(_row(unit, subject, change_id), unit.now))


def wrong_code(left: int) -> Reply:
    """The refusal of a code; it is remembered, since the try counts."""
    problem = Problem(
        type=PROBLEM_TYPE_ROOT + ProblemKind.INVALID,
        title="Unprocessable Content",
        status=422,
        detail="This is not the code that was sent.",
        errors=[FieldProblem(pointer="/code", detail=f"{left} tries are left")],
    )
    return Reply(422, problem)


def let_count(unit: Unit, subject: Subject, kind: ContactKind, value: str) -> None:
    """The address is the subject's from now on; who knew the old one is told there."""
    row = subject.row(unit.connection)
    old = row.email if kind is ContactKind.EMAIL else row.phone
    set_address(unit, subject, kind, value)
    text = texts.contact_changed(row.name, kind, value)
    whom = {"account_id": subject.account_id, "person_id": subject.person_id}
    if kind is ContactKind.PHONE and old:
        outbox.post(unit, kind, old, text, **whom)
    old_mail = row.email
    if subject.account_id is not None:
        told.tell_account(unit, subject.account_id, text, [old_mail])
    else:
        told.tell(unit, [old_mail], text, person_id=subject.person_id)


def set_address(unit: Unit, subject: Subject, kind: ContactKind, value: str) -> None:
    """Write down the address, its history, and what the change feed tells of it."""
    connection = unit.connection
    change_alias(connection, subject.id, kind, value, unit.now)
    if subject.account_id is not None:
        accounts = tables.accounts
        connection.execute(
            update(accounts)
            .where(accounts.c.id == subject.account_id)
            .values(
                {kind.value: value, f"{kind.value}_verified": True}
                | {"version": accounts.c.version + 1}
            )
        )
        unit.changed("account", subject.account_id, account_id=subject.account_id)
        return
    persons, members = tables.persons, tables.members
    connection.execute(
        update(persons).where(persons.c.id == subject.person_id).values({kind.value: value})
    )
    mine = members.c.person_id == subject.person_id
    connection.execute(update(members).where(mine).values(version=members.c.version + 1))
    for account_id in connection.scalars(select(members.c.account_id).where(mine)).all():
        unit.changed("member", f"{account_id}/{subject.person_id}", account_id=account_id)


def change_of(row: Row[Any], now: datetime) -> ContactChange:
    """A row of `contact_changes`."""
    sent = from_ms(row.sent_ms)
    return ContactChange(
        id=row.id,
        account_id=row.account_id,
        person_id=row.person_id,
        kind=ContactKind(row.kind),
        value=row.value,
        state=codes.state_of(
            sent,
            row.tries,
            now,
            confirmed=row.confirmed_ms is not None,
            replaced=row.replaced,
        ),
        tries_left=max(0, codes.TRIES - row.tries),
        sent_at=sent,
        expires_at=sent + codes.LIFE,
        confirmed_at=maybe_from_ms(row.confirmed_ms),
    )


def _row(unit: Unit, subject: Subject, change_id: str) -> Row[Any]:
    row = unit.connection.execute(
        select(tables.contact_changes).where(
            tables.contact_changes.c.id == change_id, subject.changes()
        )
    ).first()
    if row is None:
        raise not_found()
    return row


def _check_rate(unit: Unit, subject: Subject) -> None:
    row = tables.contact_changes.c
    sent = unit.connection.scalars(
        select(row.sent_ms).where(subject.changes(), row.sent_ms > to_ms(unit.now - codes.HOUR))
    )
    wait = codes.wait_for_next([from_ms(one) for one in sent], unit.now)
    if wait > timedelta(0):
        raise ApiProblem(
            429,
            ProblemKind.RATE_LIMITED,
            f"No more than {codes.PER_HOUR} codes go out within an hour.",
            headers={"Retry-After": str(math.ceil(wait.total_seconds()))},
        )
