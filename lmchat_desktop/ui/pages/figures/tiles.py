"""The tiles with the figures of a period, shared by the overview and the usage page."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.widgets.figure_tile import FigureTile
from lmchat_desktop.ui.widgets.tile_row import TileRow

if TYPE_CHECKING:
    from lmchat_desktop.services.figures import Figures, Reading


class Tile(StrEnum):
    """Which tile."""

    REQUESTS = "requests"
    TOKENS = "tokens"
    COST = "cost"
    LATENCY = "latency"
    ERRORS = "errors"


class FigureTiles(QWidget):
    """Requests, tokens, cost, p95 and errors, each against the period before.

    Only latency and errors are judged: more or fewer requests, tokens or dollars are neither good
    nor bad by themselves.

    Attributes:
        activated: the `Tile` that was chosen by mouse or keyboard.
        tiles: the widgets.
    """

    activated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = {
            Tile.REQUESTS: FigureTile(self.tr("Requests"), self),
            Tile.TOKENS: FigureTile(self.tr("Tokens in / out"), self),
            Tile.COST: FigureTile(self.tr("Cost"), self),
            Tile.LATENCY: FigureTile(self.tr("p95 total time"), self, good_when="lower"),
            Tile.ERRORS: FigureTile(self.tr("Errors"), self, good_when="lower"),
        }
        for tile, widget in self.tiles.items():
            widget.setObjectName(f"tile-{tile.value}")
            widget.set_selectable(True)
            widget.activated.connect(lambda tile=tile: self.activated.emit(tile))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._row = TileRow(list(self.tiles.values()), self)
        layout.addWidget(self._row)

    def put(self, figures: Figures, period_before: str) -> None:
        """Show figures; `period_before` says in words what they are compared with."""
        with self._row.at_once():
            self._put_readings(figures)
        for widget in self.tiles.values():
            widget.setToolTip(period_before)
        self.tiles[Tile.TOKENS].setToolTip(
            self.tr("{input} input, of them {cached} cached; {output} output").format(
                input=_exactly(figures.input_tokens),
                cached=_exactly(figures.cached_tokens),
                output=_exactly(figures.output_tokens),
            )
        )
        self.tiles[Tile.ERRORS].setToolTip(
            self.tr("{failed} of {requests} requests failed").format(
                failed=_exactly(figures.failed), requests=_exactly(figures.requests)
            )
        )
        self.tiles[Tile.LATENCY].setToolTip(
            self.tr("95 of 100 requests took no longer; within 1.1 %. {before}").format(
                before=period_before
            )
        )

    def put_values_only(self, *shown: tuple[Tile, tuple[formatting.Figure, ...]]) -> None:
        """Show new figures before their change and course are known."""
        with self._row.at_once():
            for tile, figures in shown:
                widget = self.tiles[tile]
                widget.set_figures(*figures)
                widget.set_note("")

    def _put_readings(self, figures: Figures) -> None:
        self._put(Tile.REQUESTS, figures.requests, formatting.count(figures.requests.value))
        self._put(
            Tile.TOKENS,
            figures.output_tokens,
            formatting.tokens(figures.input_tokens.value),
            formatting.tokens(figures.output_tokens.value),
            change=_tokens_change(figures),
        )
        self._put(Tile.COST, figures.cost, formatting.money(figures.cost.value))
        self._put(Tile.LATENCY, figures.p95, formatting.latency(figures.p95.value))
        rate = figures.error_rate
        self._put(
            Tile.ERRORS,
            rate,
            formatting.percent(rate.value),
            change=formatting.points(rate.value, rate.previous),
        )

    def _put(
        self,
        tile: Tile,
        reading: Reading,
        *shown: formatting.Figure,
        change: formatting.Figure | None = None,
    ) -> None:
        widget = self.tiles[tile]
        widget.set_figures(*shown)
        widget.set_trend(reading.course)
        if change is None:
            change = formatting.change(reading.value, reading.previous)
        if reading.value is None:
            widget.set_note(self.tr("no data"))
        elif change.known:
            widget.set_change(change, self.tr("vs prev."))
        else:
            widget.set_note(self.tr("no earlier data"))


def _tokens_change(figures: Figures) -> formatting.Figure:
    """The change of all tokens together."""
    now = (figures.input_tokens.value, figures.output_tokens.value)
    before = (figures.input_tokens.previous, figures.output_tokens.previous)
    if None in now or None in before:
        return formatting.NOTHING
    return formatting.change(
        sum(value for value in now if value is not None),
        sum(value for value in before if value is not None),
    )


def _exactly(reading: Reading) -> str:
    return formatting.UNKNOWN if reading.value is None else f"{reading.value:,}"
