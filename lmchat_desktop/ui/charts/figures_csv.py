"""What a chart shows as CSV: one line a bucket, one column a series, harmless to spreadsheets."""

from __future__ import annotations

import csv
import io
import math
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.spreadsheets import neutralised
from lmchat_desktop.ui.charts.chart_data import ChartData
from lmchat_desktop.ui.widgets.plain import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.ui.charts.chart_data import Floats, LatencyData, Series

_UNITS = {Kind.MONEY: "USD", Kind.LATENCY: "ms", Kind.BYTES: "bytes"}


def csv_of(data: ChartData | LatencyData, series: Sequence[Series]) -> str:
    """The figures of these series: times in the chart's zone, with their offset from UTC.

    Money is in dollars, exactly; latencies are in milliseconds. Where nothing is known the column
    `data` says no and the cells are empty.
    """
    kind = data.kind if isinstance(data, ChartData) else Kind.LATENCY
    previous = data.previous if isinstance(data, ChartData) else None
    unit = f" ({_UNITS[kind]})" if kind in _UNITS else ""
    columns: list[tuple[str, Floats]] = [(one_line(s.title) + unit, s.values) for s in series]
    if previous is not None:
        columns.append((f"previous period{unit}", previous))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["from", "until", "data", *(neutralised(title) for title, _ in columns)])
    times = [datetime.fromtimestamp(edge, data.zone).isoformat() for edge in data.edges.tolist()]
    values = [column.tolist() for _, column in columns]
    for bucket, known in enumerate(data.known().tolist()):
        cells = [_written(kind, column[bucket]) for column in values]
        if not known:
            cells[: len(series)] = [""] * len(series)
        writer.writerow([times[bucket], times[bucket + 1], "yes" if known else "no", *cells])
    return out.getvalue()


def _written(kind: Kind, value: float) -> str:
    if not math.isfinite(value):
        return ""
    if kind is Kind.MONEY:
        return f"{Decimal(round(value)).scaleb(-9):f}"
    return str(int(value)) if value.is_integer() else repr(value)
