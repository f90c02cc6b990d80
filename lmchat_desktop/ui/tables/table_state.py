"""A table's columns and order as a small dict that goes into the preferences and comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

    from lmchat_desktop.ui.tables.column_fit import ColumnFit
    from lmchat_desktop.ui.tables.columns import ColumnSpec

_WIDEST = 4000


def saved(
    table: QTableView, columns: Sequence[ColumnSpec], fit: ColumnFit, order: tuple[int, bool]
) -> dict[str, Any]:
    """What a person arranged, ready for JSON.

    Args:
        table: the table.
        columns: its columns.
        fit: which columns are hidden, and of which the width was set by hand.
        order: the section sorted by (or -1), and whether descending.
    """
    header = table.horizontalHeader()
    section, descending = order
    places = {spec.key: place for place, spec in enumerate(columns)}
    return {
        "chosen": fit.chosen,
        "hidden": [spec.key for spec in columns if spec.key in fit.hidden],
        "order": [columns[header.logicalIndex(place)].key for place in range(len(columns))],
        "widths": {
            spec.key: table.columnWidth(places[spec.key])
            for spec in columns
            if spec.key in fit.sized and spec.key not in fit.hidden
        },
        "sort": columns[section].key if 0 <= section < len(columns) else None,
        "descending": descending,
    }


def restore(
    table: QTableView, columns: Sequence[ColumnSpec], fit: ColumnFit, state: Mapping[str, Any]
) -> None:
    """Arrange the columns; what does not fit them is left out."""
    header = table.horizontalHeader()
    places = {spec.key: place for place, spec in enumerate(columns)}
    if state.get("chosen") is False:
        fit.reset()
    hidden = {key for key in _strings(state.get("hidden")) if key in places}
    if state.get("chosen", "hidden" in state) and len(hidden) < len(columns):
        fit.hidden, fit.chosen = hidden, True
    order = dict.fromkeys(key for key in _strings(state.get("order")) if key in places)
    for target, key in enumerate(order):
        header.moveSection(header.visualIndex(places[key]), target)
    widths = state.get("widths")
    for key, width in widths.items() if isinstance(widths, Mapping) else ():
        if key in places and isinstance(width, int) and 0 < width < _WIDEST:
            table.setColumnWidth(places[key], width)
            fit.sized.add(key)


def sorting(columns: Sequence[ColumnSpec], state: Mapping[str, Any]) -> tuple[str, bool] | None:
    """The column's key and whether descending, where the state names a column there is."""
    key = state.get("sort")
    if not isinstance(key, str) or key not in {spec.key for spec in columns}:
        return None
    return key, bool(state.get("descending"))


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
