"""What the models of tables have in common: columns, roles and headers over rows of raw values."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from lmchat_desktop.ui.tables.columns import ColumnSpec, cell_figure

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

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


class TableModel(QAbstractTableModel):
    """Read-only rows of raw values under columns; where they come from is the subclass's.

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

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self.zone = zone
        if self.rowCount():
            corner = self.index(self.rowCount() - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), corner)

    def row(self, row: int) -> tuple[Any, ...] | None:
        """The raw values of a row; None while they are on the way."""
        raise NotImplementedError

    def key(self, row: int) -> Hashable:
        """The key of a row; None while it is on the way."""
        raise NotImplementedError

    def known_keys(self, first: int, last: int) -> list[Hashable]:
        """Keys of the rows from `first` to `last`, as far as they are known here, from top down."""
        raise NotImplementedError

    def rows_of(self, keys: Sequence[Hashable]) -> dict[Hashable, int]:
        """Where the rows of these keys stand, as far as they are known here."""
        raise NotImplementedError

    def row_of(self, key: Hashable) -> int | None:
        """Where the row of a key stands, as far as that is known here."""
        return self.rows_of([key]).get(key)

    def text(self, row: int, column: int) -> str:
        """What is written in a cell; empty while its row is on the way."""
        values = self.row(row)
        return (
            ""
            if values is None
            else str(cell_figure(self.columns[column], values[column], self.zone))
        )

    def swatch(self, row: int) -> str | None:
        """#RRGGBB of a row, empty to keep its place free, None for rows without swatches."""
        return None

    def column_of(self, key: str) -> int:
        """Where a column stands.

        Raises:
            KeyError: there is none of this name.
        """
        for place, spec in enumerate(self.columns):
            if spec.key == key:
                return place
        raise KeyError(key)

    def can_sort(self, column: int) -> bool:
        """Whether rows can be sorted by a column."""
        return 0 <= column < len(self.columns)

    # The model that Qt asks

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role not in _ORDINARY or not index.isValid():
            return None
        spec = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if spec.on_the_right else _LEFT
        values = self.row(index.row())
        if role == SWATCH_ROLE:
            return self.swatch(index.row()) if index.column() == 0 else None
        if values is None:
            return self._on_the_way(role)
        value = values[index.column()]
        if role == FIGURE_ROLE:
            return cell_figure(spec, value, self.zone)
        if role == RAW_ROLE:
            return value
        if role == KEY_ROLE:
            return self.key(index.row())
        text = self.text(index.row(), index.column())
        return f"{spec.title}: {text}" if role == Qt.ItemDataRole.AccessibleTextRole else text

    def _on_the_way(self, role: int) -> Any:
        """What is said of a cell whose row has not come yet."""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("Being read")
        return "" if role == Qt.ItemDataRole.DisplayRole else None

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
