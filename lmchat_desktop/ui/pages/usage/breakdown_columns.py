"""The columns of the breakdown, and which of them go first where the window is narrow."""

from __future__ import annotations

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.domain.usage.histogram import ERROR_BOUND
from lmchat_desktop.ui.pages.figures.names import dimension_name, tr
from lmchat_desktop.ui.tables.columns import ColumnSpec

NAME = "name"
NAME_PX, WHOLE_NAME_PX = 110, 230
YIELDING = (
    *("failed", "first_p95", "cached", "provider", "hint", "p99", "p50"),
    *("output", "error_rate", "input", "p95"),
)
"""Columns that make room for the others, the first first."""


def columns_of(dimension: Dimension) -> list[ColumnSpec]:
    """The columns of a dimension's breakdown; percentiles are of the total time."""
    name = dimension_name(dimension)
    columns = [ColumnSpec(NAME, name, width=NAME_PX, whole=WHOLE_NAME_PX, stretch=True)]
    if dimension is Dimension.MODEL:
        columns.append(
            _column("provider", tr("Provider"), Kind.TEXT, tr("Who served it"), muted=True)
        )
    if dimension is Dimension.KEY:
        columns.append(_column("hint", tr("Secret"), Kind.TEXT, tr("Only its ends"), muted=True))
    return [
        *columns,
        _column("requests", tr("Requests"), Kind.COUNT),
        _column("input", tr("Input"), Kind.TOKENS, tr("Input tokens, cached included")),
        _column("cached", tr("Cached"), Kind.TOKENS, tr("Input tokens the provider had cached")),
        _column("output", tr("Output"), Kind.TOKENS, tr("Output tokens")),
        _column("cost", tr("Cost"), Kind.MONEY, tr("US dollars")),
        _latency("p50", tr("p50"), tr("Half of the requests took no longer in total")),
        _latency("p95", tr("p95"), tr("95 of 100 requests took no longer in total")),
        _latency("p99", tr("p99"), tr("99 of 100 requests took no longer in total")),
        _latency(
            "first_p95", tr("First p95"), tr("95 of 100 requests had their first token no later")
        ),
        _column("error_rate", tr("Errors"), Kind.PERCENT, tr("Failed requests of all requests")),
        _column("failed", tr("Failed"), Kind.COUNT, tr("Failed requests")),
    ]


def _column(
    key: str, title: str, kind: Kind, tooltip: str = "", *, muted: bool = False
) -> ColumnSpec:
    place = YIELDING.index(key) + 1 if key in YIELDING else 0
    return ColumnSpec(key, title, kind, tooltip=tooltip, muted=muted, yields=place)


def _latency(key: str, title: str, meaning: str) -> ColumnSpec:
    within = tr("within {bound} %").format(bound=f"{ERROR_BOUND * 100:.1f}")
    return _column(key, title, Kind.LATENCY, f"{meaning}, {within}")
