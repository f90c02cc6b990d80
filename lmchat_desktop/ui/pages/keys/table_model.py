"""The table of keys: rows of the cache, completed by what the backend tells of those looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lmchat_desktop.ui.pages.keys.columns import BUDGET, COURSE, LIVE, P95
from lmchat_desktop.ui.pages.keys.rows import BUDGET_NANOS
from lmchat_desktop.ui.pages.keys.words import budget_of, course_of
from lmchat_desktop.ui.tables.paged_model import PagedModel

if TYPE_CHECKING:
    from collections.abc import Set
    from datetime import tzinfo

    from PySide6.QtCore import QObject

    from lmchat_desktop.domain.paging import RowOrder
    from lmchat_desktop.ui.pages.keys.rows import KeyRows
    from lmchat_desktop.ui.pages.keys.standings import StandingsFollower
    from lmchat_desktop.ui.tables.columns import ColumnSpec
    from lmchat_desktop.ui.tasks.runner import TaskRunner


class KeyTableModel(PagedModel):
    """Rows of `KeyRows` with the standings that have come."""

    def __init__(
        self,
        columns: tuple[ColumnSpec, ...],
        source: KeyRows,
        standings: StandingsFollower,
        tasks: TaskRunner,
        order: RowOrder,
        parent: QObject | None = None,
        *,
        zone: tzinfo,
    ) -> None:
        super().__init__(columns, source, tasks, order, parent, zone=zone)
        self._standings = standings
        standings.arrived.connect(self._complete)

    def row(self, row: int) -> tuple[Any, ...] | None:
        values = super().row(row)
        if values is None:
            return None
        standing = self._standings.of(str(self.key(row)))
        if standing is None:
            return values
        told = list(values)
        told[BUDGET] = budget_of(values[BUDGET_NANOS], standing)
        told[COURSE] = course_of(standing)
        told[P95] = standing.p95_ms
        return tuple(told)

    def _complete(self, keys: Set[str]) -> None:
        places = self.rows_of(sorted(keys)).values()
        if places:
            self.dataChanged.emit(
                self.index(min(places), LIVE[0]), self.index(max(places), LIVE[-1])
            )
