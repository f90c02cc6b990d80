"""A read-only model over rows in memory: one tuple of raw values for each."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from lmchat_desktop.ui.tables.columns import ColumnSpec, sort_key
from lmchat_desktop.ui.tables.table_model import Index, TableModel

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


class RowsModel(TableModel):
    """Rows of raw values under columns.

    For as many rows as a person looks through (thousands); what can be millions is paged.
    """

    def __init__(
        self, columns: Sequence[ColumnSpec], parent: QObject | None = None, *, zone: tzinfo = UTC
    ) -> None:
        super().__init__(columns, parent, zone=zone)
        self._rows: list[tuple[Any, ...]] = []
        self._keys: list[Hashable] = []
        self._swatches: list[str | None] = []
        self._some_swatches = False
        self._order: tuple[int, Qt.SortOrder] | None = None

    def set_rows(
        self,
        rows: Sequence[Sequence[Any]],
        *,
        keys: Sequence[Hashable] | None = None,
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

    def row(self, row: int) -> tuple[Any, ...]:
        """The raw values of a row."""
        return self._rows[row]

    def key(self, row: int) -> Hashable:
        """The key of a row."""
        return self._keys[row]

    def known_keys(self, first: int, last: int) -> list[Hashable]:
        """Keys of the rows from `first` to `last`."""
        return self._keys[first : last + 1]

    def rows_of(self, keys: Sequence[Hashable]) -> dict[Hashable, int]:
        """Where the rows of these keys stand."""
        wanted = set(keys)
        return {key: row for row, key in enumerate(self._keys) if key in wanted}

    def swatch(self, row: int) -> str | None:
        """The row's swatch; empty for a row without one among others that have one."""
        return self._swatches[row] or ("" if self._some_swatches else None)

    # The model that Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order) if self.can_sort(column) else None
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
