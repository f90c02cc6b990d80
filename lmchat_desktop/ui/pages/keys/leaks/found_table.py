"""The keys that were found in a text: whose they are, how they stand, and which are to be ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal

from lmchat_desktop.ui.pages.keys.leaks.found_rows import TICK, FoundRows
from lmchat_desktop.ui.tables.data_table import DataTable

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.ui.tables.table_model import Index

MOST_ROWS = 5
"""Further rows are scrolled to."""


class FoundTable(DataTable):
    """Shows what was found; its rows can be copied, and hold no secret.

    A click on a box ticks it, and Space the selected rows.

    Attributes:
        found: the rows.
        ticked: other keys are ticked now.
    """

    ticked = Signal()

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        self.found = FoundRows(zone, parent)
        super().__init__(self.found, parent, name=QCoreApplication.translate("Leaks", "Found keys"))
        self.setObjectName("found-keys")
        self.clicked.connect(self._tick_at)
        # The second click of two quick ones takes back what the first did.
        self.doubleClicked.connect(self._tick_at)
        self.found.dataChanged.connect(lambda *_: self.ticked.emit())

    def rows_changed(self) -> None:
        super().rows_changed()
        self.setFixedHeight(self.content_height(MOST_ROWS))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
            return
        selected = self.found.rows_of(self.selected_keys()).values()
        current = self.currentIndex().row()
        if current in selected:
            self.found.tick_rows(selected)
        elif current >= 0:
            self.found.tick_rows([current])

    def _tick_at(self, index: Index) -> None:
        if index.column() == TICK:
            self.found.tick_rows([index.row()])
