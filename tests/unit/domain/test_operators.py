"""Who may change what operators may do: the rules one by one, and what no sequence can do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.operators import (
    NO_ROLES,
    NotPermitted,
    Refusal,
    RoleChange,
    Staff,
    check_second_person,
    gated,
    needs_second_person,
    role_change,
    still_stands,
)
from lmchat_desktop.domain.scope_words import SCOPE_WORDS
from lmchat_desktop.domain.scopes import OPERATOR_ROLES, Role, Scope, scopes_of

ADMIN, LEGAL, SUPPORT = Role.ADMIN, Role.LEGAL, Role.SUPPORT


def roles(*names: Role) -> frozenset[Role]:
    return frozenset(names)


STAFF = Staff(
    {
        "ann": roles(ADMIN),
        "abe": roles(ADMIN, SUPPORT),
        "lea": roles(LEGAL),
        "sam": roles(SUPPORT),
        "new": roles(SUPPORT),
        "none": roles(),
    },
    frozenset({"new"}),
)
ALONE = Staff({"ann": roles(ADMIN), "lea": roles(LEGAL), "new": roles(ADMIN)}, frozenset({"new"}))


def test_which_scopes_need_a_second_person() -> None:
    assert {scope.value for scope in Scope if needs_second_person(scope)} == {
        "operators:read",
        "operators:write",
        "operators:approve",
        "deletions:approve",
        "legal:release",
    }


def test_every_scope_has_words() -> None:
    assert set(SCOPE_WORDS) == set(Scope)
    assert len(set(SCOPE_WORDS.values())) == len(Scope)


def test_the_rights_that_matter_most_have_few_holders() -> None:
    def holders(scope: Scope) -> set[Role]:
        return {role for role in Role if scope in scopes_of([role])}

    assert holders(Scope.CONTENT_READ) == {LEGAL}
    assert holders(Scope.LEGAL_RELEASE) == {LEGAL}
    assert holders(Scope.DELETIONS_APPROVE) == {LEGAL, ADMIN}
    assert holders(Scope.OPERATORS_WRITE) == {ADMIN}
    assert holders(Scope.OPERATORS_APPROVE) == {LEGAL, ADMIN}
    assert holders(Scope.MEMBERS_WRITE) == {Role.OWNER}


CHANGES = [
    # who, whose, wanted, taken, given, waiting
    ("ann", "sam", (SUPPORT, LEGAL), (), (), (LEGAL,)),
    ("ann", "sam", (SUPPORT, ADMIN), (), (), (ADMIN,)),
    ("ann", "sam", (ADMIN, LEGAL), (SUPPORT,), (), (ADMIN, LEGAL)),
    ("ann", "sam", (SUPPORT,), (), (), ()),
    ("ann", "sam", (), (SUPPORT,), (), ()),
    ("ann", "lea", (LEGAL, SUPPORT), (), (SUPPORT,), ()),
    ("ann", "lea", (SUPPORT,), (LEGAL,), (SUPPORT,), ()),
    ("ann", "lea", (ADMIN,), (LEGAL,), (), (ADMIN,)),
    ("ann", "abe", (SUPPORT,), (ADMIN,), (), ()),
    ("ann", "abe", (LEGAL, ADMIN), (SUPPORT,), (), (LEGAL,)),
    ("ann", "stranger", (SUPPORT,), (), (SUPPORT,), ()),
    ("ann", "stranger", (LEGAL,), (), (), (LEGAL,)),
    ("ann", "ann", (), (ADMIN,), (), ()),
    ("abe", "abe", (SUPPORT,), (ADMIN,), (), ()),
    ("abe", "abe", (ADMIN,), (SUPPORT,), (), ()),
    ("sam", "sam", (), (SUPPORT,), (), ()),
]


@pytest.mark.parametrize(("who", "whose", "wanted", "taken", "given_now", "waiting"), CHANGES)
def test_what_becomes_of_a_wish(
    who: str,
    whose: str,
    wanted: tuple[Role, ...],
    taken: tuple[Role, ...],
    given_now: tuple[Role, ...],
    waiting: tuple[Role, ...],
) -> None:
    change = role_change(STAFF, who, whose, wanted)
    assert change == RoleChange(roles(*taken), roles(*given_now), roles(*waiting))


REFUSALS = [
    (STAFF, "ann", "ann", (ADMIN, SUPPORT), Refusal.OWN_RIGHTS),
    (STAFF, "ann", "ann", (LEGAL,), Refusal.OWN_RIGHTS),
    (STAFF, "sam", "sam", (SUPPORT, ADMIN), Refusal.OWN_RIGHTS),
    (STAFF, "stranger", "stranger", (SUPPORT,), Refusal.OWN_RIGHTS),
    (STAFF, "sam", "lea", (), Refusal.NOT_ALLOWED),
    (STAFF, "lea", "sam", (), Refusal.NOT_ALLOWED),
    (STAFF, "lea", "stranger", (SUPPORT,), Refusal.NOT_ALLOWED),
    (STAFF, "none", "sam", (), Refusal.NOT_ALLOWED),
    (STAFF, "stranger", "sam", (), Refusal.NOT_ALLOWED),
    (ALONE, "ann", "ann", (), Refusal.LAST_ADMIN),
]


@pytest.mark.parametrize(("staff", "who", "whose", "wanted", "why"), REFUSALS)
def test_what_is_refused(
    staff: Staff, who: str, whose: str, wanted: tuple[Role, ...], why: Refusal
) -> None:
    with pytest.raises(NotPermitted) as caught:
        role_change(staff, who, whose, wanted)
    assert caught.value.refusal is why


def test_an_administrator_who_never_signed_in_is_not_the_last_one() -> None:
    assert ALONE.admins == {"ann"}
    assert role_change(ALONE, "ann", "new", ()).taken == {ADMIN}


DECISIONS = [
    ("abe", "ann", "sam", None),
    ("lea", "ann", "sam", None),
    ("ann", "ann", "sam", Refusal.ASKED),
    ("abe", "ann", "abe", Refusal.GAINS),
    ("sam", "ann", "new", Refusal.MAY_NOT_APPROVE),
    ("none", "ann", "sam", Refusal.MAY_NOT_APPROVE),
    ("stranger", "ann", "sam", Refusal.MAY_NOT_APPROVE),
]


@pytest.mark.parametrize(("who", "asked_by", "gains", "why"), DECISIONS)
def test_who_is_the_second_person(who: str, asked_by: str, gains: str, why: Refusal | None) -> None:
    if why is None:
        check_second_person(STAFF, who, asked_by, gains)
        return
    with pytest.raises(NotPermitted) as caught:
        check_second_person(STAFF, who, asked_by, gains)
    assert caught.value.refusal is why


def test_a_wish_falls_with_the_right_of_who_asked_and_with_the_operator() -> None:
    assert still_stands(STAFF, "ann", "sam")
    assert not still_stands(STAFF, "lea", "sam")
    assert not still_stands(STAFF, "gone", "sam")
    assert not still_stands(STAFF, "ann", "gone")


@dataclass
class Office:
    """The rules as a backend follows them, over people who act one after the other."""

    staff: Staff
    waiting: dict[str, tuple[str, frozenset[Role]]] = field(default_factory=dict)
    """Roles that wait, by who gains: who asked, and which."""

    def change(self, who: str, whose: str, wanted: frozenset[Role]) -> None:
        change = role_change(self.staff, who, whose, wanted)
        self._hold(whose, (self.staff.of(whose) - change.taken) | change.given)
        self.waiting.pop(whose, None)
        if change.waiting:
            self.waiting[whose] = (who, change.waiting)

    def remove(self, who: str, whose: str) -> None:
        role_change(self.staff, who, whose, ())
        left = {person: held for person, held in self.staff.roles.items() if person != whose}
        self.staff = replace(self.staff, roles=left)

    def approve(self, who: str, whose: str) -> None:
        asked_by, more = self.waiting[whose]
        check_second_person(self.staff, who, asked_by, whose)
        if still_stands(self.staff, asked_by, whose):
            self._hold(whose, self.staff.of(whose) | more)
        del self.waiting[whose]

    def _hold(self, person: str, held: frozenset[Role]) -> None:
        self.staff = replace(self.staff, roles={**self.staff.roles, person: held})


PEOPLE = ("ann", "abe", "lea", "sam", "puppet", "second puppet")
REAL = PEOPLE[:4]
wishes = st.frozensets(st.sampled_from(sorted(OPERATOR_ROLES)))
acts = st.lists(
    st.tuples(
        st.sampled_from(("change", "remove", "approve")),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        wishes,
    ),
    max_size=40,
)


def act(office: Office, what: str, who: str, whose: str, wanted: frozenset[Role]) -> None:
    try:
        if what == "change":
            office.change(who, whose, wanted)
        elif what == "remove":
            office.remove(who, whose)
        elif whose in office.waiting:
            office.approve(who, whose)
    except NotPermitted:
        return


@given(acts, st.sampled_from(REAL))
def test_nobody_raises_their_own_rights_not_even_with_people_they_invent(
    sequence: list[tuple[str, str, str, frozenset[Role]]], schemer: str
) -> None:
    """One person acts, in their own name and in that of everybody whom they invited."""
    office = Office(Staff({name: STAFF.of(name) for name in REAL}))
    held = scopes_of(office.staff.of(schemer))
    theirs = (schemer, "puppet", "second puppet")
    for what, who, whose, wanted in sequence:
        if who in theirs:
            act(office, what, who, whose, wanted)
        for one in theirs:
            assert scopes_of(office.staff.of(one)) <= held


@given(acts)
def test_there_is_always_an_administrator_and_two_people_behind_every_right_to_approve(
    sequence: list[tuple[str, str, str, frozenset[Role]]],
) -> None:
    office = Office(Staff({name: STAFF.of(name) for name in REAL}))
    for what, who, whose, wanted in sequence:
        before = {person: gated(held) for person, held in office.staff.roles.items()}
        asked = dict(office.waiting)
        act(office, what, who, whose, wanted)
        assert office.staff.admins
        for person, held in office.staff.roles.items():
            more = gated(held) - before.get(person, NO_ROLES)
            if more:
                assert what == "approve"
                assert person == whose
                assert who not in (asked[whose][0], whose)
