"""What the small numbers in request rows mean, and requests as cells under those names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from lmchat_desktop.domain.usage.build import build_block
from lmchat_desktop.domain.usage.cells import Dimension, IntColumn, Measure, UsageBlock
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.codes import ERROR_CODES, OUTCOMES
from lmchat_desktop.sandbox.usage_columns import RequestColumns


@dataclass(frozen=True, slots=True)
class Labels:
    """What the numbers in request rows mean, by number; gaps are empty texts.

    `accounts` goes the other way, from ids to numbers.
    """

    accounts: dict[str, int]
    account_ids: tuple[str, ...]
    keys: tuple[str, ...]
    models: tuple[str, ...]
    providers: tuple[str, ...]
    regions: tuple[str, ...]

    @classmethod
    def load(cls, connection: Connection) -> Labels:
        """As they stand in the database."""
        accounts = connection.execute(select(tables.accounts.c.id, tables.accounts.c.number))
        return cls(
            accounts={row.id: row.number for row in accounts},
            account_ids=_by_number(connection, tables.accounts),
            keys=_by_number(connection, tables.keys),
            models=_by_number(connection, tables.models),
            providers=_by_number(connection, tables.providers),
            regions=_by_number(connection, tables.regions),
        )

    def block(self, columns: RequestColumns, resolution_s: int, with_keys: bool) -> UsageBlock:
        """Requests as cells, split by key or not."""
        dims: dict[Dimension, tuple[Sequence[str], IntColumn]] = {
            Dimension.MODEL: (self.models, columns.model_no),
            Dimension.PROVIDER: (self.providers, columns.provider_no),
            Dimension.REGION: (self.regions, columns.region_no),
            Dimension.OUTCOME: (OUTCOMES, columns.outcome),
            Dimension.ERROR: (ERROR_CODES, columns.error),
        }
        if with_keys:
            dims[Dimension.KEY] = (self.keys, columns.key_no)
        return build_block(
            columns.started_ms // 1000,
            resolution_s,
            dims,
            {
                Measure.INPUT_TOKENS: columns.input_tokens,
                Measure.CACHED_TOKENS: columns.cached_tokens,
                Measure.OUTPUT_TOKENS: columns.output_tokens,
                Measure.COST: columns.cost_nanos,
            },
            columns.total_ms,
            columns.first_token_ms,
        )


def _by_number(connection: Connection, table: Any) -> tuple[str, ...]:
    rows = connection.execute(select(table.c.number, table.c.id)).all()
    names = [""] * (max((row.number for row in rows), default=-1) + 1)
    for row in rows:
        names[row.number] = row.id
    return tuple(names)
