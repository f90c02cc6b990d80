"""Rows of widgets that break into more rows where the width ends, each row filled evenly."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import CARD_GAP
from lmchat_desktop.ui.widgets.figure_tile import FigureTile

ROOM_FOR_TREND_PX = 176
TREND_PX = 96
TIGHT_GAP = 12
USUAL, WIDER = 8, 9
"""Shares of the width."""


class TileRow(QWidget):
    """Tiles side by side; five of them break into three and two.

    Where they are narrow their trends make room, and a tile that holds two figures is wider.

    Args:
        tiles: the tiles, in order.
        narrowest: the width at text scale 1 below which a row is broken.
        wide: the place of the tile that needs more room.
    """

    def __init__(
        self,
        tiles: Sequence[FigureTile],
        parent: QWidget | None = None,
        *,
        narrowest: int = 138,
        wide: int = 1,
    ) -> None:
        super().__init__(parent)
        self._tiles = list(tiles)
        self._narrowest = narrowest
        self._wide = wide
        self._rows: list[int] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(CARD_GAP)
        self._arrange(len(self._tiles))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the row anew where the width asks for it."""
        super().resizeEvent(event)
        each = typography().px(self._narrowest) + CARD_GAP
        most = max(1, min(len(self._tiles), (self.width() + CARD_GAP) // each))
        self._arrange(most)
        room = (self.width() + CARD_GAP) // max(self._rows) - CARD_GAP
        roomy = room >= typography().px(ROOM_FOR_TREND_PX)
        self._grid.setSpacing(CARD_GAP if roomy else TIGHT_GAP)
        for tile in self._tiles:
            tile.sparkline.setMaximumWidth(typography().px(TREND_PX) if roomy else 0)

    def _arrange(self, most: int) -> None:
        count = len(self._tiles)
        n_rows = -(-count // most)
        rows = [count // n_rows + (row < count % n_rows) for row in range(n_rows)]
        if rows == self._rows:
            return
        self._rows = rows
        for tile in self._tiles:
            self._grid.removeWidget(tile)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        columns = lcm(*rows)
        tiles = iter(self._tiles)
        for row, in_row in enumerate(rows):
            span = columns // in_row
            for place in range(in_row):
                self._grid.addWidget(next(tiles), row, place * span, 1, span)
        for column in range(columns):
            wide = n_rows == 1 and column == self._wide
            self._grid.setColumnStretch(column, WIDER if wide else USUAL)
        self.updateGeometry()


class Panes(QWidget):
    """Two or more panes side by side, or one below the other where the width is too small.

    Args:
        panes: each pane with its share of the width.
        narrowest: the width at text scale 1 below which the panes are stacked.
    """

    def __init__(
        self,
        panes: Sequence[tuple[QWidget, int]],
        parent: QWidget | None = None,
        *,
        narrowest: int = 860,
    ) -> None:
        super().__init__(parent)
        self._panes = list(panes)
        self._narrowest = narrowest
        self._abreast: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(CARD_GAP)
        self._arrange(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the panes side by side, or not."""
        super().resizeEvent(event)
        self._arrange(self.width() >= typography().px(self._narrowest))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange(self.width() >= typography().px(self._narrowest))

    def _arrange(self, abreast: bool) -> None:
        if abreast == self._abreast:
            return
        self._abreast = abreast
        for place, (pane, share) in enumerate(self._panes):
            self._grid.removeWidget(pane)
            self._grid.addWidget(pane, *((0, place) if abreast else (place, 0)))
            self._grid.setColumnStretch(place, share if abreast else int(place == 0))
            self._grid.setColumnMinimumWidth(place, 0)
            self._grid.setRowStretch(place, 1 if place == 0 or not abreast else 0)
        self.updateGeometry()
