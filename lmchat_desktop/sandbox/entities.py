"""Rows as the contract's entities: one loader per kind, used by lists, details and the feed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, or_, select, tuple_

from lmchat_desktop.contract.accounts import AbuseReason, Account, AccountState, Member
from lmchat_desktop.contract.base import Answer
from lmchat_desktop.contract.catalog import Model, Plan, Price, Processor, Provider, Region
from lmchat_desktop.contract.identity import Device, Person
from lmchat_desktop.contract.invitations import Invitation, InvitationState
from lmchat_desktop.contract.keys import ApiKey
from lmchat_desktop.domain.categories import Category
from lmchat_desktop.domain.keys.rotation import Life
from lmchat_desktop.domain.keys.terms import BudgetPeriod
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import from_ms, maybe_from_ms, to_ms
from lmchat_desktop.sandbox.etags import etag_of
from lmchat_desktop.sandbox.operators import rows as operator_rows

Rows = Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class EntityKind:
    """How one kind of entity is found and made.

    Attributes:
        table: where its rows are.
        identity: the columns that make its id, joined by `/`.
        make: the rows as entities, in the same order, as of an instant.
    """

    table: Table
    identity: tuple[ColumnElement[Any], ...]
    make: Callable[[Connection, Rows, datetime], list[Answer]]
    statement: Select[Any]

    def id_of(self, row: Row[Any]) -> str:
        """The entity's id."""
        return "/".join(getattr(row, column.key or "") for column in self.identity)

    def is_any(self, ids: Sequence[str]) -> ColumnElement[bool]:
        """On the table: those with one of the ids."""
        if len(self.identity) == 1:
            return self.identity[0].in_(ids)
        parts = [
            split for split in (one.split("/") for one in ids) if len(split) == len(self.identity)
        ]
        return or_(
            *(
                and_(*(column == part for column, part in zip(self.identity, split, strict=True)))
                for split in parts
            )
        )

    def after(self, identity: str) -> ColumnElement[bool]:
        """On the table: those that come after this id in the order of ids."""
        if len(self.identity) == 1:
            return self.identity[0] > identity
        return tuple_(*self.identity) > tuple_(*identity.split("/"))


def fetch(
    connection: Connection,
    kind: str,
    condition: ColumnElement[bool],
    now: datetime,
    limit: int | None = None,
) -> list[Answer]:
    """The entities of a kind for which the condition holds, in the order of their ids."""
    known = KINDS[kind]
    rows = connection.execute(
        known.statement.where(condition).order_by(*known.identity).limit(limit)
    ).all()
    return known.make(connection, rows, now)


def person_of(row: Row[Any]) -> Person:
    """A row of `persons`."""
    return Person(
        id=row.id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        created_at=from_ms(row.created_ms),
    )


def invitation_state(row: Row[Any], now: datetime) -> InvitationState:
    """Whether a row of `invitations` can be accepted at the instant."""
    state = InvitationState(row.state)
    if state is InvitationState.OPEN and row.expires_ms <= to_ms(now):
        return InvitationState.EXPIRED
    return state


def life_of(row: Row[Any]) -> Life:
    """What decides which secrets of a row of `keys` work when."""
    return Life(
        expires_at=maybe_from_ms(row.expires_ms),
        revoked_at=maybe_from_ms(row.revoked_ms),
        rotated_at=maybe_from_ms(row.rotated_ms),
        old_ends_at=maybe_from_ms(row.old_ends_ms),
    )


def listed(text: str | None) -> list[str] | None:
    """A list that is kept as JSON."""
    return None if text is None else json.loads(text)


def _plans(_connection: Connection, rows: Rows, _now: datetime) -> list[Answer]:
    return [
        Plan(
            id=row.id,
            name=row.name,
            monthly_fee_nanos=row.monthly_fee_nanos,
            requests_per_minute=row.requests_per_minute,
            key_limit=row.key_limit,
        )
        for row in rows
    ]


def _providers(connection: Connection, rows: Rows, _now: datetime) -> list[Answer]:
    regions: dict[str, list[Region]] = defaultdict(list)
    for row in connection.execute(select(tables.regions).order_by(tables.regions.c.id)):
        regions[row.provider_id].append(Region(id=row.id, name=row.name, country=row.country))
    return [Provider(id=row.id, name=row.name, regions=regions[row.id]) for row in rows]


def _models(connection: Connection, rows: Rows, _now: datetime) -> list[Answer]:
    prices: dict[str, list[Price]] = defaultdict(list)
    for row in connection.execute(select(tables.prices).order_by(tables.prices.c.provider_id)):
        prices[row.model_id].append(
            Price(
                provider_id=row.provider_id,
                input_usd=Decimal(row.input_usd),
                cached_input_usd=Decimal(row.cached_input_usd),
                output_usd=Decimal(row.output_usd),
            )
        )
    return [
        Model(id=row.id, name=row.name, context_tokens=row.context_tokens, prices=prices[row.id])
        for row in rows
    ]


