"""What a person may do about an account, by their roles and as things stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lmchat_desktop.contract.accounts import Account, AccountState, Member
from lmchat_desktop.contract.identity import Me, Membership, Person
from lmchat_desktop.contract.recoveries import CheckKind, Recovery, RecoveryCheck
from lmchat_desktop.domain.contact.recovery import RecoveryState, effective_at
from lmchat_desktop.domain.keys.secret import new_secret
from lmchat_desktop.domain.scopes import Role, scopes_of
from lmchat_desktop.domain.wording import Sentence
from lmchat_desktop.services import account_picture as rights
from lmchat_desktop.services.account_picture import AccountPicture

NOW = datetime(2026, 11, 24, 13, tzinfo=UTC)
ACCOUNT = Account(
    id="acct_1",
    name="Acme",
    email="a@acme.example",
    email_verified=True,
    plan_id="plan_1",
    state=AccountState.ACTIVE,
    created_at=NOW,
    etag="1",
)


def person(*roles: Role, account_role: Role | None = None) -> Me:
    memberships = []
    held = set(scopes_of(roles))
    if account_role is not None:
        memberships = [Membership(account_id="acct_1", account_name="Acme", role=account_role)]
        held |= scopes_of([account_role])
    return Me(
        person=Person(id="me", name="Me", email="me@acme.example", created_at=NOW),
        device=None,
        memberships=memberships,
        operator_roles=list(roles),
        scopes=sorted(scope.value for scope in held),
        capabilities=[],
        backend="test",
        server_time=NOW,
    )


def member(person_id: str, role: Role) -> Member:
    return Member(
        id=f"acct_1/{person_id}",
        account_id="acct_1",
        person_id=person_id,
        name=person_id,
        email=f"{person_id}@acme.example",
        role=role,
        since=NOW,
        etag="1",
    )


def picture(*members: Member) -> AccountPicture:
    return AccountPicture(ACCOUNT, "Team", members, (), 0, ())


def recovery(state: RecoveryState, by: str = "other", approved: datetime | None = None) -> Recovery:
    return Recovery(
        id="rec_1",
        account_id="acct_1",
        person_id="lost",
        checks=[RecoveryCheck(kind=CheckKind.VIDEO_CALL, text="Seen.")] * 2,
        text="",
        email="new@acme.example",
        state=state,
        prepared_by=by,
        prepared_at=NOW,
        approved_at=approved,
        effective_at=None if approved is None else effective_at(approved),
        etag="1",
    )


OWNER, MEMBER = person(account_role=Role.OWNER), person(account_role=Role.MEMBER)
SUPPORT, LEGAL, ADMIN = person(Role.SUPPORT), person(Role.LEGAL), person(Role.ADMIN)


@pytest.mark.parametrize(
    ("me", "change", "suspend", "invite", "export", "note", "recover"),
    [
        (OWNER, True, False, True, True, False, False),
        (MEMBER, False, False, False, False, False, False),
        (SUPPORT, True, True, False, False, True, True),
        (LEGAL, False, False, False, False, False, False),
        (ADMIN, True, True, False, False, True, True),
    ],
    ids=["owner", "member", "support", "legal", "admin"],
)
def test_what_a_role_brings(
    me: Me, change: bool, suspend: bool, invite: bool, export: bool, note: bool, recover: bool
) -> None:
    against = (
        rights.against_changing(me, "acct_1"),
        rights.against_suspending(me),
        rights.against_inviting(me, ACCOUNT),
        rights.against_exporting(me, "acct_1"),
        rights.against_noting(me),
        rights.against_recovering(me),
    )
    assert [one is None for one in against] == [change, suspend, invite, export, note, recover]


def test_an_owner_of_another_account_has_no_rights_here() -> None:
    other = "acct_2"
    assert rights.against_changing(OWNER, other) == rights.NEEDS_WRITE
    assert rights.against_exporting(OWNER, other) == rights.NEEDS_OWNER


def test_nobody_is_invited_into_a_suspended_account() -> None:
    suspended = ACCOUNT.model_copy(update={"state": AccountState.SUSPENDED})
    assert rights.against_inviting(OWNER, suspended) == rights.SUSPENDED


@pytest.mark.parametrize(
    ("members", "whom", "removing", "changing"),
    [
        ([("me", Role.OWNER)], 0, rights.LAST_OWNER, rights.LAST_OWNER),
        ([("me", Role.OWNER), ("b", Role.OWNER)], 0, None, None),
        ([("me", Role.OWNER), ("b", Role.MEMBER)], 1, None, None),
    ],
)
def test_an_account_keeps_an_owner(
    members: list[tuple[str, Role]],
    whom: int,
    removing: Sentence | None,
    changing: Sentence | None,
) -> None:
    made = [member(*each) for each in members]
    here = picture(*made)
    assert rights.against_removing(here, OWNER, made[whom]) == removing
    assert rights.against_role(here, OWNER, made[whom]) == changing


def test_a_member_may_leave_and_end_nobody_elses_membership() -> None:
    own, owner = member("me", Role.MEMBER), member("b", Role.OWNER)
    here = picture(own, owner)
    assert rights.against_removing(here, MEMBER, own) is None
    assert rights.against_removing(here, MEMBER, owner) == rights.NEEDS_OWNER


def test_a_recovery_is_decided_by_a_second_person() -> None:
    waiting = recovery(RecoveryState.PREPARED)
    assert rights.against_deciding(SUPPORT, waiting) is None
    assert rights.against_deciding(LEGAL, waiting) == rights.NEEDS_RECOVER
    own = recovery(RecoveryState.PREPARED, by="me")
    assert rights.against_deciding(SUPPORT, own) == rights.SECOND_PERSON
    approved = recovery(RecoveryState.APPROVED, approved=NOW)
    assert rights.against_deciding(SUPPORT, approved) == rights.NOT_WAITING


def test_a_code_goes_out_72_hours_after_the_approval() -> None:
    approved = recovery(RecoveryState.APPROVED, approved=NOW)
    late, soon = NOW + timedelta(hours=72), NOW + timedelta(hours=71, minutes=59)
    assert rights.against_sending_code(SUPPORT, approved, late) is None
    assert rights.against_sending_code(SUPPORT, approved, soon) == rights.NOT_YET
    waiting = recovery(RecoveryState.PREPARED)
    assert rights.against_sending_code(SUPPORT, waiting, late) == rights.NOT_APPROVED
    assert rights.against_completing(SUPPORT, approved) == rights.NO_CODE
    assert rights.against_completing(SUPPORT, recovery(RecoveryState.CODE_SENT)) is None


def test_a_secret_is_found_wherever_it_stands() -> None:
    assert rights.holds_secret(f"x{new_secret()}y")
    assert not rights.holds_secret("sk-lmc-abcd")
