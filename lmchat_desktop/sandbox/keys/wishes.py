"""Wishes for a key, checked against what there is, and as columns of its row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from lmchat_desktop.contract.base import FieldProblem, ProblemKind
from lmchat_desktop.domain.keys.networks import BadNetwork, canonical, read_network
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.problems import ApiProblem

PLAIN = frozenset(
    {
        "budget_nanos",
        "requests_per_minute",
        "requests_per_day",
        "tokens_per_minute",
        "tokens_per_day",
    }
)
"""Fields that are kept as they are said."""

_KNOWN: Mapping[str, tuple[ColumnElement[Any], str]] = {
    "models": (tables.models.c.id, "there is no such model"),
    "providers": (tables.providers.c.id, "there is no such provider"),
    "countries": (tables.regions.c.country, "no region lies in this country"),
}


def columns_of(
    connection: Connection, wanted: Mapping[str, Any], before: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The columns that wishes change.

    Args:
        connection: to look up what there is.
        wanted: fields of a key that are to be so from now on.
        before: the budget and its period as they are; of a new key both are None.
        now: the present instant.

    Raises:
        ApiProblem: 422, with each field that cannot be so.
    """
    values: dict[str, Any] = {}
    wrong: list[FieldProblem] = []
    for name, value in wanted.items():
        match name:
            case "name" if value is None:
                wrong.append(FieldProblem(pointer="/name", detail="it cannot be removed"))
            case "name":
                values |= {"name": value, "name_folded": value.casefold()}
            case "notes":
                values["notes"] = value or ""
            case "expires_at":
                if value is not None and value <= now:
                    wrong.append(FieldProblem(pointer="/expires_at", detail="it lies in the past"))
                values["expires_ms"] = None if value is None else to_ms(value)
            case "addresses":
                values[name] = _kept(_networks(value, wrong))
            case _ if name in _KNOWN:
                values[name] = _kept(_known(connection, name, value, wrong))
            case _ if name in PLAIN:
                values[name] = value
    values |= _budget_period(wanted, before, wrong)
    if wrong:
        raise ApiProblem(422, ProblemKind.INVALID, "The request is not valid.", errors=wrong)
    return values


def _budget_period(
    wanted: Mapping[str, Any], before: Mapping[str, Any], wrong: list[FieldProblem]
) -> dict[str, Any]:
    """A budget and its period are given together; without a budget there is no period."""
    if not wanted.keys() & {"budget_nanos", "budget_period"}:
        return {}
    budget = wanted.get("budget_nanos", before["budget_nanos"])
    period = wanted.get("budget_period", before["budget_period"])
    if budget is None:
        if wanted.get("budget_period") is not None:
            wrong.append(
                FieldProblem(pointer="/budget_period", detail="there is no budget that it is of")
            )
        return {"budget_period": None}
    if period is None:
        wrong.append(FieldProblem(pointer="/budget_period", detail="a budget has a period"))
        return {}
    return {"budget_period": period.value}


def _known(
    connection: Connection, name: str, value: Sequence[str] | None, wrong: list[FieldProblem]
) -> Sequence[str] | None:
    if value is None:
        return None
    column, detail = _KNOWN[name]
    known = set(connection.scalars(select(column)))
    wrong += (
        FieldProblem(pointer=f"/{name}/{place}", detail=detail)
        for place, one in enumerate(value)
        if one not in known
    )
    return value


def _networks(value: Sequence[str] | None, wrong: list[FieldProblem]) -> list[str] | None:
    if value is None:
        return None
    networks = []
    for place, one in enumerate(value):
        try:
            networks.append(canonical(read_network(one)))
        except BadNetwork as refused:
            wrong.append(FieldProblem(pointer=f"/addresses/{place}", detail=str(refused.message)))
    return networks


def _kept(value: Sequence[str] | None) -> str | None:
    """A list as it is kept: each entry once."""
    return None if value is None else json.dumps(list(dict.fromkeys(value)))
