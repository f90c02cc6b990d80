"""The cache's tables, each column declared for the store registry (`domain.stores`).

An entity table has a column per field of its API type. `ENTITY_FIELDS` declares each of them, so
that a new field of the API cannot reach the cache undeclared.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UnaryExpression,
    collate,
    event,
    func,
    literal_column,
)
from sqlalchemy.sql.operators import custom_op

from lmchat_desktop.cache.columns import codec_of, is_optional
from lmchat_desktop.contract.changes import ENTITY_TYPES
from lmchat_desktop.domain.categories import Category
from lmchat_desktop.domain.stores import PLAIN, Erasure, Field, Store

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

metadata = MetaData()

_IDENTITY = Field(Category.ACCOUNT, Erasure.DELETE_ROW)
_DETAIL = Field(Category.ACCOUNT, Erasure.DELETE_ROW)
_DEVICE = Field(Category.USAGE, Erasure.DELETE_ROW)
_COUNTS = Field(Category.METADATA, Erasure.DELETE_ROW)

_AS_BACKEND = "as long as the backend shows it to this person"
_USAGE_DAYS = "as long as the backend lists it, at most 400 days"

ENTITY_STORES: dict[str, Store] = {
    "plan": Store("what customers subscribe to", "", _AS_BACKEND, Erasure.NOTHING),
    "provider": Store("model providers and regions", "", _AS_BACKEND, Erasure.NOTHING),
    "model": Store("models and their prices", "", _AS_BACKEND, Erasure.NOTHING),
    "processor": Store("vendors that receive data", "", _AS_BACKEND, Erasure.NOTHING),
    "account": Store("customers", "id", _AS_BACKEND, Erasure.DELETE_ROW),
    "member": Store("who belongs to an account", "person_id", _AS_BACKEND, Erasure.DELETE_ROW),
    "invitation": Store(
        "invitations into an account", "account_id", _AS_BACKEND, Erasure.DELETE_ROW
    ),
    "key": Store("API keys without secrets", "account_id", _AS_BACKEND, Erasure.DELETE_ROW),
    "device": Store(
        "installations of this application", "person_id", _AS_BACKEND, Erasure.DELETE_ROW
    ),
    "operator": Store("who works for lmchat", "id", _AS_BACKEND, Erasure.DELETE_ROW),
    "grant": Store(
        "roles that wait for a second person, or waited",
        "person_id, asked_by, decided_by",
        _AS_BACKEND,
        Erasure.DELETE_ROW,
    ),
}

ENTITY_FIELDS: dict[str, dict[str, Field]] = {
    "plan": dict.fromkeys(
        ("id", "name", "monthly_fee_nanos", "requests_per_minute", "key_limit"), PLAIN
    ),
    "provider": dict.fromkeys(("id", "name", "regions"), PLAIN),
    "model": dict.fromkeys(("id", "name", "context_tokens", "prices"), PLAIN),
    "processor": dict.fromkeys(
        ("id", "name", "purpose", "categories", "region", "transfer", "erasure"), PLAIN
    ),
    "account": dict.fromkeys(("id", "name", "email", "phone"), _IDENTITY)
    | dict.fromkeys(
        ("email_verified", "phone_verified", "country", "plan_id", "state", "created_at"), _DETAIL
    )
    | dict.fromkeys(("suspended_since", "suspended_reason"), _DETAIL)
    | {"etag": PLAIN},
    "member": dict.fromkeys(("id", "account_id", "person_id", "name", "email"), _IDENTITY)
    | dict.fromkeys(("role", "since"), _DETAIL)
    | {"etag": PLAIN},
    "invitation": dict.fromkeys(("id", "account_id", "email", "invited_by", "person_id"), _IDENTITY)
    | dict.fromkeys(("role", "state", "created_at", "expires_at", "ended_at"), _DETAIL),
    "key": dict.fromkeys(("id", "account_id", "created_by"), _IDENTITY)
    | dict.fromkeys(
        (
            "name",
            "notes",
            "hint",
            "state",
            "models",
            "providers",
            "countries",
            "addresses",
            "budget_nanos",
            "budget_period",
            "requests_per_minute",
            "requests_per_day",
            "tokens_per_minute",
            "tokens_per_day",
            "created_at",
            "expires_at",
            "rotated_at",
            "old_hint",
            "old_ends_at",
        ),
        _DETAIL,
    )
    | dict.fromkeys(("last_used_at", "revoked_at"), _DEVICE)
    | {"etag": PLAIN},
    "device": dict.fromkeys(
        ("id", "person_id", "name", "platform", "app_version", "registered_at", "last_seen_at"),
        _DEVICE,
    )
    | dict.fromkeys(("lease_until", "revoked_at"), _DEVICE)
    | {"etag": PLAIN},
    "operator": dict.fromkeys(("id", "name", "email"), _IDENTITY)
    | dict.fromkeys(("roles", "waiting", "state", "since", "joined_at"), _DETAIL)
    | {"etag": PLAIN},
    "grant": dict.fromkeys(
        (
            *("id", "person_id", "person_name", "asked_by", "asked_by_name"),
            *("decided_by", "decided_by_name"),
        ),
        _IDENTITY,
    )
    | dict.fromkeys(
        ("roles", "reason", "state", "asked_at", "decided_at", "decision_reason"), _DETAIL
    )
    | {"etag": PLAIN},
}

_TABLE_NAMES = {
    "plan": "plans",
    "provider": "providers",
    "model": "models",
    "processor": "processors",
    "account": "accounts",
    "member": "members",
    "invitation": "invitations",
    "key": "keys",
    "device": "devices",
    "operator": "operators",
    "grant": "grants",
}


def _entity_table(kind: str) -> Table:
    declared = ENTITY_FIELDS[kind]
    columns = [
        Column(
            name,
            codec_of(field).column,
            primary_key=name == "id",
            nullable=is_optional(field),
            info={"field": declared[name]},
        )
        for name, field in ENTITY_TYPES[kind].model_fields.items()
    ]
    generation: Column[int] = Column(
        "generation", BigInteger, nullable=False, info={"field": PLAIN}
    )
    return Table(
        _TABLE_NAMES[kind], metadata, *columns, generation, info={"store": ENTITY_STORES[kind]}
    )


entities: dict[str, Table] = {kind: _entity_table(kind) for kind in ENTITY_TYPES}
"""The table of each kind of entity; `generation` is the last snapshot that showed it."""

Index("keys_by_account", entities["key"].c.account_id)
Index("invitations_by_account", entities["invitation"].c.account_id)
Index("members_by_account", entities["member"].c.account_id)

SORTED_FIELDS: dict[str, tuple[str, ...]] = {
    "account": ("name", "plan_id", "state", "created_at"),
    "key": ("name", "created_at", "last_used_at", "expires_at", "state"),
}
"""By which fields there can be too many rows of a kind to sort them when they are looked at."""

FILTERED_FIELDS: dict[str, tuple[str, ...]] = {"account": (), "key": ("state",)}
"""What most rows are asked by: each order's index knows it, so that it can be walked alone."""

