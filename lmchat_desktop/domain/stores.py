"""The store registry's vocabulary: where personal data lies, whose it is, and how it goes.

Every table column, file kind and cache kind is declared with these. A column carries its `Field`
in SQLAlchemy's `Column.info["field"]`, a table its `Store` in `Table.info["store"]`; files are
declared as `FileStore`. Purge, preview, erasure and readback walk the declarations and nothing
else, and a test fails on a column or file that has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lmchat_desktop.domain.categories import Category


class Erasure(StrEnum):
    """What an erasure does with a field or a row."""

    DELETE_ROW = "delete-row"
    CLEAR = "clear"
    PSEUDONYMISE = "pseudonymise"
    EXPIRE = "expire"
    """Left to end by its own, stated retention."""
    NOTHING = "nothing"
    """Not personal data."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its data category (None: not personal) and what an erasure does with it."""

    category: Category | None = None
    erasure: Erasure = Erasure.NOTHING


@dataclass(frozen=True, slots=True)
class Store:
    """One table of the backend or of a cache.

    Attributes:
        purpose: what it is for, in a few words.
        subject: the path to the data subject, such as `account_id` or `key_id → keys.account_id`;
            empty where no person's data lies here.
        retention: how long a row is kept and by which rule, in words.
        erasure: what an erasure of the subject does with its rows.
    """

    purpose: str
    subject: str
    retention: str
    erasure: Erasure


@dataclass(frozen=True, slots=True)
class FileStore:
    """One kind of file that the product writes.

    Attributes:
        pattern: a glob below the data folder.
        purpose, subject, retention, erasure: as for `Store`.
        categories: which categories' data can lie in it.
    """

    pattern: str
    purpose: str
    subject: str
    retention: str
    erasure: Erasure
    categories: frozenset[Category] = frozenset()


PLAIN = Field()
"""A column without personal data."""
