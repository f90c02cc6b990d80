"""The columns of the tables of what is largest."""

from __future__ import annotations

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.pages.overview.words import tr
from lmchat_desktop.ui.tables.columns import ColumnSpec

NAME_PX, WHOLE_NAME_PX = 110, 150
YIELDING = ("p95", "output", "cost", "errors")
"""Columns that go, in this order, where a card is too narrow for all of them."""


def model_columns() -> list[ColumnSpec]:
    """The columns of the largest models."""
    return [
        ColumnSpec("name", tr("Model"), width=NAME_PX, whole=WHOLE_NAME_PX, stretch=True),
        ColumnSpec("requests", tr("Requests"), Kind.COUNT),
        _column("output", tr("Output"), Kind.TOKENS, tr("Output tokens")),
        _column("cost", tr("Cost"), Kind.MONEY),
        _column("p95", tr("p95"), Kind.LATENCY, tr("Of the total time, within 1.1 %")),
        _column("errors", tr("Errors"), Kind.PERCENT),
    ]


def key_columns() -> list[ColumnSpec]:
    """The columns of an account's largest keys."""
    return [
        ColumnSpec("name", tr("API key"), width=NAME_PX, whole=WHOLE_NAME_PX, stretch=True),
        ColumnSpec("requests", tr("Requests"), Kind.COUNT),
        _column("cost", tr("Cost"), Kind.MONEY),
        _column("errors", tr("Errors"), Kind.PERCENT),
    ]


def service_columns() -> list[ColumnSpec]:
    """The columns of the service's largest accounts or keys."""
    return [
        ColumnSpec("name", tr("Name"), width=NAME_PX, whole=WHOLE_NAME_PX, stretch=True),
        ColumnSpec("requests", tr("Requests"), Kind.COUNT),
        _column("output", tr("Output"), Kind.TOKENS, tr("Output tokens")),
        _column("cost", tr("Cost"), Kind.MONEY),
        _column("errors", tr("Errors"), Kind.PERCENT),
    ]


def _column(key: str, title: str, kind: Kind, tooltip: str = "") -> ColumnSpec:
    return ColumnSpec(key, title, kind, tooltip=tooltip, yields=YIELDING.index(key) + 1)
