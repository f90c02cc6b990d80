"""What a principal may see, as conditions on rows: the one answer behind lists, counts, the feed,
the audit view and every total. What is not visible does not exist.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.scopes import ROLE_SCOPES, Principal, Scope, scopes_of
from lmchat_desktop.sandbox import tables

Condition = ColumnElement[bool]

CATALOG_KINDS = ("plan", "provider", "model", "processor")


class Visibility:
    """The conditions of one principal."""

    def __init__(self, principal: Principal) -> None:
        self._principal = principal
        self._service_wide = scopes_of(principal.operator_roles)

    def of_kind(self, kind: str) -> Condition:
        """On the table of a kind of entity of the change feed, or of requests, audit and jobs."""
        match kind:
            case "account":
                return self._accounts(Scope.ACCOUNTS_READ, tables.accounts.c.id)
            case "member":
                return self._accounts(Scope.ACCOUNTS_READ, tables.members.c.account_id)
            case "invitation":
                return self._accounts(Scope.ACCOUNTS_WRITE, tables.invitations.c.account_id)
            case "key":
                return self._accounts(Scope.KEYS_READ, tables.keys.c.account_id)
            case "device":
                return self._own(Scope.DEVICES_READ, tables.devices.c.person_id)
            case "operator":
                return self._own(Scope.OPERATORS_READ, tables.staff.c.person_id)
            case "grant":
                return self._own(Scope.OPERATORS_READ, tables.grants.c.person_id)
            case "request":
                return self._requests()
            case "event":
                return self._accounts(Scope.EVENTS_READ, tables.account_events.c.account_id)
            case "note":
                return self._accounts(Scope.NOTES_READ, tables.account_notes.c.account_id)
            case "contact_change":
                row = tables.contact_changes.c
                return or_(
                    row.person_id == self._principal.person_id,
                    self._accounts(Scope.ACCOUNTS_WRITE, row.account_id),
                )
            case "recovery":
                return self._accounts(Scope.ACCOUNTS_RECOVER, tables.recoveries.c.account_id)
            case "export":
                return self._accounts(Scope.ACCOUNTS_EXPORT, tables.exports.c.account_id)
            case "leak":
                return self._accounts(Scope.KEYS_LEAKS, tables.keys.c.account_id)
            case "outbox":
                return _when(Scope.SERVICE_READ in self._service_wide)
            case "audit":
                return self._accounts(Scope.AUDIT_READ, tables.audit.c.account_id)
            case "job":
                return self._own(Scope.JOBS_RUN, tables.jobs.c.created_by)
            case _ if kind in CATALOG_KINDS:
                return _when(self._principal.may(Scope.CATALOG_READ))
        raise ValueError(f"no such kind of entity: {kind}")

    def changes(self) -> Condition:
        """On rows of the change feed."""
        row = tables.changes.c
        return or_(
            and_(row.kind.in_(CATALOG_KINDS), self.of_kind("plan")),
            and_(
                row.kind.in_(("account", "member")),
                self._accounts(Scope.ACCOUNTS_READ, row.account_id),
            ),
            and_(row.kind == "invitation", self._accounts(Scope.ACCOUNTS_WRITE, row.account_id)),
            and_(row.kind == "key", self._accounts(Scope.KEYS_READ, row.account_id)),
            and_(row.kind == "device", self._own(Scope.DEVICES_READ, row.person_id)),
            and_(
                row.kind.in_(("operator", "grant")),
                self._own(Scope.OPERATORS_READ, row.person_id),
            ),
        )

    def accounts_for_usage(self) -> Condition:
        """On `accounts`: those whose usage is visible."""
        return or_(
            _when(Scope.SERVICE_READ in self._service_wide),
            self._accounts(Scope.USAGE_READ, tables.accounts.c.id),
        )

    def usage_scope(self, scope: str) -> bool:
        """Whether the usage of the whole service, or of an account by its id, is visible.

        Whether the account exists is not asked here.
        """
        if scope == SERVICE_SCOPE:
            return Scope.SERVICE_READ in self._service_wide
        return Scope.SERVICE_READ in self._service_wide or self._principal.may(
            Scope.USAGE_READ, scope
        )

    def _requests(self) -> Condition:
        if Scope.REQUESTS_READ in self._service_wide:
            return true()
        numbers = select(tables.accounts.c.number).where(
            self._accounts(Scope.REQUESTS_READ, tables.accounts.c.id)
        )
        return tables.requests.c.account_no.in_(numbers)

    def _accounts(self, scope: Scope, column: ColumnElement[Any]) -> Condition:
        if scope in self._service_wide:
            return true()
        allowed = sorted(
            account
            for account, role in self._principal.account_roles.items()
            if scope in ROLE_SCOPES[role]
        )
        return column.in_(allowed) if allowed else false()

    def _own(self, scope: Scope, column: ColumnElement[Any]) -> Condition:
        if scope in self._service_wide:
            return true()
        return column == self._principal.person_id


def visible(principal: Principal) -> Visibility:
    """What the principal may see."""
    return Visibility(principal)


def _when(allowed: bool) -> Condition:
    return true() if allowed else false()
