"""Operators and devices: what is known of them here, what one may do about it, and the acts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from lmchat_desktop.client import identity
from lmchat_desktop.client import operators as operators_api
from lmchat_desktop.contract.accounts import Member
from lmchat_desktop.contract.identity import Device, DeviceRevoke
from lmchat_desktop.contract.operators import (
    Grant,
    GrantDecision,
    GrantState,
    Operator,
    OperatorInvite,
    OperatorRemove,
    OperatorState,
    OperatorUpdate,
)
from lmchat_desktop.domain.lease import has_ended
from lmchat_desktop.domain.operators import NotPermitted, Staff, check_second_person, role_change
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from lmchat_desktop.cache.entities import EntityRepository
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.contract.operators import OperatorRole
    from lmchat_desktop.domain.operators import RoleChange
    from lmchat_desktop.domain.scopes import Role
    from lmchat_desktop.domain.wording import Sentence

NEEDS_WRITE = said("Operators", "Only an administrator may do this.")
NEEDS_DEVICES = said("Operators", "This needs the right to revoke anybody's device.")
REVOKED_BEFORE = said("Operators", "This device was revoked before.")


class DeviceState(Enum):
    """How a device stands."""

    IN_USE = said("Operators", "In use")
    LEASE_ENDED = said("Operators", "Lease ended")
    REVOKED = said("Operators", "Revoked")


@dataclass(frozen=True, slots=True)
class OperatorsPicture:
    """What the cache knows of operators and devices at one moment.

    Attributes:
        operators: by name.
        waiting: roles that wait for a second person, the oldest first.
        decided: roles that were decided on, the latest first.
        devices: the one that was seen last first.
        names: of people, by id.
        members: who belongs to any account.
    """

    operators: tuple[Operator, ...]
    waiting: tuple[Grant, ...]
    decided: tuple[Grant, ...]
    devices: tuple[Device, ...]
    names: Mapping[str, str]
    members: frozenset[str]

    @property
    def staff(self) -> Staff:
        """The operators as the rules see them."""
        return staff_of(self.operators)

    def operator(self, person_id: str) -> Operator | None:
        """An operator, if they are one still."""
        return next((one for one in self.operators if one.id == person_id), None)

    def device(self, device_id: str) -> Device | None:
        """A device, if it is known still."""
        return next((one for one in self.devices if one.id == device_id), None)

    def devices_of(self, person_id: str) -> int:
        """How many devices of a person are not revoked."""
        return sum(one.person_id == person_id and one.revoked_at is None for one in self.devices)


def read_operators(entities: EntityRepository) -> OperatorsPicture:
    """Read the cache; call it off the interface thread."""
    operators = sorted(entities.list(Operator), key=lambda one: (one.name.casefold(), one.id))
    grants = entities.list(Grant)
    members = entities.list(Member)
    waiting = (one for one in grants if one.state is GrantState.PENDING)
    decided = (one for one in grants if one.decided_at is not None)
    return OperatorsPicture(
        tuple(operators),
        tuple(sorted(waiting, key=lambda one: (one.asked_at, one.id))),
        tuple(sorted(decided, key=lambda one: (one.decided_at, one.id), reverse=True)),
        tuple(
            sorted(entities.list(Device), key=lambda one: (one.last_seen_at, one.id), reverse=True)
        ),
        {one.person_id: one.name for one in members} | {one.id: one.name for one in operators},
        frozenset(one.person_id for one in members),
    )


def staff_of(operators: Collection[Operator]) -> Staff:
    """Operators as the rules see them."""
    return Staff(
        {one.id: frozenset(one.roles) for one in operators},
        frozenset(one.id for one in operators if one.state is OperatorState.INVITED),
    )


def count_to_decide(entities: EntityRepository, person_id: str) -> int:
    """How many roles wait for a person's decision; call it off the interface thread."""
    waiting = entities.list(Grant, state=GrantState.PENDING)
    if not waiting:
        return 0
    staff = staff_of(entities.list(Operator))
    return sum(_against_deciding(staff, person_id, grant) is None for grant in waiting)


def device_state(device: Device, now: datetime) -> DeviceState:
    """How a device stands at an instant."""
    if device.revoked_at is not None:
        return DeviceState.REVOKED
    return DeviceState.LEASE_ENDED if has_ended(device.lease_until, now) else DeviceState.IN_USE


