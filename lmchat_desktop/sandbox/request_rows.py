"""Request rows as the contract's requests, and filters on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, false, literal_column, select

from lmchat_desktop.contract.queries import RequestsQuery
from lmchat_desktop.contract.requests import Attempt, RequestDetail, RequestSummary
from lmchat_desktop.domain.usage.cells import Outcome
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import from_ms, to_ms
from lmchat_desktop.sandbox.codes import ERROR_CODES, OUTCOMES
from lmchat_desktop.sandbox.identifiers import NumberedIds
from lmchat_desktop.sandbox.labels import Labels

_FAILED = tables.requests.c.error > literal_column("0")
"""As the indexes of failed requests have it: a failed request, and no other, has an error's code.

A bound value would not do, since a planner does not know it.
"""


def condition_of(connection: Connection, query: RequestsQuery) -> ColumnElement[bool]:
    """On `requests`: those that are asked for. A name that nothing bears matches nothing."""
    row = tables.requests.c
    wanted: list[ColumnElement[bool]] = []
    if query.start is not None:
        wanted.append(row.started_ms >= to_ms(query.start))
    if query.end is not None:
        wanted.append(row.started_ms < to_ms(query.end))
    for column, table, name in (
        (row.account_no, tables.accounts, query.account_id),
        (row.model_no, tables.models, query.model),
        (row.provider_no, tables.providers, query.provider),
        (row.region_no, tables.regions, query.region),
    ):
        if name is not None:
            numbers = connection.scalars(select(table.c.number).where(table.c.id == name)).all()
            wanted.append(column.in_(numbers) if numbers else false())
    if query.key_id is not None:
        wanted.append(_of_key(connection, query.key_id))
    if query.outcome is not None:
        wanted.append(row.outcome == OUTCOMES.index(query.outcome))
    if query.error_code is not None:
        known = query.error_code in ERROR_CODES
        wanted.append(row.error == ERROR_CODES.index(query.error_code) if known else false())
    if query.outcome is Outcome.FAILED or query.error_code:
        wanted.append(_FAILED)
    return and_(*wanted) if wanted else row.id.is_not(None)


@dataclass(frozen=True, slots=True)
class RequestReader:
    """Makes the contract's requests of rows."""

    connection: Connection
    ids: NumberedIds
    labels: Labels

    def summary(self, row: Row[Any]) -> RequestSummary:
        """A row of `requests`."""
        return RequestSummary.model_construct(**self._fields(row))

    def detail(self, row: Row[Any]) -> RequestDetail:
        """A row of `requests` with its attempts."""
        return RequestDetail.model_construct(**self._fields(row), attempts=self._attempts(row))

    def _fields(self, row: Row[Any]) -> dict[str, Any]:
        names = self.labels
        return {
            "id": self.ids.text(row.id),
            "account_id": names.account_ids[row.account_no],
            "key_id": names.keys[row.key_no],
            "started_at": from_ms(row.started_ms),
            "model": names.models[row.model_no],
            "provider": names.providers[row.provider_no],
            "region": names.regions[row.region_no],
            "outcome": OUTCOMES[row.outcome],
            "error_code": ERROR_CODES[row.error],
            "input_tokens": row.input_tokens,
            "cached_tokens": row.cached_tokens,
            "output_tokens": row.output_tokens,
            "cost_nanos": row.cost_nanos,
            "total_ms": row.total_ms,
            "first_token_ms": row.first_token_ms,
            "attempt_count": row.attempt_count,
        }

    def _attempts(self, row: Row[Any]) -> list[Attempt]:
        names = self.labels
        rows = self.connection.execute(
            select(tables.attempts)
            .where(tables.attempts.c.request_id == row.id)
            .order_by(tables.attempts.c.number)
        ).all()
        if rows:
            return [
                Attempt(
                    number=one.number,
                    provider=names.providers[one.provider_no],
                    region=names.regions[one.region_no],
                    model=names.models[one.model_no],
                    wait_ms=one.wait_ms,
                    total_ms=one.total_ms,
                    error_code=ERROR_CODES[one.error],
                    fallback_reason=one.fallback_reason,
                )
                for one in rows
            ]
        return [
            Attempt(
                number=1,
                provider=names.providers[row.provider_no],
                region=names.regions[row.region_no],
                model=names.models[row.model_no],
                wait_ms=0.0,
                total_ms=row.total_ms,
                error_code=ERROR_CODES[row.error],
                fallback_reason="",
            )
        ]


def _of_key(connection: Connection, key_id: str) -> ColumnElement[bool]:
    """The requests of a key, found by its account's index."""
    keys, accounts = tables.keys.c, tables.accounts.c
    key = connection.execute(
        select(keys.number, accounts.number.label("account_no"))
        .join(tables.accounts, accounts.id == keys.account_id)
        .where(keys.id == key_id)
    ).first()
    if key is None:
        return false()
    row = tables.requests.c
    return and_(row.account_no == key.account_no, row.key_no == key.number)
