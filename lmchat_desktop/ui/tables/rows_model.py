"""A read-only model over rows in memory: one tuple of raw values for each."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from lmchat_desktop.ui.tables.columns import ColumnSpec, cell_figure, sort_key

if TYPE_CHECKING:
    from collections.abc import Sequence

Index = QModelIndex | QPersistentModelIndex

RAW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The raw value of a cell."""
FIGURE_ROLE = int(Qt.ItemDataRole.UserRole) + 2
"""The value as a `Figure`, number and unit apart."""
SWATCH_ROLE = int(Qt.ItemDataRole.UserRole) + 3
"""#RRGGBB of the row's swatch, in the first column; empty keeps its place free."""
KEY_ROLE = int(Qt.ItemDataRole.UserRole) + 4
"""The row's key."""

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_ORDINARY = frozenset(
    {
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.TextAlignmentRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        RAW_ROLE,
        FIGURE_ROLE,
        SWATCH_ROLE,
        KEY_ROLE,
    }
)


class RowsModel(QAbstractTableModel):
    """Rows of raw values under columns.

    For as many rows as a person looks through (thousands); what can be millions is paged in SQL.

    Attributes:
        columns: the columns, one per value of a row.
        zone: the zone of all times shown.
    """

    def __init__(
        self, columns: Sequence[ColumnSpec], parent: QObject | None = None, *, zone: tzinfo = UTC
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.zone = zone
        self._rows: list[tuple[Any, ...]] = []
        self._keys: list[object] = []
        self._swatches: list[str | None] = []
        self._some_swatches = False
        self._order: tuple[int, Qt.SortOrder] | None = None

    def set_rows(
        self,
        rows: Sequence[Sequence[Any]],
        *,
        keys: Sequence[object] | None = None,
        swatches: Sequence[str | None] | None = None,
    ) -> None:
        """Show other rows, in the order that was chosen.

        Args:
            rows: one value per column each.
            keys: what `row_activated` tells of a row, by default its first value; also how a
                view finds its selection again.
            swatches: #RRGGBB or None for each row.

        Raises:
            ValueError: a row has too many or too few values, or the lengths differ.
        """
        if any(len(row) != len(self.columns) for row in rows):
            raise ValueError("every row needs one value per column")
        known = list(keys) if keys is not None else [row[0] if row else None for row in rows]
        colours: list[str | None] = [None] * len(rows) if swatches is None else list(swatches)
        if not len(rows) == len(known) == len(colours):
            raise ValueError("rows, keys and swatches differ in number")
        self.beginResetModel()
        self._rows = [tuple(row) for row in rows]
        self._keys, self._swatches = known, colours
        self._some_swatches = any(colours)
        self._arrange()
        self.endResetModel()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self.zone = zone
        if self._rows:
            corner = self.index(len(self._rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), corner)

    def row(self, row: int) -> tuple[Any, ...]:
        """The raw values of a row."""
        return self._rows[row]

    def key(self, row: int) -> object:
        """The key of a row."""
        return self._keys[row]

    def row_of(self, key: object) -> int | None:
        """Where the row of a key stands."""
        return self._keys.index(key) if key in self._keys else None

    def column_of(self, key: str) -> int:
        """Where a column stands.

        Raises:
            KeyError: there is none of this name.
        """
        for place, spec in enumerate(self.columns):
            if spec.key == key:
                return place
        raise KeyError(key)

    # The model that Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role not in _ORDINARY or not index.isValid():
            return None
        spec = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if spec.on_the_right else _LEFT
        value = self._rows[index.row()][index.column()]
        if role == FIGURE_ROLE:
            return cell_figure(spec, value, self.zone)
        if role == RAW_ROLE:
            return value
        if role == SWATCH_ROLE:
            return self._swatch(index)
        if role == KEY_ROLE:
            return self._keys[index.row()]
        text = str(cell_figure(spec, value, self.zone))
        return f"{spec.title}: {text}" if role == Qt.ItemDataRole.AccessibleTextRole else text

    def _swatch(self, index: Index) -> str | None:
        """The first column's swatch; empty for a row without one among others that have one."""
        if index.column() != 0:
            return None
        return self._swatches[index.row()] or ("" if self._some_swatches else None)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        spec = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return spec.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if spec.on_the_right else _LEFT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order) if 0 <= column < len(self.columns) else None
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self._keys[index.row()] for index in before]
        self._arrange()
        places = {id(key): row for row, key in enumerate(self._keys)}
        after = [
            self.index(places[id(key)], index.column())
            for key, index in zip(keys, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        if self._order is None:
            return
        column, order = self._order
        spec = self.columns[column]
        places = sorted(
            range(len(self._rows)),
            key=lambda row: sort_key(spec, self._rows[row][column]),
            reverse=order == Qt.SortOrder.DescendingOrder,
        )
        self._rows = [self._rows[place] for place in places]
        self._keys = [self._keys[place] for place in places]
        self._swatches = [self._swatches[place] for place in places]