def outcome(
    picture: OperatorsPicture, me: Me, person_id: str, wanted: Collection[Role]
) -> RoleChange | Sentence:
    """What the backend would make of a wish for other roles, or why it would refuse."""
    try:
        return role_change(picture.staff, me.person.id, person_id, wanted)
    except NotPermitted as refused:
        return refused.refusal.value


def against_inviting(me: Me) -> Sentence | None:
    """Why the person may not invite operators; None where they may."""
    return None if Scope.OPERATORS_WRITE in me.scopes else NEEDS_WRITE


def against_changing(me: Me, operator: Operator) -> Sentence | None:
    """Why the person may not change an operator's roles; None where they may."""
    return None if operator.id == me.person.id else against_inviting(me)


def against_removing(picture: OperatorsPicture, me: Me, operator: Operator) -> Sentence | None:
    """Why the person may not remove an operator; None where they may."""
    told = outcome(picture, me, operator.id, ())
    return told if isinstance(told, str) else None


def against_deciding(picture: OperatorsPicture, me: Me, grant: Grant) -> Sentence | None:
    """Why the person may not approve or reject roles that wait; None where they may."""
    return _against_deciding(picture.staff, me.person.id, grant)


def against_revoking(me: Me, device: Device) -> Sentence | None:
    """Why the person may not revoke a device; None where they may."""
    if device.revoked_at is not None:
        return REVOKED_BEFORE
    own = is_own(me, device)
    return None if own or Scope.DEVICES_WRITE in me.scopes else NEEDS_DEVICES


def is_own(me: Me, device: Device) -> bool:
    """Whether a device is the person's own, which they revoke without a reason."""
    return device.person_id == me.person.id


def _against_deciding(staff: Staff, person_id: str, grant: Grant) -> Sentence | None:
    try:
        check_second_person(staff, person_id, grant.asked_by, grant.person_id)
    except NotPermitted as refused:
        return refused.refusal.value
    return None


@dataclass(frozen=True, slots=True)
class OperatorActs:
    """What a person does about operators and devices, each act once at most.

    Attributes:
        api: the backend.
        key: names the act, so that it can be sent again after a lost answer.
    """

    api: ApiClient
    key: str

    def invite(
        self,
        name: str,
        email: str,
        roles: Collection[OperatorRole],
        reason: str,
        cancel: CancelToken | None = None,
    ) -> Operator:
        """Make somebody an operator."""
        wanted = OperatorInvite(name=name, email=email, roles=sorted(roles), reason=reason)
        return operators_api.invite_operator(
            self.api, wanted, idempotency_key=self.key, cancel=cancel
        )

    def set_roles(
        self,
        operator: Operator,
        roles: Collection[OperatorRole],
        reason: str,
        cancel: CancelToken | None = None,
    ) -> Operator:
        """Give an operator other roles than were seen."""
        wanted = OperatorUpdate(roles=sorted(roles), reason=reason)
        return operators_api.set_roles(self.api, operator.id, wanted, operator.etag, cancel)

    def remove(self, operator: Operator, reason: str, cancel: CancelToken | None = None) -> None:
        """End all that somebody is as an operator."""
        why = OperatorRemove(reason=reason)
        operators_api.remove_operator(
            self.api, operator.id, why, idempotency_key=self.key, cancel=cancel
        )

    def approve(self, grant: Grant, reason: str, cancel: CancelToken | None = None) -> Grant:
        """Give roles that waited."""
        why = GrantDecision(reason=reason)
        return operators_api.approve_grant(
            self.api, grant.id, why, idempotency_key=self.key, cancel=cancel
        )

    def reject(self, grant: Grant, reason: str, cancel: CancelToken | None = None) -> Grant:
        """Refuse roles that waited."""
        why = GrantDecision(reason=reason)
        return operators_api.reject_grant(
            self.api, grant.id, why, idempotency_key=self.key, cancel=cancel
        )

    def withdraw(self, grant: Grant, reason: str, cancel: CancelToken | None = None) -> Grant:
        """Take back what was asked for."""
        why = GrantDecision(reason=reason)
        return operators_api.withdraw_grant(
            self.api, grant.id, why, idempotency_key=self.key, cancel=cancel
        )

    def revoke(self, device: Device, reason: str, cancel: CancelToken | None = None) -> None:
        """End a device's access."""
        why = DeviceRevoke(reason=reason)
        identity.revoke_device(self.api, device.id, why, idempotency_key=self.key, cancel=cancel)
