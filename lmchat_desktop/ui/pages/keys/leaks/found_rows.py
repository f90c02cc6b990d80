"""The rows of keys that were found in a text: what is known of each, and which are ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt

from lmchat_desktop.contract.keys import KeyState
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.drawn_values import Status, Tick
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.widgets.choice_view import tick_state

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from zoneinfo import ZoneInfo

    from PySide6.QtCore import QObject

    from lmchat_desktop.services.leaks import FoundKey
    from lmchat_desktop.ui.tables.table_model import Index

TICK = 0
"""The column of ticks."""

translate = QCoreApplication.translate


class FoundRows(RowsModel):
    """Keys that were found, those that work with a tick or without.

    Two secrets of one key share its tick: one of them cannot be ended without the other.

    Attributes:
        ticked: the ids of the keys that are ticked.
    """

    def __init__(self, zone: ZoneInfo, parent: QObject | None = None) -> None:
        columns = (
            ColumnSpec("end", translate("Leaks", "Revoke"), width=40, drawn=True, told=False),
            ColumnSpec("hint", translate("Leaks", "Key")),
            ColumnSpec("name", translate("Leaks", "Name"), width=130, yields=3),
            ColumnSpec("account", translate("Leaks", "Account"), width=120, yields=1),
            ColumnSpec("owners", translate("Leaks", "Owners"), stretch=True, whole=140, width=100),
            ColumnSpec("used", translate("Leaks", "Last used"), Kind.TIME, yields=2),
            ColumnSpec("state", translate("Leaks", "State"), drawn=True, width=112),
        )
        super().__init__(columns, parent, zone=zone)
        self.ticked: set[str] = set()
        self._found: dict[str, FoundKey] = {}

    def put(self, found: Sequence[FoundKey], ticked: Collection[str] | None = None) -> None:
        """Show keys in the order in which they stand in the text.

        Args:
            found: the keys.
            ticked: ids of the keys that are ticked; None for all that work.
        """
        self._found = {one.hash: one for one in found}
        working = self.working_ids()
        self.ticked = working if ticked is None else working & set(ticked)
        self.set_rows([self._row(one) for one in found], keys=[one.hash for one in found])

    def working_ids(self) -> set[str]:
        """The ids of the keys that work."""
        return ids_of(one for one in self._found.values() if one.works)

    def tick_rows(self, rows: Iterable[int]) -> None:
        """Tick the keys in these rows, or take their ticks away where all of them have one."""
        found = (self._found[str(self.key(row))] for row in rows)
        ids = ids_of(one for one in found if one.works)
        self.tick(self.ticked - ids if ids <= self.ticked else self.ticked | ids)

    def tick(self, ids: Collection[str]) -> None:
        """Tick these keys, and no others."""
        if not self._rows or set(ids) == self.ticked:
            return
        self.ticked = set(ids)
        self._rows = [
            (self._tick(self._found[str(key)]), *row[1:])
            for key, row in zip(self._keys, self._rows, strict=True)
        ]
        self.dataChanged.emit(self.index(0, TICK), self.index(len(self._rows) - 1, TICK))

    # The model that Qt asks

    def can_sort(self, column: int) -> bool:
        return column != TICK and super().can_sort(column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        # For screen readers: `setData` takes no tick, so that a click beside the box counts once.
        can = Qt.ItemFlag.ItemIsUserCheckable if self._at(index) else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | can

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole:
            tick = self._at(index)
            return None if tick is None else tick_state(tick.on).value
        return super().data(index, role)

    def _at(self, index: Index) -> Tick | None:
        """The tick in a cell."""
        value = self.row(index.row())[index.column()] if index.isValid() else None
        return value if isinstance(value, Tick) else None

    def _tick(self, found: FoundKey) -> Tick | None:
        if found.known is None or not found.works:
            return None
        key = found.known.key
        return Tick(f"{key.name}, {key.hint}", key.id in self.ticked)

    def _row(self, found: FoundKey) -> tuple[Any, ...]:
        known = found.known
        if known is None:
            unknown = Status(translate("Leaks", "Unknown"), "muted")
            return (None, found.hint, None, None, None, None, unknown)
        return (
            self._tick(found),
            known.key.hint,
            known.key.name,
            known.account_name,
            ", ".join(person.email for person in known.owners),
            known.last_used_at,
            _state(known.key.state),
        )


def ids_of(found: Iterable[FoundKey]) -> set[str]:
    """The ids of those keys that this backend knows."""
    return {one.known.key.id for one in found if one.known is not None}


def _state(state: KeyState) -> Status:
    if state is KeyState.ACTIVE:
        return Status(translate("Leaks", "Works"), "bad")
    if state is KeyState.EXPIRED:
        return Status(translate("Leaks", "Expired"), "muted")
    return Status(translate("Leaks", "Revoked"), "good")
