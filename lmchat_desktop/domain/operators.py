"""Who may change what operators may do: at once, with a second person, or not at all.

Nobody raises their own rights, and there is always an administrator. A role that brings a right to
approve, to release or over operators waits for a second person, who is neither the one who asked
nor the one who gains; every other change takes effect at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from lmchat_desktop.domain.scopes import Role, Scope, scopes_of
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOBODY: frozenset[str] = frozenset()
NO_ROLES: frozenset[Role] = frozenset()


class Refusal(Enum):
    """Why a change is not made; the value says it to a person."""

    NOT_ALLOWED = said("Operators", "Only an administrator changes what other operators may do.")
    MAY_NOT_APPROVE = said("Operators", "Only somebody with the right to approve decides on this.")
    OWN_RIGHTS = said("Operators", "Nobody gives themselves more rights.")
    LAST_ADMIN = said("Operators", "There has to be an administrator, and this is the last one.")
    ASKED = said("Operators", "Whoever asked for this cannot decide on it as well.")
    GAINS = said("Operators", "Whoever gains by this cannot decide on it.")


class NotPermitted(Exception):
    """The rules do not permit the change; nothing is changed.

    Attributes:
        refusal: why.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal.value))
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody who works for lmchat, at one moment.

    Attributes:
        roles: each operator's roles, by person; a person can be one without any yet.
        invited: those who have not signed in yet.
    """

    roles: Mapping[str, frozenset[Role]]
    invited: frozenset[str] = NOBODY

    def of(self, person: str) -> frozenset[Role]:
        """The roles of a person; none for somebody who is no operator."""
        return self.roles.get(person, NO_ROLES)

    def may(self, person: str, scope: Scope) -> bool:
        """Whether an operator holds a scope."""
        return scope in scopes_of(self.of(person))

    @property
    def admins(self) -> frozenset[str]:
        """The administrators who can act: who was only invited does not count."""
        return frozenset(
            person
            for person, roles in self.roles.items()
            if Role.ADMIN in roles and person not in self.invited
        )


@dataclass(frozen=True, slots=True)
class RoleChange:
    """What becomes of a wish for other roles.

    Attributes:
        taken: roles that end at once.
        given: roles that begin at once.
        waiting: roles that begin when a second person has approved.
    """

    taken: frozenset[Role]
    given: frozenset[Role]
    waiting: frozenset[Role]


def needs_second_person(scope: Scope) -> bool:
    """Whether nobody gives this scope alone: to approve, to release, and all over operators."""
    resource, _, act = scope.value.partition(":")
    return act == "approve" or resource == "operators" or scope is Scope.LEGAL_RELEASE


def gated(roles: Iterable[Role], held: Iterable[Role] = ()) -> frozenset[Role]:
    """Which of the roles wait for a second person, for somebody who holds others already."""
    has = scopes_of(held)
    return frozenset(
        role
        for role in roles
        if any(needs_second_person(scope) for scope in scopes_of((role,)) - has)
    )


def role_change(staff: Staff, actor: str, person: str, wanted: Iterable[Role]) -> RoleChange:
    """What happens when somebody wants an operator to have these roles and no others.

    Args:
        staff: as of now.
        actor: who wants it.
        person: whose roles they are; nobody's yet, for an invitation.
        wanted: none, for a removal.

    Raises:
        NotPermitted: it is refused as a whole.
    """
    held, wanted = staff.of(person), frozenset(wanted)
    gained, lost = wanted - held, held - wanted
    if actor == person:
        if gained:
            raise NotPermitted(Refusal.OWN_RIGHTS)
    elif not staff.may(actor, Scope.OPERATORS_WRITE):
        raise NotPermitted(Refusal.NOT_ALLOWED)
    if Role.ADMIN in lost and staff.admins <= {person}:
        raise NotPermitted(Refusal.LAST_ADMIN)
    waiting = gated(gained, held - lost)
    return RoleChange(lost, gained - waiting, waiting)


def check_second_person(staff: Staff, actor: str, asked_by: str, gains: str) -> None:
    """Refuse a decision on roles that wait, unless a second person makes it.

    Args:
        staff: as of now.
        actor: who decides.
        asked_by: who asked for the roles.
        gains: whose roles they would be.

    Raises:
        NotPermitted: they are not the one to decide.
    """
    if actor == asked_by:
        raise NotPermitted(Refusal.ASKED)
    if actor == gains:
        raise NotPermitted(Refusal.GAINS)
    if not staff.may(actor, Scope.OPERATORS_APPROVE):
        raise NotPermitted(Refusal.MAY_NOT_APPROVE)


def still_stands(staff: Staff, asked_by: str, gains: str) -> bool:
    """Whether roles that wait can still be given: who asked may ask, who gains is an operator."""
    return gains in staff.roles and staff.may(asked_by, Scope.OPERATORS_WRITE)
