"""How the sandbox's tables declare themselves in the store registry of domain/stores.py."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Text
from sqlalchemy.types import TypeEngine

from lmchat_desktop.domain.categories import Category
from lmchat_desktop.domain.stores import PLAIN, Erasure, Field, Store

metadata = MetaData()

BIG_KEY = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key that SQLite keeps as its row id."""

NAME = Text().with_variant(Text(collation="C"), "postgresql")
"""An id or a name in ASCII, in the order of its bytes whatever the database's language."""

ACCOUNT = Field(Category.ACCOUNT, Erasure.DELETE_ROW)
USAGE = Field(Category.USAGE, Erasure.DELETE_ROW)
METADATA = Field(Category.METADATA, Erasure.DELETE_ROW)
AUDITED = Field(Category.ACCOUNT, Erasure.PSEUDONYMISE)
EXPIRING = Field(Category.USAGE, Erasure.EXPIRE)


def column(
    name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]], field: Field = PLAIN, **options: Any
) -> Column[Any]:
    """A column with its declaration; not null unless said otherwise."""
    options.setdefault("nullable", False)
    return Column(name, kind, info={"field": field}, **options)


def key(
    name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]] = NAME, field: Field = PLAIN
) -> Column[Any]:
    """A column of the primary key."""
    return column(name, kind, field, primary_key=True)


def number() -> Column[Any]:
    """The small number by which request rows name this row."""
    return column("number", Integer, unique=True)


def offered(purpose: str) -> Store:
    """The declaration of a table without any person's data."""
    return Store(purpose, "", "as long as lmchat offers it", Erasure.NOTHING)
