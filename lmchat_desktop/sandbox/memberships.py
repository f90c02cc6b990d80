"""Who joins and leaves accounts, and the invitations that lead into them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from lmchat_desktop.contract.accounts import Account, AccountState, Member
from lmchat_desktop.contract.base import ProblemKind
from lmchat_desktop.contract.invitations import (
    InvitationCreate,
    InvitationState,
)
from lmchat_desktop.domain.contact.addresses import ContactKind, folded
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.domain.membership import (
    INVITATION_LIFE,
    MOST_OPEN_INVITATIONS,
    leaves_an_owner,
)
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sandbox import entities, outbox, sessions, tables, texts, told
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.contacts import checked_or_refused
from lmchat_desktop.sandbox.identifiers import hash_secret, new_token
from lmchat_desktop.sandbox.names import change_alias
from lmchat_desktop.sandbox.problems import ApiProblem, not_found
from lmchat_desktop.sandbox.uow import Unit

CODE = "lmc-inv-"


def change_role(unit: Unit, before: Member, role: Role) -> None:
    """Give a member another role.

    Raises:
        ApiProblem: 409, no owner would be left.
    """
    _check_owner_left(unit, before, role)
    members = tables.members
    unit.connection.execute(
        update(members)
        .where(
            members.c.account_id == before.account_id,
            members.c.person_id == before.person_id,
        )
        .values(role=role.value, version=members.c.version + 1)
    )
    why = f"from {before.role.value} to {role.value}"
    unit.audit("member.change", "member", before.id, before.account_id, why)
    _access_changed(unit, before.account_id, before.person_id)


def remove(unit: Unit, member: Member) -> None:
    """End a membership.

    Raises:
        ApiProblem: 409, no owner would be left.
    """
    _check_owner_left(unit, member, None)
    members = tables.members
    unit.connection.execute(
        delete(members).where(
            members.c.account_id == member.account_id,
            members.c.person_id == member.person_id,
        )
    )
    unit.audit("member.remove", "member", member.id, member.account_id)
    _access_changed(unit, member.account_id, member.person_id)
    name = unit.connection.scalar(
        select(tables.accounts.c.name).where(tables.accounts.c.id == member.account_id)
    )
    told.tell(unit, [member.email], texts.removed(str(name)), account_id=member.account_id)


def invite(unit: Unit, account: Account, wanted: InvitationCreate) -> str:
    """Write an invitation and send its code; answers its id.

    Raises:
        ApiProblem: 422, it is no address; 409, nobody can be invited there now.
    """
    _check_served(account.state)
    email = checked_or_refused(ContactKind.EMAIL, wanted.email, "/email")
    connection, invitations = unit.connection, tables.invitations
    for row in _people(connection, account.id):
        if folded(ContactKind.EMAIL, row.email) == folded(ContactKind.EMAIL, email):
            raise ApiProblem(409, ProblemKind.CONFLICT, "A member has this address.")
    open_ones = connection.execute(
        select(invitations).where(
            invitations.c.account_id == account.id,
            invitations.c.state == InvitationState.OPEN.value,
            invitations.c.expires_ms > to_ms(unit.now),
        )
    ).all()
    for row in open_ones:
        if row.email == email:
            end(unit, row, InvitationState.WITHDRAWN)
    if len(open_ones) >= MOST_OPEN_INVITATIONS:
        raise ApiProblem(409, ProblemKind.CONFLICT, "Too many invitations are open.")
    code, invitation_id = new_token(CODE), new_id("inv")
    until = unit.now + INVITATION_LIFE
    connection.execute(
        insert(invitations).values(
            id=invitation_id,
            account_id=account.id,
            email=email,
            role=wanted.role.value,
            state=InvitationState.OPEN.value,
            code_hash=hash_secret(code),
            invited_by=unit.principal.person_id,
            created_ms=to_ms(unit.now),
            expires_ms=to_ms(until),
        )
    )
    text = texts.invitation(account.name, wanted.role.value, code, until)
    outbox.post(unit, ContactKind.EMAIL, email, text, account_id=account.id)
    unit.audit("invitation.create", "invitation", invitation_id, account.id)
    unit.changed("invitation", invitation_id, account_id=account.id)
    return invitation_id


def end(unit: Unit, row: Row[Any], state: InvitationState, person_id: str | None = None) -> None:
    """An invitation was accepted or withdrawn."""
    invitations = tables.invitations
    unit.connection.execute(
        update(invitations)
        .where(invitations.c.id == row.id)
        .values(state=state.value, ended_ms=to_ms(unit.now), person_id=person_id)
    )
    if state is InvitationState.WITHDRAWN:
        unit.audit("invitation.withdraw", "invitation", row.id, row.account_id)
    unit.changed("invitation", row.id, account_id=row.account_id)


def open_invitation(unit: Unit, code: str) -> Row[Any]:
    """The invitation of a code.

    Raises:
        ApiProblem: 404, the code is not, or no longer, good; 409, the account is suspended.
    """
    row = unit.connection.execute(
        select(tables.invitations, tables.accounts.c.state.label("account_state"))
        .join(tables.accounts, tables.accounts.c.id == tables.invitations.c.account_id)
        .where(tables.invitations.c.code_hash == hash_secret(code))
    ).first()
    if row is None or entities.invitation_state(row, unit.now) is not InvitationState.OPEN:
        raise not_found()
    _check_served(AccountState(row.account_state))
    return row


def join(unit: Unit, invitation: Row[Any], person_id: str) -> Member:
    """Make the person a member by an open invitation.

    Raises:
        ApiProblem: 409, they are one.
    """
    connection, members = unit.connection, tables.members.c
    account_id = invitation.account_id
    this = (members.account_id == account_id, members.person_id == person_id)
    if connection.scalar(select(members.role).where(*this)) is not None:
        raise ApiProblem(409, ProblemKind.CONFLICT, "You are a member of this account.")
    connection.execute(
        insert(tables.members).values(
            account_id=account_id,
            person_id=person_id,
            role=invitation.role,
            since_ms=to_ms(unit.now),
        )
    )
    end(unit, invitation, InvitationState.ACCEPTED, person_id)
    joined = sessions.as_person(unit, person_id, unit.principal.device_id)
    joined.audit("member.join", "member", f"{account_id}/{person_id}", account_id)
    _access_changed(unit, account_id, person_id)
    made = entities.fetch(
        connection,
        "member",
        entities.KINDS["member"].is_any([f"{account_id}/{person_id}"]),
        unit.now,
    )[0]
    assert isinstance(made, Member)
    return made


def person_with(unit: Unit, email: str, name: str) -> str:
    """The person who has this e-mail, or a new one; answers their id."""
    persons = tables.persons
    aliases = tables.aliases.c
    known = unit.connection.scalar(
        select(persons.c.id)
        .join(tables.aliases, aliases.subject_id == persons.c.id)
        .where(
            aliases.kind == ContactKind.EMAIL.value,
            aliases.folded == folded(ContactKind.EMAIL, email),
            aliases.until_ms.is_(None),
        )
    )
    if known is not None:
        return str(known)
    person_id = new_id("person")
    unit.connection.execute(
        insert(persons).values(id=person_id, name=name, email=email, created_ms=to_ms(unit.now))
    )
    change_alias(unit.connection, person_id, ContactKind.EMAIL, email, unit.now)
    unit.audit("person.create", "person", person_id)
    return person_id


def _people(connection: Connection, account_id: str) -> list[Row[Any]]:
    """The rows of an account's people."""
    members, persons = tables.members.c, tables.persons
    return list(
        connection.execute(
            select(persons)
            .join(tables.members, members.person_id == persons.c.id)
            .where(members.account_id == account_id)
        )
    )


def _check_owner_left(unit: Unit, member: Member, after: Role | None) -> None:
    members = tables.members.c
    owners = unit.connection.scalar(
        select(func.count())
        .select_from(tables.members)
        .where(members.account_id == member.account_id, members.role == Role.OWNER.value)
    )
    if not leaves_an_owner(member.role, after, int(owners or 0)):
        raise ApiProblem(409, ProblemKind.CONFLICT, "An account has at least one owner.")


def _check_served(state: AccountState) -> None:
    if state is not AccountState.ACTIVE:
        raise ApiProblem(409, ProblemKind.CONFLICT, "The account is suspended.")


def _access_changed(unit: Unit, account_id: str, person_id: str) -> None:
    """What the person may see is another now; their feed begins anew."""
    persons = tables.persons
    unit.connection.execute(
        update(persons)
        .where(persons.c.id == person_id)
        .values(access_version=persons.c.access_version + 1)
    )
    unit.changed("member", f"{account_id}/{person_id}", account_id=account_id)
