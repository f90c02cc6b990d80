"""Accounts, keys, plans and the other entities of the change feed: one mapping for all kinds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from sqlalchemy import Connection, Row, Table, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from lmchat_desktop.cache import due_keys
from lmchat_desktop.cache.columns import Codec, codec_of
from lmchat_desktop.cache.tables import entities
from lmchat_desktop.contract.base import Answer
from lmchat_desktop.contract.changes import ENTITY_TYPES, Change

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime, timedelta

    from lmchat_desktop.cache.store import Cache
    from lmchat_desktop.contract.keys import ApiKey

E = TypeVar("E", bound=Answer)

KIND_OF: dict[type[Answer], str] = {entity: kind for kind, entity in ENTITY_TYPES.items()}


class EntityRepository:
    """Reads the entities that the change feed has brought."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    @overload
    def get(self, kind: type[E], entity_id: str) -> E | None: ...

    @overload
    def get(self, kind: str, entity_id: str) -> Answer | None: ...

    def get(self, kind: type[E] | str, entity_id: str) -> E | Answer | None:
        """One entity of a kind, named by its API type or its name in the feed."""
        found = self.list(kind, id=entity_id)
        return found[0] if found else None

    @overload
    def list(self, kind: type[E], **equals: Any) -> list[E]: ...

    @overload
    def list(self, kind: str, **equals: Any) -> list[Answer]: ...

    def list(self, kind: type[E] | str, **equals: Any) -> Sequence[E | Answer]:
        """All entities of a kind whose fields equal the given values, by id."""
        name = kind if isinstance(kind, str) else KIND_OF[kind]
        with self._cache.read() as connection:
            return cast("Sequence[E]", read(connection, name, **equals))

    def as_kept(self, kind: type[Answer] | str, *fields: str) -> Sequence[tuple[Any, ...]]:
        """Some fields of all entities of a kind, by id, for those who go through very many.

        Texts are as the API has them; other values as `cache.columns` keeps them.
        """
        table = entities[kind if isinstance(kind, str) else KIND_OF[kind]]
        statement = select(*(table.c[field] for field in fields)).order_by(table.c.id)
        with self._cache.read() as connection:
            return [tuple(row) for row in connection.execute(statement)]

    def names(self, kind: type[Answer] | str, ids: Collection[str]) -> dict[str, str]:
        """The names of some entities of a kind by their ids; those that are not there are left out.

        There may be no more than some hundreds of ids.
        """
        table = entities[kind if isinstance(kind, str) else KIND_OF[kind]]
        statement = select(table.c.id, table.c.name).where(table.c.id.in_(sorted(ids)))
        with self._cache.read() as connection:
            return {row.id: row.name for row in connection.execute(statement)}

    def due_keys(
        self,
        now: datetime,
        notice: timedelta,
        lately: timedelta,
        account_id: str | None = None,
    ) -> Sequence[ApiKey]:
        """Keys that expire within the notice, and keys that have ended and were used lately.

        Args:
            now: the present instant.
            notice: how long before its expiry a key counts.
            lately: how long ago a key that has ended may have been used.
            account_id: of this account; None for all.
        """
        expiring = due_keys.expiring(now, notice, account_id)
        called = due_keys.called_after_end(now, lately, account_id)
        with self._cache.read() as connection:
            rows = [*connection.execute(expiring), *connection.execute(called)]
        return [cast("ApiKey", _entity("key", row)) for row in rows]

    def count(self, kind: type[Answer] | str, **equals: Any) -> int:
        """How many entities of a kind have fields that equal the given values."""
        name = kind if isinstance(kind, str) else KIND_OF[kind]
        statement = select(func.count()).select_from(entities[name])
        with self._cache.read() as connection:
            return connection.scalar(statement.where(*_conditions(name, equals))) or 0


def read(connection: Connection, kind: str, **equals: Any) -> list[Answer]:
    """As `EntityRepository.list`, within a transaction."""
    table = entities[kind]
    statement = select(table).where(*_conditions(kind, equals)).order_by(table.c.id)
    return [_entity(kind, row) for row in connection.execute(statement)]


def apply(connection: Connection, changes: Sequence[Change], generation: int) -> set[str]:
    """Store a page of changes, in order; answers the kinds of which something changed."""
    latest: dict[tuple[str, str], Answer | None] = {}
    for change in changes:
        latest[change.kind, change.id] = change.entity
    upserts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    tombstones: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for (kind, entity_id), entity in latest.items():
        if entity is None:
            tombstones[kind].append({"gone": entity_id})
        else:
            upserts[kind].append(_row(kind, entity) | {"generation": generation})
    for kind, rows in upserts.items():
        connection.execute(_upsert(entities[kind]), rows)
    for kind, ids in tombstones.items():
        table = entities[kind]
        connection.execute(delete(table).where(table.c.id == bindparam("gone")), ids)
    return set(upserts) | set(tombstones)


def forget_older(connection: Connection, generation: int) -> set[str]:
    """Forget what a finished snapshot did not send; answers the kinds that lost something."""
    lost = set()
    for kind, table in entities.items():
        if connection.execute(delete(table).where(table.c.generation < generation)).rowcount:
            lost.add(kind)
    return lost


def _codecs(kind: str) -> dict[str, Codec]:
    fields = ENTITY_TYPES[kind].model_fields
    return {name: codec_of(field) for name, field in fields.items()}


def _row(kind: str, entity: Answer) -> dict[str, Any]:
    values = {name: getattr(entity, name) for name in ENTITY_TYPES[kind].model_fields}
    codecs = _codecs(kind)
    return {
        name: None if value is None else codecs[name].store(value) for name, value in values.items()
    }


def _entity(kind: str, row: Row[Any]) -> Answer:
    values = row._mapping
    return ENTITY_TYPES[kind].model_validate(
        {
            name: None if values[name] is None else codec.load(values[name])
            for name, codec in _codecs(kind).items()
        }
    )


def _conditions(kind: str, equals: dict[str, Any]) -> list[Any]:
    table, codecs = entities[kind], _codecs(kind)
    return [
        table.c[name].is_(None) if value is None else table.c[name] == codecs[name].store(value)
        for name, value in equals.items()
    ]


def _upsert(table: Table) -> Any:
    statement = insert(table)
    names = [column.name for column in table.columns if column.name != "id"]
    return statement.on_conflict_do_update(
        index_elements=["id"], set_={name: statement.excluded[name] for name in names}
    )
