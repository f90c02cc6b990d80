"""Which columns of a table are seen, and how wide: by what they hold, the room, and the person."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING

from lmchat_desktop.ui.tables.cell_delegate import cells_width
from lmchat_desktop.ui.theme.manager import typography

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lmchat_desktop.ui.tables.columns import ColumnSpec
    from lmchat_desktop.ui.tables.header import TableHeader
    from lmchat_desktop.ui.tables.rows_view import RowsView

ROWS_MEASURED = 200
TEXTS_MEASURED = 12
"""So many of a column's texts, the longest, are laid out to see how wide they are."""
STRETCH_SHARES = 4
"""How many shares of the spare room a stretching column takes, where others take one."""


class ColumnFit:
    """Fits a table's columns to its width.

    Where there is no room for all, the columns that yield go, the first to go first, until a
    person has chosen columns: then those stay, and the table scrolls.

    Attributes:
        hidden: keys of the columns that are not to be seen in any width.
        sized: keys of the columns whose width a person has set.
        chosen: whether a person has chosen columns or their order.
        rows_measured: how many rows, from the top, are looked at for what the columns hold.
    """

    def __init__(
        self, table: RowsView, header: TableHeader, columns: tuple[ColumnSpec, ...]
    ) -> None:
        self._table = table
        self._header = header
        self._columns = columns
        self.hidden: set[str] = set()
        self.sized: set[str] = set()
        self.chosen = False
        self.rows_measured = ROWS_MEASURED
        self._contents: dict[int, int] = {}
        self.reset()

    def forget_contents(self) -> None:
        """Other rows have come, or they are written in another way: measure them anew."""
        self._contents.clear()

    def reset(self) -> None:
        """Forget what a person has chosen."""
        self.hidden = {spec.key for spec in self._columns if not spec.shown}
        self.sized = set()
        self.chosen = False

    def seen(self) -> set[str]:
        """Keys of the columns that are seen now."""
        return {
            spec.key
            for place, spec in enumerate(self._columns)
            if not self._table.isColumnHidden(place)
        }

    def choose(self) -> None:
        """Take the columns that are seen now as those that a person wants."""
        if not self.chosen:
            self.hidden = {spec.key for spec in self._columns} - self.seen()
            self.chosen = True

    def fit(self) -> None:
        """Show the columns that there is room for and fill the room with them."""
        wanted = [place for place, spec in enumerate(self._columns) if spec.key not in self.hidden]
        widths = {place: self._whole_width(place) for place in wanted}
        room = self._table.viewport().width()
        gone = set() if self.chosen else self._yielding(widths, room)
        for place in gone:
            del widths[place]
        self._shrink(widths, room)
        self._fill(widths, room)
        for place in range(len(self._columns)):
            if self._table.isColumnHidden(place) != (place not in widths):
                self._table.setColumnHidden(place, place not in widths)
            if place in widths:
                self._table.setColumnWidth(place, widths[place])

    def least_width(self, place: int) -> int:
        """The width in which a column's title and contents stand, or its own if it has one."""
        given = typography().px(self._columns[place].width)
        return max(self._header.least_width(place), given or self._contents_width(place))

    def _contents_width(self, place: int) -> int:
        """What the contents need; Qt's own hint counts only rows that it has laid out."""
        known = self._contents.get(place)
        if known is None:
            known = self._contents[place] = self._measure(place)
        return known

    def _measure(self, place: int) -> int:
        model = self._table.rows
        rows = range(min(model.rowCount(), self.rows_measured))
        if not rows:
            return 0
        texts = (model.text(row, place) for row in rows)
        swatch = place == 0 and model.swatch(0) is not None
        return cells_width(nlargest(TEXTS_MEASURED, texts, key=len), swatch=swatch)

    def _whole_width(self, place: int) -> int:
        spec = self._columns[place]
        if spec.key in self.sized:
            return self._table.columnWidth(place)
        least = self.least_width(place)
        if not spec.stretch:
            return least
        return max(least, min(self._contents_width(place), typography().px(spec.whole)))

    def _yielding(self, widths: Mapping[int, int], room: int) -> set[int]:
        """The places of the columns that make room for the others."""
        spare = room - sum(widths.values())
        first = sorted(
            (place for place in widths if self._columns[place].yields),
            key=lambda place: self._columns[place].yields,
        )
        gone: set[int] = set()
        for place in first:
            if spare >= 0:
                break
            gone.add(place)
            spare += widths[place]
        return gone

    def _shrink(self, widths: dict[int, int], room: int) -> None:
        """Cut the texts of stretching columns rather than have the table scroll."""
        for place in widths:
            spec = self._columns[place]
            over = sum(widths.values()) - room
            if over > 0 and spec.stretch and spec.key not in self.sized:
                widths[place] = max(self.least_width(place), widths[place] - over)

    def _fill(self, widths: dict[int, int], room: int) -> None:
        """Share the spare room among the columns that no person has set a width of.

        Texts that are cut come first.
        """
        spare = room - sum(widths.values())
        for place in widths:
            spec = self._columns[place]
            if spare > 0 and spec.stretch and spec.key not in self.sized:
                more = min(spare, max(0, self._contents_width(place) - widths[place]))
                widths[place] += more
                spare -= more
        takers = [place for place in widths if self._columns[place].key not in self.sized]
        if spare <= 0 or not takers:
            return
        stretching = [place for place in takers if self._columns[place].stretch]
        shares = {place: STRETCH_SHARES if place in stretching else 1 for place in takers}
        each = spare // sum(shares.values())
        for place, count in shares.items():
            widths[place] += each * count
        widths[(stretching or takers)[0]] += spare - each * sum(shares.values())