UNKNOWN_FIRST = -(2**63)
"""Stands for null in an order: what is unknown counts as smallest."""


def sort_expression(kind: str, field: str) -> ColumnElement[Any]:
    """What rows are sorted by, exactly as the index has it.

    Raises:
        KeyError: there is no index for that order.
    """
    if field not in SORTED_FIELDS.get(kind, ()):
        raise KeyError(field)
    column = entities[kind].c[field]
    if isinstance(column.type, Text) and not _is_word(kind, field):
        return collate(column, "NOCASE")
    return func.coalesce(column, literal_column(str(UNKNOWN_FIRST))) if column.nullable else column


def _is_word(kind: str, field: str) -> bool:
    """Whether a field's values are words of the API."""
    annotation = ENTITY_TYPES[kind].model_fields[field].annotation
    return isinstance(annotation, type) and issubclass(annotation, StrEnum)


FOUND_FIELDS: dict[str, tuple[str, ...]] = {"key": ("name", "hint", "id")}
"""By whose beginnings rows of a kind are found; ids as they are, others in any case of letters."""


def found_expression(kind: str, field: str) -> ColumnElement[Any]:
    """What a beginning is compared with, exactly as the index has it."""
    column = entities[kind].c[field]
    return column if field == "id" else collate(column, "NOCASE")


