"""Joins what two processes have changed of the same settings, so that neither undoes the other."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)

_GONE = object()


def merged(base: S, mine: S, theirs: S) -> S:
    """What is theirs, but for what was changed from `base` to `mine`.

    Fields are taken whole, those that hold a `dict` by key; where both sides changed the same, mine
    is the later one.
    """
    fields = {
        name: _one(getattr(base, name), getattr(mine, name), getattr(theirs, name))
        for name in mine.__struct_fields__
    }
    return msgspec.structs.replace(theirs, **fields)


def _one(base: Any, mine: Any, theirs: Any) -> Any:
    if mine == base:
        return theirs
    if not all(isinstance(value, dict) for value in (base, mine, theirs)):
        return mine
    joined = {}
    for key in {**theirs, **mine}:
        sides = (base.get(key, _GONE), mine.get(key, _GONE), theirs.get(key, _GONE))
        value = sides[2] if sides[1] == sides[0] else sides[1]
        if value is not _GONE:
            joined[key] = value
    return joined