def _processors(_connection: Connection, rows: Rows, _now: datetime) -> list[Answer]:
    return [
        Processor(
            id=row.id,
            name=row.name,
            purpose=row.purpose,
            categories=[Category(one) for one in json.loads(row.categories)],
            region=row.region,
            transfer=row.transfer,
            erasure=row.erasure,
        )
        for row in rows
    ]


def _accounts(_connection: Connection, rows: Rows, _now: datetime) -> list[Answer]:
    return [
        Account(
            id=row.id,
            name=row.name,
            email=row.email,
            email_verified=row.email_verified,
            phone=row.phone,
            phone_verified=row.phone_verified,
            country=row.country,
            plan_id=row.plan_id,
            state=AccountState(row.state),
            suspended_since=maybe_from_ms(row.suspended_ms),
            suspended_reason=None
            if row.suspended_reason is None
            else AbuseReason(row.suspended_reason),
            created_at=from_ms(row.created_ms),
            etag=etag_of(row.version),
        )
        for row in rows
    ]


def _members(_connection: Connection, rows: Rows, _now: datetime) -> list[Answer]:
    return [
        Member(
            id=f"{row.account_id}/{row.person_id}",
            account_id=row.account_id,
            person_id=row.person_id,
            name=row.name,
            email=row.email,
            role=Role(row.role),
            since=from_ms(row.since_ms),
            etag=etag_of(row.version),
        )
        for row in rows
    ]


def _invitations(_connection: Connection, rows: Rows, now: datetime) -> list[Answer]:
    return [
        Invitation(
            id=row.id,
            account_id=row.account_id,
            email=row.email,
            role=Role(row.role),
            state=invitation_state(row, now),
            invited_by=row.invited_by,
            created_at=from_ms(row.created_ms),
            expires_at=from_ms(row.expires_ms),
            ended_at=maybe_from_ms(row.ended_ms),
            person_id=row.person_id,
        )
        for row in rows
    ]


def _keys(_connection: Connection, rows: Rows, now: datetime) -> list[Answer]:
    return [_key(row, now) for row in rows]


def _key(row: Row[Any], now: datetime) -> ApiKey:
    life = life_of(row)
    overlaps = life.in_overlap(now)
    return ApiKey(
        id=row.id,
        account_id=row.account_id,
        name=row.name,
        notes=row.notes,
        hint=row.hint,
        state=life.state(now),
        models=listed(row.models),
        providers=listed(row.providers),
        countries=listed(row.countries),
        addresses=listed(row.addresses),
        budget_nanos=row.budget_nanos,
        budget_period=None if row.budget_period is None else BudgetPeriod(row.budget_period),
        requests_per_minute=row.requests_per_minute,
        requests_per_day=row.requests_per_day,
        tokens_per_minute=row.tokens_per_minute,
        tokens_per_day=row.tokens_per_day,
        created_at=from_ms(row.created_ms),
        created_by=row.created_by,
        expires_at=life.expires_at,
        last_used_at=maybe_from_ms(row.last_used_ms),
        revoked_at=life.revoked_at,
        rotated_at=life.rotated_at,
        old_hint=row.old_hint if overlaps else None,
        old_ends_at=life.overlap_end if overlaps else None,
        etag=etag_of(row.version),
    )


def _devices(_connection: Connection, rows: Rows, _now: datetime) -> list[Answer]:
    return [
        Device(
            id=row.id,
            person_id=row.person_id,
            name=row.name,
            platform=row.platform,
            app_version=row.app_version,
            registered_at=from_ms(row.registered_ms),
            last_seen_at=from_ms(row.last_seen_ms),
            lease_until=from_ms(row.lease_until_ms),
            revoked_at=maybe_from_ms(row.revoked_ms),
            etag=etag_of(row.version),
        )
        for row in rows
    ]


def _by_id(table: Table, make: Callable[[Connection, Rows, datetime], list[Answer]]) -> EntityKind:
    return EntityKind(table, (table.c.id,), make, select(table))


KINDS: dict[str, EntityKind] = {
    "plan": _by_id(tables.plans, _plans),
    "provider": _by_id(tables.providers, _providers),
    "model": _by_id(tables.models, _models),
    "processor": _by_id(tables.processors, _processors),
    "account": _by_id(tables.accounts, _accounts),
    "member": EntityKind(
        tables.members,
        (tables.members.c.account_id, tables.members.c.person_id),
        _members,
        select(tables.members, tables.persons.c.name, tables.persons.c.email).join(
            tables.persons, tables.persons.c.id == tables.members.c.person_id
        ),
    ),
    "invitation": _by_id(tables.invitations, _invitations),
    "key": _by_id(tables.keys, _keys),
    "device": _by_id(tables.devices, _devices),
    "operator": EntityKind(
        tables.staff,
        (tables.staff.c.person_id,),
        operator_rows.operators,
        operator_rows.OPERATORS,
    ),
    "grant": EntityKind(
        tables.grants, (tables.grants.c.id,), operator_rows.grants, operator_rows.GRANTS
    ),
}
"""The kinds of the change feed; the same as `contract.changes.ENTITY_TYPES`."""