for _kind, _fields in FOUND_FIELDS.items():
    for _field in set(_fields) - {"id"} - set(SORTED_FIELDS[_kind]):
        Index(f"{entities[_kind].name}_by_{_field}", found_expression(_kind, _field))


_AS_IT_IS: custom_op[Any] = custom_op("+", precedence=16)


def unindexed(expression: ColumnElement[Any]) -> ColumnElement[Any]:
    """What SQLite does not look up in an index: the order's index is walked instead, which is
    sooner done where most rows have what is asked for.
    """
    return UnaryExpression(expression, operator=_AS_IT_IS, type_=expression.type)


for _kind, _fields in SORTED_FIELDS.items():
    for _field in _fields:
        Index(
            f"{entities[_kind].name}_by_{_field}",
            sort_expression(_kind, _field),
            entities[_kind].c.id,
            *(entities[_kind].c[name] for name in FILTERED_FIELDS[_kind] if name != _field),
        )

sync_state = Table(
    "sync_state",
    metadata,
    Column("id", BigInteger, primary_key=True, info={"field": PLAIN}),
    Column("cursor", Text, info={"field": PLAIN}),
    Column("generation", BigInteger, nullable=False, info={"field": PLAIN}),
    Column("snapshot_under_way", Boolean, nullable=False, info={"field": PLAIN}),
    Column("me", Text, info={"field": _IDENTITY}),
    Column("last_sync_ms", BigInteger, info={"field": PLAIN}),
    Column("newest_seen_ms", BigInteger, info={"field": PLAIN}),
    Column("contact_ms", BigInteger, info={"field": PLAIN}),
    Column("ahead_ms", BigInteger, info={"field": PLAIN}),
    CheckConstraint("id = 1", name="one_row"),
    info={
        "store": Store(
            "how far sync is, and who is signed in",
            "me → person.id",
            "as long as the cache",
            Erasure.CLEAR,
        )
    },
)
"""One row: the feed's cursor, the signed-in person as JSON, times in milliseconds."""

usage_slices = Table(
    "usage_slices",
    metadata,
    Column("scope", Text, primary_key=True, info={"field": _IDENTITY}),
    Column("slice_id", Text, primary_key=True, info={"field": PLAIN}),
    Column("start_s", BigInteger, nullable=False, info={"field": PLAIN}),
    Column("end_s", BigInteger, nullable=False, info={"field": PLAIN}),
    Column("covered_until_s", BigInteger, nullable=False, info={"field": PLAIN}),
    Column("resolution_s", BigInteger, nullable=False, info={"field": PLAIN}),
    Column("closed", Boolean, nullable=False, info={"field": PLAIN}),
    Column("etag", Text, nullable=False, info={"field": PLAIN}),
    Column("cells", BigInteger, nullable=False, info={"field": PLAIN}),
    Column("packing", Text, nullable=False, info={"field": PLAIN}),
    Column("body", LargeBinary, nullable=False, info={"field": _COUNTS}),
    info={
        "store": Store(
            "usage cells as they came, one row per scope and slice",
            "scope = account_id; key → keys.account_id",
            _USAGE_DAYS,
            Erasure.DELETE_ROW,
        )
    },
)
"""`covered_until_s` is the end, or how far an open slice had come when it was fetched."""

