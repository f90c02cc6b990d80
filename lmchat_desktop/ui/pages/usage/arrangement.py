"""Rows of widgets that break into more rows where the width ends, each row filled evenly."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import CARD_GAP
from lmchat_desktop.ui.widgets.chips import FlowLayout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from lmchat_desktop.ui.widgets.figure_tile import FigureTile

ROOM_FOR_TREND_PX = 176
TREND_PX = 96
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
        roomy = room >= typography().px(ROOM_FOR_TREND_PX)
        self._grid.setSpacing(CARD_GAP if roomy else TIGHT_GAP)
        for tile in self._tiles:
            tile.sparkline.setMaximumWidth(typography().px(TREND_PX) if roomy else 0)

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
        if self._most_abreast() != max(self._rows):
            self._fit()
        pixels = min(tile.fitting_figure_pixels() for tile in self._tiles)
        for tile in self._tiles:
            tile.limit_figure_pixels(pixels)

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

    def minimumSizeHint(self) -> QSize:
        """As wide as the widest pane: the others can go below it."""
        return QSize(max(self._least_widths()), self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the panes side by side, or not."""
        super().resizeEvent(event)
        self._arrange(self._fit_abreast())

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange(self._fit_abreast())

    def _least_widths(self) -> list[int]:
        return [pane.minimumSizeHint().width() for pane, _share in self._panes]

    def _fit_abreast(self) -> bool:
        together = sum(self._least_widths()) + (len(self._panes) - 1) * CARD_GAP
        return self.width() >= max(typography().px(self._narrowest), together)

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


class Headline(QWidget):
    """A title and controls, and something on the far side or, where it is narrow, below.

    Args:
        lead: title and controls, which wrap like words.
        far: a label that wraps, or a control.
    """

    def __init__(
        self, lead: Sequence[QWidget], far: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lead = QWidget(self)
        flow = FlowLayout(self._lead, gap=TIGHT_GAP)
        for widget in lead:
            flow.addWidget(widget)
        self._far = far
        self._beside: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(TIGHT_GAP)
        self._grid.setVerticalSpacing(TIGHT_GAP // 2)
        self._arrange(True)

    def minimumSizeHint(self) -> QSize:
        """As wide as the widest of its parts."""
        parts = (self._lead.minimumSizeHint().width(), self._far.minimumSizeHint().width())
        return QSize(max(parts), self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the far part beside or below."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Find the far part's place anew; for when it says something else."""
        wanted = self._lead.sizeHint().width() + TIGHT_GAP + self._far_width()
        self._arrange(self.width() >= wanted)

    def _far_width(self) -> int:
        if self._far.isHidden():
            return 0
        if isinstance(self._far, QLabel):
            return self._far.fontMetrics().horizontalAdvance(self._far.text()) + 2
        return self._far.sizeHint().width()

    def _arrange(self, beside: bool) -> None:
        if beside == self._beside:
            return
        self._beside = beside
        for widget in (self._lead, self._far):
            self._grid.removeWidget(widget)
        side = Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag.AlignLeft
        place = (0, 1) if beside else (1, 0)
        self._grid.addWidget(self._lead, 0, 0)
        if isinstance(self._far, QLabel):
            self._far.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(self._far, *place)
        else:
            # Absolute, since a control that puts its icon behind its text reads right to left.
            self._grid.addWidget(self._far, *place, side | Qt.AlignmentFlag.AlignAbsolute)
        self._grid.setColumnStretch(0, int(not beside))
        self._grid.setColumnStretch(1, int(beside))
        self.updateGeometry()
