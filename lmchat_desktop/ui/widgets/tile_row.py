"""A row of figure tiles that breaks into more rows where the width ends, each filled evenly."""

from __future__ import annotations

from contextlib import contextmanager
from math import lcm
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QGridLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import CARD_GAP
from lmchat_desktop.ui.widgets.figure_tile import SIDE_MARGIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtGui import QResizeEvent

    from lmchat_desktop.ui.widgets.figure_tile import FigureTile

ROOMY_PX = 176
LEAST_TREND_PX, TREND_PX = 44, 84
TREND_GAP = 8
TIGHT_GAP = 12
USUAL, WIDER = 4, 5
"""Shares of the width."""


class TileRow(QWidget):
    """Tiles side by side, their figures in one size; five of them break into three and two.

    Where they are narrow their trends make room, and a tile that holds two figures is wider. A row
    breaks before anything in a tile is cut.

    Args:
        tiles: the tiles, in order.
        narrowest: the width at text scale 1 below which a row is broken in any case.
        wide: the place of the tile that needs more room.
    """

    def __init__(
        self,
        tiles: Sequence[FigureTile],
        parent: QWidget | None = None,
        *,
        narrowest: int = 128,
        wide: int = 1,
    ) -> None:
        super().__init__(parent)
        self._tiles = list(tiles)
        self._narrowest = narrowest
        self._wide = wide
        self._rows: list[int] = []
        self._held = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(CARD_GAP)
        self._arrange(len(self._tiles))
        for tile in self._tiles:
            tile.fit_changed.connect(self._share_size)

    @property
    def rows(self) -> tuple[int, ...]:
        """How many tiles stand in each row."""
        return tuple(self._rows)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Fit the tiles once when all that is put on them within the block is there."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self._share_size()

    def minimumSizeHint(self) -> QSize:
        """As wide as its widest tile: everything else can go below."""
        widest = max(tile.least_width() for tile in self._tiles)
        return QSize(widest, self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the row anew where the width asks for it."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._arrange(self._most_abreast())
        room = (self.width() + CARD_GAP) // max(self._rows) - CARD_GAP
        roomy = room >= typography().px(ROOMY_PX)
        self._grid.setSpacing(CARD_GAP if roomy else TIGHT_GAP)
        self._share_trend()

    def _most_abreast(self) -> int:
        """How many tiles can stand side by side with nothing cut."""
        usual = typography().px(self._narrowest)
        for most in range(len(self._tiles), 1, -1):
            room = self.width() - (most - 1) * TIGHT_GAP
            if most == len(self._tiles):
                share = room / (USUAL * (most - 1) + WIDER)
                rooms = [share * (WIDER if place == self._wide else USUAL) for place in range(most)]
            else:
                rooms = [room / most] * len(self._tiles)
            wanted = [max(usual, tile.least_width()) for tile in self._tiles]
            if all(has >= want for has, want in zip(rooms, wanted, strict=True)):
                return most
        return 1

    def _share_size(self) -> None:
        """Let all figures have the size that fits the tightest; break the row if none does."""
        if self._held:
            return
        if self._most_abreast() != max(self._rows):
            self._fit()
        self._share_trend()
        pixels = min(tile.fitting_figure_pixels() for tile in self._tiles)
        for tile in self._tiles:
            tile.limit_figure_pixels(pixels)

    def _share_trend(self) -> None:
        """Give all trends one width; where it is narrow they matter more than words in the foot."""
        most = max(self._rows)
        gaps = (most - 1) * self._grid.spacing()
        shares = USUAL * most + (WIDER - USUAL if len(self._rows) == 1 else 0)
        room = (self.width() - gaps) * USUAL // shares - 2 * SIDE_MARGIN - TREND_GAP
        least, usual = typography().px(LEAST_TREND_PX), typography().px(TREND_PX)
        wordy, terse = (
            room - max(tile.foot_width(terse=terse) for tile in self._tiles)
            for terse in (False, True)
        )
        brief = wordy < least <= terse or wordy < -TREND_GAP
        left = terse if brief else wordy
        for tile in self._tiles:
            tile.set_terse(brief)
            tile.set_trend_width(min(left, usual) if left >= least else 0)

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
