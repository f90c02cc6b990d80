"""A day's latencies of a key as bytes: buckets in ascending order, each with its count.

The buckets are those of `domain.usage.histogram`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lmchat_desktop.domain.usage import histogram
from lmchat_desktop.domain.usage.cells import IntColumn

_ENTRY = np.dtype([("bucket", "<i4"), ("count", "<i8")])


def packed(buckets: IntColumn, counts: IntColumn) -> bytes:
    """N buckets, each once, and their counts."""
    entries = np.zeros(len(buckets), dtype=_ENTRY)
    entries["bucket"], entries["count"] = buckets, counts
    return entries.tobytes()


def merged(histograms: Iterable[bytes]) -> bytes:
    """Several histograms in one."""
    entries = np.frombuffer(b"".join(histograms), dtype=_ENTRY)
    buckets, places = np.unique(entries["bucket"], return_inverse=True)
    counts = np.zeros(len(buckets), dtype=np.int64)
    np.add.at(counts, places, entries["count"])
    return packed(buckets.astype(np.int64), counts)


def quantile(packed_histogram: bytes, q: float) -> float | None:
    """The q-quantile in milliseconds; None where nothing was measured."""
    entries = np.frombuffer(packed_histogram, dtype=_ENTRY)
    if not len(entries):
        return None
    slots = np.zeros(len(entries), dtype=np.int64)
    buckets, counts = (entries[name].astype(np.int64) for name in ("bucket", "count"))
    return float(histogram.quantiles(slots, 1, buckets, counts, q)[0])
