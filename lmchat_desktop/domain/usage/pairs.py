"""Which labels of two dimensions occur together, such as the providers that served a model."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.domain.usage.cells import Dimension, Measure, UsageBlock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from lmchat_desktop.domain.usage.cells import Ints
    from lmchat_desktop.domain.usage.totals import Totals


def together(
    blocks: Iterable[UsageBlock],
    first: Dimension,
    second: Dimension,
    filters: Mapping[Dimension, frozenset[str]] | None = None,
    totals: Iterable[Totals] = (),
) -> dict[str, frozenset[str]]:
    """For each label of one dimension the labels of another that requests have beside it.

    Args:
        blocks: cells; all of them count.
        first: whose labels are the keys.
        second: whose labels are gathered.
        filters: for each filtered dimension the labels that are let through, as in a `UsageQuery`.
        totals: further cells, added up.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    order = list(Dimension)
    for block in blocks:
        if len(block):
            chosen = block.measures[Measure.REQUESTS] > 0
            _gather(found, block.labels, block.codes, chosen, (first, second), filters or {})
    for each in totals:
        codes = {dimension: each.combinations[:, order.index(dimension)] for dimension in order}
        chosen = np.ones(len(each.combinations), dtype=bool)
        if len(chosen):
            _gather(found, each.labels, codes, chosen, (first, second), filters or {})
    return {label: frozenset(others) for label, others in found.items()}


def _gather(
    found: defaultdict[str, set[str]],
    labels: Mapping[Dimension, tuple[str, ...]],
    codes: Mapping[Dimension, Ints],
    chosen: NDArray[np.bool_],
    pair: tuple[Dimension, Dimension],
    filters: Mapping[Dimension, frozenset[str]],
) -> None:
    for dimension, allowed in filters.items():
        passes = np.array([label in allowed for label in labels[dimension]], dtype=bool)
        chosen = chosen & passes[codes[dimension]]
    first, second = pair
    width = len(labels[second])
    seen = np.unique(codes[first][chosen].astype(np.int64) * width + codes[second][chosen])
    for one, other in zip(*(part.tolist() for part in np.divmod(seen, width)), strict=True):
        found[labels[first][one]].add(labels[second][other])
