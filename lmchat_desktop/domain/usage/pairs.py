"""Which labels of two dimensions occur together, such as the providers that served a model."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.domain.usage.cells import Dimension, Measure, UsageBlock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def together(
    blocks: Iterable[UsageBlock],
    first: Dimension,
    second: Dimension,
    filters: Mapping[Dimension, frozenset[str]] | None = None,
) -> dict[str, frozenset[str]]:
    """For each label of one dimension the labels of another that requests have beside it.

    Args:
        blocks: cells; all of them count.
        first: whose labels are the keys.
        second: whose labels are gathered.
        filters: for each filtered dimension the labels that are let through, as in a `UsageQuery`.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for block in blocks:
        if not len(block):
            continue
        chosen = block.measures[Measure.REQUESTS] > 0
        for dimension, allowed in (filters or {}).items():
            passes = np.array([label in allowed for label in block.labels[dimension]], dtype=bool)
            chosen &= passes[block.codes[dimension]]
        width = len(block.labels[second])
        seen = np.unique(block.codes[first][chosen] * width + block.codes[second][chosen])
        for one, other in zip(*np.divmod(seen, width), strict=True):
            found[block.labels[first][one]].add(block.labels[second][other])
    return {label: frozenset(others) for label, others in found.items()}
