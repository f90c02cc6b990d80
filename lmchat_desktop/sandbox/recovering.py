"""Recoveries: from what one operator has checked to a new address that counts."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, insert, select, update

from lmchat_desktop.contract.base import ProblemKind
from lmchat_desktop.contract.recoveries import Recovery, RecoveryCheck, RecoveryCreate
from lmchat_desktop.domain.contact import codes
from lmchat_desktop.domain.contact.addresses import ContactKind
from lmchat_desktop.domain.contact.codes import CodeState
from lmchat_desktop.domain.contact.recovery import (
    ENDED,
    RecoveryAct,
    RecoveryState,
    effective_at,
    following,
    may_decide,
)
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.sandbox import contacts, outbox, tables, texts, told
from lmchat_desktop.sandbox.clock import from_ms, maybe_from_ms, to_ms
from lmchat_desktop.sandbox.contacts import Subject, checked_or_refused
from lmchat_desktop.sandbox.etags import etag_of
from lmchat_desktop.sandbox.problems import ApiProblem, forbidden, invalid, not_found
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

_CHECKS: TypeAdapter[list[RecoveryCheck]] = TypeAdapter(list[RecoveryCheck])


def prepare(unit: Unit, account_id: str, wanted: RecoveryCreate) -> str:
    """Write down what was checked; answers the recovery's id.

    Raises:
        ApiProblem: 422, no such member or address; 409, for oneself or while another is under way.
    """
    connection, recoveries = unit.connection, tables.recoveries
    members = tables.members.c
    known = connection.scalar(
        select(members.role).where(
            members.account_id == account_id, members.person_id == wanted.person_id
        )
    )
    if known is None:
        raise invalid("/person_id", "this person is no member of the account")
    if wanted.person_id == unit.principal.person_id:
        raise ApiProblem(409, ProblemKind.CONFLICT, "Nobody prepares their own recovery.")
    if len({check.kind for check in wanted.checks}) < len(wanted.checks):
        raise invalid("/checks", "each check is of another kind")
    email = checked_or_refused(ContactKind.EMAIL, wanted.email, "/email")
    open_one = connection.scalar(
        select(recoveries.c.id).where(
            recoveries.c.person_id == wanted.person_id,
            recoveries.c.state.not_in([state.value for state in ENDED]),
        )
    )
    if open_one is not None:
        raise ApiProblem(409, ProblemKind.CONFLICT, "A recovery of this person is under way.")
    recovery_id = new_id("rec")
    connection.execute(
        insert(recoveries).values(
            id=recovery_id,
            account_id=account_id,
            person_id=wanted.person_id,
            checks=_CHECKS.dump_json(wanted.checks).decode(),
            text=wanted.text,
            email=email,
            state=RecoveryState.PREPARED.value,
            prepared_by=unit.principal.person_id,
            prepared_ms=to_ms(unit.now),
        )
    )
    kinds = ", ".join(check.kind.value for check in wanted.checks)
    unit.audit("recovery.prepare", "recovery", recovery_id, account_id, kinds)
    return recovery_id


def decide(unit: Unit, row: Row[Any], act: RecoveryAct, reason: str = "") -> None:
    """Approve, refuse or withdraw.

    Raises:
        ApiProblem: 403, it is for another person to decide; 409, it is not possible any more.
    """
    state = _following(row, act)
    me = unit.principal.person_id
    if act is not RecoveryAct.WITHDRAW and not may_decide(me, row.prepared_by, row.person_id):
        raise forbidden("A recovery is decided by somebody who did not prepare it.")
    if act is RecoveryAct.APPROVE:
        _store(unit, row, state, approved_by=me, approved_ms=to_ms(unit.now))
        person = Subject(person_id=row.person_id).row(unit.connection)
        text = texts.recovery_approved(person.name, row.email, effective_at(unit.now))
        _tell_old(unit, row, person, text)
    else:
        _store(unit, row, state, ended_by=me, ended_ms=to_ms(unit.now), end_reason=reason)
    unit.audit(f"recovery.{act.value}", "recovery", row.id, row.account_id, reason)


def send_code(unit: Unit, row: Row[Any]) -> None:
    """Send a code to the new address.

    Raises:
        ApiProblem: 409, it is not possible, or not yet.
    """
    state = _following(row, RecoveryAct.SEND_CODE)
    if unit.now < effective_at(from_ms(row.approved_ms)):
        raise ApiProblem(409, ProblemKind.CONFLICT, "The time to object is not over yet.")
    code = codes.new_code()
    _store(unit, row, state, code_hash=codes.hashed(code), code_sent_ms=to_ms(unit.now), tries=0)
    text = texts.code(code, ContactKind.EMAIL)
    outbox.post(
        unit,
        ContactKind.EMAIL,
        row.email,
        text,
        account_id=row.account_id,
        person_id=row.person_id,
    )
    unit.audit("recovery.send-code", "recovery", row.id, row.account_id)


def complete(unit: Unit, sight: Visibility, row: Row[Any], code: str) -> Reply:
    """Let the new address count, if the code is right.

    Raises:
        ApiProblem: 409, it is not possible, or the code has ended.
    """
    if row.state != RecoveryState.COMPLETED.value:
        state = _following(row, RecoveryAct.COMPLETE)
        sent = from_ms(row.code_sent_ms)
        if codes.state_of(sent, row.tries, unit.now) is not CodeState.OPEN:
            raise ApiProblem(409, ProblemKind.CONFLICT, "This code has ended. Send another one.")
        if not codes.fits(code, row.code_hash):
            _store(unit, row, RecoveryState.CODE_SENT, tries=row.tries + 1)
            unit.audit("recovery.refuse-code", "recovery", row.id, row.account_id)
            return contacts.wrong_code(codes.TRIES - row.tries - 1)
        _let_in(unit, row, state)
    after = recovery_of(find(unit, sight, row.account_id, row.id))
    return Reply(200, after, {"ETag": after.etag})


def find(unit: Unit, sight: Visibility, account_id: str, recovery_id: str) -> Row[Any]:
    """The row of a recovery.

    Raises:
        ApiProblem: 404.
    """
    row = tables.recoveries.c
    found = unit.connection.execute(
        select(tables.recoveries).where(
            row.id == recovery_id, row.account_id == account_id, sight.of_kind("recovery")
        )
    ).first()
    if found is None:
        raise not_found()
    return found


def recovery_of(row: Row[Any]) -> Recovery:
    """A row of `recoveries`."""
    approved = maybe_from_ms(row.approved_ms)
    return Recovery(
        id=row.id,
        account_id=row.account_id,
        person_id=row.person_id,
        checks=_CHECKS.validate_python(json.loads(row.checks)),
        text=row.text,
        email=row.email,
        state=RecoveryState(row.state),
        prepared_by=row.prepared_by,
        prepared_at=from_ms(row.prepared_ms),
        approved_by=row.approved_by,
        approved_at=approved,
        effective_at=None if approved is None else effective_at(approved),
        code_sent_at=maybe_from_ms(row.code_sent_ms),
        tries_left=None if row.code_hash is None else max(0, codes.TRIES - row.tries),
        ended_by=row.ended_by,
        ended_at=maybe_from_ms(row.ended_ms),
        end_reason=row.end_reason,
        etag=etag_of(row.version),
    )


def _following(row: Row[Any], act: RecoveryAct) -> RecoveryState:
    state = following(RecoveryState(row.state), act)
    if state is None:
        raise ApiProblem(409, ProblemKind.CONFLICT, f"The recovery is {row.state}.")
    return state


def _store(unit: Unit, row: Row[Any], state: RecoveryState, **values: Any) -> None:
    recoveries = tables.recoveries
    unit.connection.execute(
        update(recoveries)
        .where(recoveries.c.id == row.id)
        .values(state=state.value, version=recoveries.c.version + 1, **values)
    )


def _let_in(unit: Unit, row: Row[Any], state: RecoveryState) -> None:
    subject = Subject(person_id=row.person_id)
    person = subject.row(unit.connection)
    _store(
        unit,
        row,
        state,
        ended_by=unit.principal.person_id,
        ended_ms=to_ms(unit.now),
        code_hash=None,
    )
    contacts.set_address(unit, subject, ContactKind.EMAIL, row.email)
    tokens = tables.tokens
    unit.connection.execute(
        update(tokens)
        .where(tokens.c.person_id == row.person_id, tokens.c.revoked_ms.is_(None))
        .values(revoked_ms=to_ms(unit.now))
    )
    _tell_old(unit, row, person, texts.recovered(person.name, row.email))
    unit.audit("recovery.complete", "recovery", row.id, row.account_id)


def _tell_old(unit: Unit, row: Row[Any], person: Row[Any], text: texts.Text) -> None:
    """Tell the person at every address they had, and the owners of the account."""
    if person.phone:
        outbox.post(
            unit,
            ContactKind.PHONE,
            person.phone,
            text,
            account_id=row.account_id,
            person_id=row.person_id,
        )
    told.tell_account(unit, row.account_id, text, [person.email])
