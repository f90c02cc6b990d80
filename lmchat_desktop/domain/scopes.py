"""Roles of persons and the scopes that each role brings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Role(StrEnum):
    """A person's role: in an account (owner, member) or as an operator of lmchat."""

    OWNER = "owner"
    MEMBER = "member"
    SUPPORT = "support"
    LEGAL = "legal"
    ADMIN = "admin"


OPERATOR_ROLES = frozenset({Role.SUPPORT, Role.LEGAL, Role.ADMIN})
ACCOUNT_ROLES = frozenset({Role.OWNER, Role.MEMBER})


class Scope(StrEnum):
    """What a person may do. An account role brings its scopes for that account alone."""

    USAGE_READ = "usage:read"
    REQUESTS_READ = "requests:read"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_WRITE = "accounts:write"
    CATALOG_READ = "catalog:read"
    SERVICE_READ = "service:read"
    """Usage of the whole service, and of any account."""
    AUDIT_READ = "audit:read"
    DEVICES_READ = "devices:read"
    DEVICES_WRITE = "devices:write"
    JOBS_RUN = "jobs:run"
    MEMBERS_WRITE = "members:write"
    """To invite people to an account and to remove them; the account's owners alone hold it."""
    OPERATORS_READ = "operators:read"
    OPERATORS_WRITE = "operators:write"
    OPERATORS_APPROVE = "operators:approve"
    """To be the second person where somebody is given the right to approve."""
    DELETIONS_APPROVE = "deletions:approve"
    LEGAL_RELEASE = "legal:release"
    CONTENT_READ = "content:read"
    ACCOUNTS_SUSPEND = "accounts:suspend"
    ACCOUNTS_RECOVER = "accounts:recover"
    ACCOUNTS_EXPORT = "accounts:export"
    EVENTS_READ = "events:read"
    NOTES_READ = "notes:read"
    NOTES_WRITE = "notes:write"
    KEYS_LEAKS = "keys:leaks"


_OF_OWNERS = frozenset({Scope.MEMBERS_WRITE, Scope.ACCOUNTS_EXPORT, Scope.EVENTS_READ})
_OF_STAFF = frozenset(
    {
        Scope.ACCOUNTS_SUSPEND,
        Scope.ACCOUNTS_RECOVER,
        Scope.EVENTS_READ,
        Scope.NOTES_READ,
        Scope.NOTES_WRITE,
        Scope.KEYS_LEAKS,
    }
)
"""What support and admins do for accounts, beyond changing them."""


ROLE_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.OWNER: frozenset(
        {
            Scope.USAGE_READ,
            Scope.REQUESTS_READ,
            Scope.KEYS_READ,
            Scope.KEYS_WRITE,
            Scope.ACCOUNTS_READ,
            Scope.ACCOUNTS_WRITE,
            Scope.CATALOG_READ,
        }
    )
    | _OF_OWNERS,
    Role.MEMBER: frozenset(
        {
            Scope.USAGE_READ,
            Scope.REQUESTS_READ,
            Scope.KEYS_READ,
            Scope.ACCOUNTS_READ,
            Scope.CATALOG_READ,
        }
    ),
    Role.SUPPORT: frozenset(
        {
            Scope.SERVICE_READ,
            Scope.USAGE_READ,
            Scope.ACCOUNTS_READ,
            Scope.ACCOUNTS_WRITE,
            Scope.KEYS_READ,
            Scope.KEYS_WRITE,
            Scope.CATALOG_READ,
            Scope.AUDIT_READ,
        }
    )
    | _OF_STAFF,
    Role.LEGAL: frozenset(
        {
            Scope.SERVICE_READ,
            Scope.USAGE_READ,
            Scope.ACCOUNTS_READ,
            Scope.CATALOG_READ,
            Scope.AUDIT_READ,
            Scope.OPERATORS_READ,
            Scope.OPERATORS_APPROVE,
            Scope.DELETIONS_APPROVE,
            Scope.LEGAL_RELEASE,
            Scope.CONTENT_READ,
            Scope.NOTES_READ,
        }
    ),
    Role.ADMIN: frozenset(
        {
            Scope.SERVICE_READ,
            Scope.USAGE_READ,
            Scope.REQUESTS_READ,
            Scope.KEYS_READ,
            Scope.KEYS_WRITE,
            Scope.ACCOUNTS_READ,
            Scope.ACCOUNTS_WRITE,
            Scope.CATALOG_READ,
            Scope.AUDIT_READ,
            Scope.DEVICES_READ,
            Scope.DEVICES_WRITE,
            Scope.JOBS_RUN,
            Scope.OPERATORS_READ,
            Scope.OPERATORS_WRITE,
            Scope.OPERATORS_APPROVE,
            Scope.DELETIONS_APPROVE,
        }
    )
    | _OF_STAFF,
}


def scopes_of(roles: Iterable[Role]) -> frozenset[Scope]:
    """All scopes that the roles bring together."""
    return frozenset().union(*(ROLE_SCOPES[role] for role in roles))


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person with what decides what they see and may do.

    Attributes:
        person_id: the person; "two people" compares these.
        operator_roles: roles held as an operator of lmchat.
        account_roles: role by account id.
        device_id: the device of this session, where one is registered.
        access_version: grows when the person's grants change; an older feed cursor is gone then.
    """

    person_id: str
    operator_roles: frozenset[Role]
    account_roles: dict[str, Role]
    device_id: str | None = None
    access_version: int = 0

    @property
    def is_operator(self) -> bool:
        """Whether the person works for lmchat."""
        return bool(self.operator_roles)

    def may(self, scope: Scope, account_id: str | None = None) -> bool:
        """Whether the scope is held: as an operator, or in the named account (any, if None)."""
        if scope in scopes_of(self.operator_roles):
            return True
        if account_id is None:
            return scope in scopes_of(self.account_roles.values())
        role = self.account_roles.get(account_id)
        return role is not None and scope in ROLE_SCOPES[role]