usage_rollups = Table(
    "usage_rollups",
    metadata,
    Column("scope", Text, primary_key=True, info={"field": _IDENTITY}),
    Column("zone", Text, primary_key=True, info={"field": PLAIN}),
    Column("level", Text, primary_key=True, info={"field": PLAIN}),
    Column("start_s", BigInteger, primary_key=True, info={"field": PLAIN}),
    Column("end_s", BigInteger, nullable=False, info={"field": PLAIN}),
    Column("sources", Text, nullable=False, info={"field": PLAIN}),
    Column("cells", BigInteger, nullable=False, info={"field": PLAIN}),
    Column("packing", Text, nullable=False, info={"field": PLAIN}),
    Column("body", LargeBinary, nullable=False, info={"field": _COUNTS}),
    info={
        "store": Store(
            "usage cells of one local day, added up to hours or to the day",
            "scope = account_id; key → keys.account_id",
            _USAGE_DAYS,
            Erasure.DELETE_ROW,
        )
    },
)
"""`sources` names the slices and ETags that a roll-up was made from; others make it invalid."""

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("id", Integer, primary_key=True, info={"field": PLAIN}),
    *(
        Column(name, Text, nullable=False, info={"field": PLAIN})
        for name in ("key", "checkpoint", "verdict", "restores")
    ),
    Column("size", BigInteger, info={"field": PLAIN}),
    Column("root", LargeBinary, info={"field": PLAIN}),
    Column("seen_ms", BigInteger, nullable=False, info={"field": PLAIN}),
    Column("checked_ms", BigInteger, nullable=False, info={"field": PLAIN}),
    Column("accepted_ms", BigInteger, info={"field": PLAIN}),
    Column("reason", Text, info={"field": Field(Category.ACCOUNT, Erasure.CLEAR)}),
    info={
        "store": Store(
            "signed heads of the backend's audit log, and why a person accepted one",
            "reason: sync_state.me → person.id",
            "as long as the cache; of older ones the fewer",
            Erasure.CLEAR,
        )
    },
)

first_picture = Table(
    "first_picture",
    metadata,
    Column("id", BigInteger, primary_key=True, info={"field": PLAIN}),
    Column("forgettings", BigInteger, nullable=False, info={"field": PLAIN}),
    Column("version", Text, info={"field": PLAIN}),
    Column("rights", Text, info={"field": Field(Category.ACCOUNT, Erasure.CLEAR)}),
    Column("valid_until_ms", BigInteger, info={"field": PLAIN}),
    Column("content", LargeBinary, info={"field": Field(Category.ACCOUNT, Erasure.CLEAR)}),
    CheckConstraint("id = 1", name="one_row"),
    info={
        "store": Store(
            "what the person saw last, to be seen at once at the next start",
            "sync_state.me → person.id",
            "until anything in the tables that it was made from is forgotten, the person signs "
            "out, or its oldest figure is past its retention",
            Erasure.CLEAR,
        )
    },
)
"""One row at most; `rights` is a digest of what the person might see when it was shown."""

FORGETTING_TRIGGERS: tuple[str, ...] = tuple(
    f"CREATE TRIGGER first_picture_after_{table.name} AFTER DELETE ON {table.name} BEGIN "
    "INSERT INTO first_picture (id, forgettings) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET forgettings = forgettings + 1, "
    "version = NULL, rights = NULL, valid_until_ms = NULL, content = NULL; END"
    for table in (*entities.values(), usage_slices)
)
"""Whatever is forgotten of an entity or of usage may stand in what was shown last: it goes too."""


@event.listens_for(metadata, "after_create")
def _make_triggers(_tables: MetaData, connection: Connection, **_more: Any) -> None:
    for statement in FORGETTING_TRIGGERS:
        connection.exec_driver_sql(statement)


alembic_version = Table(
    "alembic_version",
    metadata,
    Column("version_num", Text, primary_key=True, info={"field": PLAIN}),
    info={
        "store": Store("the revision of these tables", "", "as long as the cache", Erasure.NOTHING)
    },
)
"""Alembic's own table, declared here so that the revision is read without importing alembic."""
