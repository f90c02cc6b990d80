"""Events of accounts: what an act means to the account that it is on, and where it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select
from starlette.requests import Request

from lmchat_desktop.contract.account_events import AccountEvent, EventKind
from lmchat_desktop.domain.policy import Part, kept_for
from lmchat_desktop.domain.scopes import Principal
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import from_ms, to_ms
from lmchat_desktop.sandbox.identifiers import NumberedIds
from lmchat_desktop.sandbox.uow import Unit

KEPT = kept_for(Part.EVENTS)
_LONGEST = 500

_OF_ACCOUNTS = {
    "account.update": EventKind.ACCOUNT_CHANGED,
    "account.suspend": EventKind.SUSPENDED,
    "account.reinstate": EventKind.REINSTATED,
    "contact.send-code": EventKind.CODE_SENT,
    "contact.refuse-code": EventKind.CODE_REFUSED,
    "contact.change": EventKind.CONTACT_CHANGED,
    "export.start": EventKind.EXPORT_STARTED,
    "export.fetch": EventKind.EXPORT_FETCHED,
    "invitation.create": EventKind.MEMBER_INVITED,
    "invitation.withdraw": EventKind.INVITATION_WITHDRAWN,
    "key.create": EventKind.KEY_CREATED,
    "key.revoke": EventKind.KEY_REVOKED,
    "key.rotate": EventKind.KEY_ROTATED,
    "key.update": EventKind.KEY_CHANGED,
    "member.change": EventKind.MEMBER_CHANGED,
    "member.join": EventKind.MEMBER_JOINED,
    "member.remove": EventKind.MEMBER_REMOVED,
    "policy.update": EventKind.POLICY_CHANGED,
    "recovery.approve": EventKind.RECOVERY,
    "recovery.complete": EventKind.RECOVERY,
}
"""By the action in the audit log: acts on an account."""

_OF_PEOPLE = {
    "contact.change": EventKind.CONTACT_CHANGED,
    "contact.refuse-code": EventKind.CODE_REFUSED,
    "contact.send-code": EventKind.CODE_SENT,
    "device.register": EventKind.DEVICE_REGISTERED,
    "device.revoke": EventKind.DEVICE_REVOKED,
    "session.begin": EventKind.SIGN_IN,
    "session.end": EventKind.SIGN_OUT,
    "token.create": EventKind.TOKEN_CREATED,
    "token.revoke": EventKind.TOKEN_REVOKED,
}
"""Acts of a person that each of their accounts is told of."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a call came from, as it says."""

    ip: str
    user_agent: str

    @classmethod
    def of(cls, request: Request) -> Origin:
        """The origin of a request."""
        host = "" if request.client is None else request.client.host
        return cls(host, request.headers.get("User-Agent", "")[:_LONGEST])


class ActUnit(Unit):
    """An act under way, of which the accounts that it is on are told as events.

    Attributes:
        origin: where the call came from.
    """

    def __init__(
        self, connection: Connection, now: datetime, principal: Principal, origin: Origin
    ) -> None:
        super().__init__(connection, now, principal)
        self.origin = origin

    def audit(
        self,
        action: str,
        kind: str,
        entity_id: str,
        account_id: str | None = None,
        reason: str = "",
        **more: Any,
    ) -> None:
        """Also tells the account, or the accounts of the person whom it is about."""
        super().audit(action, kind, entity_id, account_id, reason, **more)
        if account_id is not None and action in _OF_ACCOUNTS:
            self._note(_OF_ACCOUNTS[action], [account_id], entity_id)
        elif account_id is None and action in _OF_PEOPLE:
            person_id = self._concerned(kind, entity_id)
            accounts = _accounts_of(self.connection, person_id)
            own = person_id == self.principal.person_id
            self._note(_OF_PEOPLE[action], accounts, entity_id, own=own)

    def _note(
        self, kind: EventKind, accounts: Iterable[str], detail: str, *, own: bool = True
    ) -> None:
        """Write an event; of where an operator sits an account is told nothing."""
        person_id = self.principal.person_id
        device = _device(self.connection, self.principal.device_id)
        name = "" if device is None else device.name
        is_new: bool | None = None
        for account_id in accounts:
            row: dict[str, Any] = {
                "account_id": account_id,
                "at_ms": to_ms(self.now),
                "kind": kind.value,
                "detail": detail,
            }
            if own and account_id in self.principal.account_roles:
                if is_new is None:
                    is_new = kind is EventKind.SIGN_IN and self._is_new(name)
                row |= {
                    "person_id": person_id,
                    "device_id": self.principal.device_id,
                    "device_name": name,
                    "ip": self.origin.ip,
                    "user_agent": self.origin.user_agent,
                    "new_device": is_new,
                }
            self.connection.execute(insert(tables.account_events).values(**row))

    def _is_new(self, device_name: str) -> bool:
        """Whether the person was not seen with this user agent and a device of this name."""
        row = tables.account_events.c
        seen = select(row.id).where(
            row.person_id == self.principal.person_id,
            row.kind == EventKind.SIGN_IN.value,
            row.user_agent == self.origin.user_agent,
            row.device_name == device_name,
        )
        return self.connection.scalar(seen.limit(1)) is None

    def _concerned(self, kind: str, entity_id: str) -> str:
        if kind == "device":
            device = _device(self.connection, entity_id)
            if device is not None:
                return str(device.person_id)
        return self.principal.person_id


def forget(connection: Connection, now: datetime) -> None:
    """Delete the events whose time is over."""
    row = tables.account_events.c
    connection.execute(delete(tables.account_events).where(row.at_ms <= to_ms(now - KEPT)))


def event_of(row: Row[Any], ids: NumberedIds) -> AccountEvent:
    """A row of `account_events`."""
    return AccountEvent(
        id=ids.text(row.id),
        account_id=row.account_id,
        at=from_ms(row.at_ms),
        kind=EventKind(row.kind),
        person_id=row.person_id,
        device_id=row.device_id,
        device_name=row.device_name,
        ip=row.ip,
        user_agent=row.user_agent,
        new_device=row.new_device,
        detail=row.detail,
    )


def _device(connection: Connection, device_id: str | None) -> Row[Any] | None:
    devices = tables.devices
    return connection.execute(select(devices).where(devices.c.id == device_id)).first()


def _accounts_of(connection: Connection, person_id: str) -> list[str]:
    members = tables.members.c
    return list(
        connection.scalars(
            select(members.account_id)
            .where(members.person_id == person_id)
            .order_by(members.account_id)
        )
    )
