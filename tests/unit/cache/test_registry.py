"""The store registry reaches every column and every file."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

import pytest
from sqlalchemy import inspect

from lmchat_desktop.cache import destruction, schema
from lmchat_desktop.cache.store import Cache, set_aside
from lmchat_desktop.cache.stores import CACHE_FILES
from lmchat_desktop.cache.tables import ENTITY_FIELDS, ENTITY_STORES, metadata
from lmchat_desktop.contract.changes import ENTITY_TYPES
from lmchat_desktop.domain.stores import Erasure, Field, Store
from tests.unit.cache.test_store import add
from tests.unit.cache.traffic import NOW


def test_every_column_of_the_real_file_is_declared(cache: Cache) -> None:
    with cache.read() as connection:
        found = inspect(connection)
        real = {
            (table, column["name"])
            for table in found.get_table_names()
            for column in found.get_columns(table)
        }
    declared = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.info.get("field"), Field)
        and isinstance(table.info.get("store"), Store)
    }
    assert real == declared


def test_every_field_of_the_api_is_declared_and_nothing_else() -> None:
    fields = {kind: set(entity.model_fields) for kind, entity in ENTITY_TYPES.items()}
    assert {kind: set(declared) for kind, declared in ENTITY_FIELDS.items()} == fields
    assert set(ENTITY_STORES) == set(ENTITY_TYPES)


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_personal_columns_have_a_subject_and_an_erasure(name: str) -> None:
    table = metadata.tables[name]
    store: Store = table.info["store"]
    fields = [column.info["field"] for column in table.columns]
    personal = [field for field in fields if field.category is not None]
    assert all(field.erasure is not Erasure.NOTHING for field in personal)
    assert bool(personal) == bool(store.subject)
    assert (store.erasure is Erasure.NOTHING) == (not personal)
    assert store.purpose
    assert store.retention


def test_every_file_is_declared(opened: Callable[..., Cache], path: Path) -> None:
    seen: set[str] = set()

    def look() -> None:
        seen.update(file.name for file in path.parent.iterdir())

    cache = opened()
    add(cache)
    look()
    cache.close()
    look()
    schema.back_up(path, "0001")
    look()
    path.with_name("cache.db-wal").write_bytes(b"x")
    set_aside(path, NOW)
    destruction.condemn(path, "lease-ended")
    look()
    assert len(seen) >= 7
    undeclared = {
        name for name in seen if not any(fnmatch(name, store.pattern) for store in CACHE_FILES)
    }
    assert undeclared == set()
    unused = {
        store.pattern
        for store in CACHE_FILES
        if not any(fnmatch(name, store.pattern) for name in seen)
    }
    assert unused == set()
