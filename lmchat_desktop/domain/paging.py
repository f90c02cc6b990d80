"""What is asked of something that is too long to be held whole: an order, and a page of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable


@dataclass(frozen=True, slots=True)
class RowOrder:
    """By what rows are sorted.

    Attributes:
        field: the name of the field; rows that are equal in it are in the order of their keys.
        descending: whether the largest comes first. What is unknown counts as smallest.
    """

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class RowsPage:
    """Neighbouring rows, as they stood at one time.

    Attributes:
        start: the place of the first of them among all rows, from 0 on.
        keys: what each row is known by.
        rows: one value per field each.
    """

    start: int
    keys: tuple[Hashable, ...]
    rows: tuple[tuple[Any, ...], ...]
