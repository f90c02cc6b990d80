"""The job that computes every usage slice again from the requests and reports differences."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Connection, select, tuple_

from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.sandbox import tables, usage
from lmchat_desktop.sandbox.jobs import Step
from lmchat_desktop.sandbox.labels import Labels

KIND = "usage-recount"
_NAMED = 100
"""How many slices that differed are named; all are counted."""


class Recount:
    """As many slices a step as a short time allows, so that others can write in between.

    A slice that was marked dirty is computed, but is no difference.
    """

    def __init__(self, budget_s: float = 0.2) -> None:
        self._budget_s = budget_s

    def step(
        self,
        connection: Connection,
        params: dict[str, Any],
        checkpoint: dict[str, Any] | None,
        result: dict[str, Any],
    ) -> Step:
        """Recount slices after the checkpoint's, at least one."""
        labels = Labels.load(connection)
        if checkpoint is None:
            usage.keep_slices(connection, [SERVICE_SCOPE, *labels.accounts])
            checkpoint = {"scope": "", "slice_id": ""}
            result = {"checked": 0, "different": 0, "slices": []}
        slices = tables.usage_slices
        after = tuple_(slices.c.scope, slices.c.slice_id) > tuple_(
            checkpoint["scope"], checkpoint["slice_id"]
        )
        names = connection.execute(
            select(slices.c.scope, slices.c.slice_id)
            .where(after)
            .order_by(slices.c.scope, slices.c.slice_id)
        ).all()
        total = result["checked"] + len(names)
        until = time.monotonic() + self._budget_s
        version = usage.new_version(connection)
        for scope, slice_id in names:
            self._recount(connection, labels, scope, slice_id, version, result)
            if time.monotonic() >= until:
                following = {"scope": scope, "slice_id": slice_id}
                detail = f"Recounted up to {slice_id} of {scope}."
                return Step(result["checked"], total, detail, following, result)
        return Step(total, total, "Every slice was recounted.", None, result)

    def _recount(
        self,
        connection: Connection,
        labels: Labels,
        scope: str,
        slice_id: str,
        version: int,
        result: dict[str, Any],
    ) -> None:
        slices = tables.usage_slices
        row = connection.execute(
            select(slices).where(slices.c.scope == scope, slices.c.slice_id == slice_id)
        ).one()
        result["checked"] += 1
        if usage.compute_slice(connection, labels, row, version) and not row.dirty:
            result["different"] += 1
            if len(result["slices"]) < _NAMED:
                result["slices"].append(f"{scope}/{slice_id}")
