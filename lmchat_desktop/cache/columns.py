"""How a field of an API type is kept in a column: instants as milliseconds, lists as JSON text."""

from __future__ import annotations

import types
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import AwareDatetime, TypeAdapter
from sqlalchemy import BigInteger, Boolean, Float, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic.fields import FieldInfo
    from sqlalchemy.types import TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_millis(at: datetime) -> int:
    """Whole milliseconds since the Unix epoch, exact and rounded down."""
    return (at - _EPOCH) // _MILLISECOND


def from_millis(millis: int) -> datetime:
    """The instant of `to_millis`, in UTC."""
    return _EPOCH + millis * _MILLISECOND


def to_seconds(at: datetime) -> int:
    """Whole seconds since the Unix epoch, rounded down."""
    return to_millis(at) // 1000


@dataclass(frozen=True, slots=True)
class Codec:
    """One way to keep a value; `store` and `load` never see None."""

    column: TypeEngine[Any]
    store: Callable[[Any], Any]
    load: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


_TEXT = Codec(Text(), str, _same)
_WHOLE = Codec(BigInteger(), int, _same)
_FLAG = Codec(Boolean(), bool, bool)
_REAL = Codec(Float(), float, _same)
_INSTANT = Codec(BigInteger(), to_millis, from_millis)
_DECIMAL = Codec(Text(), lambda value: format(value, "f"), Decimal)


def is_optional(field: FieldInfo) -> bool:
    """Whether None is one of the field's values."""
    return type(None) in _members(field.annotation)


def codec_of(field: FieldInfo) -> Codec:
    """How a field's values are kept; what has no column type is JSON text."""
    annotation: Any = field.annotation
    return _codec(annotation)


@cache
def _codec(annotation: Any) -> Codec:
    members = [member for member in _members(annotation) if member is not type(None)]
    if len(members) == 1 and isinstance(members[0], type):
        kind = members[0]
        if kind in (AwareDatetime, datetime):
            return _INSTANT
        if issubclass(kind, bool):
            return _FLAG
        if issubclass(kind, int):
            return _WHOLE
        if issubclass(kind, float):
            return _REAL
        if issubclass(kind, Decimal):
            return _DECIMAL
        if issubclass(kind, (str, StrEnum)):
            return _TEXT
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    return Codec(
        Text(),
        lambda value: adapter.dump_json(value).decode(),
        lambda text: adapter.validate_json(text),
    )


def _members(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(kind for member in get_args(annotation) for kind in _members(member))
    return (annotation,)
