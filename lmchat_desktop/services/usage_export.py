"""The figures of a usage report as CSV (RFC 4180): a row for each bucket and group.

Column names and the marks `yes`, `part` and `no` are English in every language of the interface:
programs read such a file by them, and files of several people can be put together.
"""

from __future__ import annotations

import csv
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

import numpy as np

from lmchat_desktop.domain.money import usd_text
from lmchat_desktop.domain.spreadsheets import neutralised
from lmchat_desktop.domain.usage.cells import Latency, Measure
from lmchat_desktop.domain.usage.histogram import ERROR_BOUND

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from lmchat_desktop.services.usage import UsageReport

_QUANTILES = (("p50", 0.50), ("p95", 0.95), ("p99", 0.99))
_LATENCY_NAMES = {Latency.TOTAL: "total time", Latency.FIRST_TOKEN: "time to first token"}
_BOUND = f"±{ERROR_BOUND * 100:.1f} %"


def header(report: UsageReport) -> list[str]:
    """The names of the columns, with their units."""
    zone = report.question.zone.key
    group_by = report.question.group_by
    return [
        f"start ({zone})",
        f"end ({zone})",
        "group" if group_by is None else group_by.value,
        "data",
        "requests",
        "failed requests",
        "failed requests (%)",
        "input tokens",
        "cached input tokens",
        "output tokens",
        "cost (USD)",
        *(
            f"{name} {quantile} (ms, {_BOUND})"
            for name in _LATENCY_NAMES.values()
            for quantile, _ in _QUANTILES
        ),
    ]


def write_csv(report: UsageReport, stream: TextIO) -> int:
    """Write the figures of a report.

    The column "data" says `yes`, `part` where a bucket is covered in part only, or `no`, and then
    the figures are left empty, since they are unknown and not zero. A percentile is empty where
    nothing was measured. Times carry their offset from UTC. Open files with `newline=""`.

    Returns:
        The number of rows, the header not counted.

    """
    answer = report.answer
    zone = report.question.zone
    writer = csv.writer(stream)
    writer.writerow(header(report))
    groups = answer.groups or ("",)
    edges = [_local(at, zone) for at in answer.edges.tolist()]
    measures = {m: answer.per_group_bucket[m].tolist() for m in Measure}
    failures = answer.failed.tolist()
    percentiles = [
        answer.group_bucket_quantiles(latency, q)
        for latency in _LATENCY_NAMES
        for _, q in _QUANTILES
    ]
    for bucket in range(answer.buckets):
        for group, name in enumerate(groups):
            row = [edges[bucket], edges[bucket + 1], neutralised(name)]
            if not answer.covered[bucket]:
                writer.writerow([*row, "no", *[""] * 7, *[""] * len(percentiles)])
                continue
            row.append("part" if answer.partial[bucket] else "yes")
            if not answer.groups:
                writer.writerow([*row, 0, 0, "", 0, 0, 0, usd_text(0), *[""] * len(percentiles)])
                continue
            requests = measures[Measure.REQUESTS][group][bucket]
            failed = failures[group][bucket]
            writer.writerow(
                [
                    *row,
                    requests,
                    failed,
                    f"{100 * failed / requests:.3f}" if requests else "",
                    measures[Measure.INPUT_TOKENS][group][bucket],
                    measures[Measure.CACHED_TOKENS][group][bucket],
                    measures[Measure.OUTPUT_TOKENS][group][bucket],
                    usd_text(measures[Measure.COST][group][bucket]),
                    *(_milliseconds(table[group, bucket]) for table in percentiles),
                ]
            )
    return answer.buckets * len(groups)


def _local(seconds: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(seconds, zone).isoformat()


def _milliseconds(value: np.float64) -> str:
    return "" if np.isnan(value) else f"{value:.3f}"
