"""Where clicks on the overview lead: to the usage of what was clicked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lmchat_desktop.contract.keys import ApiKey
from lmchat_desktop.ui.pages.figures.chart_data import OTHERS
from lmchat_desktop.ui.pages.figures.tiles import Tile
from lmchat_desktop.ui.shell.context import PageContext, ScopeChoice

if TYPE_CHECKING:
    from lmchat_desktop.ui.pages.figures.measures import ChartMeasure
    from lmchat_desktop.ui.pages.overview.attention import NextStep
    from lmchat_desktop.ui.pages.overview.model import OverviewModel

TILE_ARGUMENTS = {
    Tile.REQUESTS: {"measure": "requests"},
    Tile.TOKENS: {"measure": "output_tokens"},
    Tile.COST: {"measure": "cost"},
    Tile.LATENCY: {"view": "total"},
    Tile.ERRORS: {"view": "errors"},
}


class Ways:
    """Leads to the Usage page, in the range and with the measure that the overview shows.

    Attributes:
        measure: what the overview's chart counts.
    """

    def __init__(self, context: PageContext, model: OverviewModel, measure: ChartMeasure) -> None:
        self._context = context
        self._model = model
        self.measure = measure

    def step(self, step: NextStep) -> None:
        """Take the step that an item of the attention list offers."""
        if step.account_id is not None:
            self._choose_account(step.account_id)
        self._context.navigate(step.page, **step.arguments)

    def tile(self, tile: Tile) -> None:
        """To what a tile is about."""
        self._go(**TILE_ARGUMENTS[tile])

    def model(self, value: object) -> None:
        """To a model's usage, or everybody's for the small ones together."""
        filters = {} if value == OTHERS else {"model": [value]}
        self._go(group_by="model", measure=self.measure.value, filters=filters)

    def key(self, value: object) -> None:
        """To a key's usage."""
        self._go(group_by="model", filters={"key": [value]})

    def span(self, start_s: int, end_s: int) -> None:
        """To a span of time."""
        span = tuple(datetime.fromtimestamp(at, UTC) for at in (start_s, end_s))
        self._go(group_by="model", measure=self.measure.value, range=span)

    def largest(self, entity_id: object) -> None:
        """To one of the service's largest accounts or keys, in its account's scope."""
        if self._model.top_by == "account":
            top = self._model.top
            rows = top.data if top is not None else []
            name = next((row.name for row in rows if row.id == entity_id), "")
            self._choose_account(str(entity_id), name)
            self._go(group_by="model")
            return
        key = self._context.session.entities.get(ApiKey, str(entity_id))
        if key is not None:
            self._choose_account(key.account_id)
            self._go(group_by="model", filters={"key": [key.id]})

    def _go(self, **arguments: Any) -> None:
        usual: dict[str, Any] = {"range": self._model.preset.value, "filters": {}}
        self._context.navigate("usage", **{**usual, **arguments})

    def _choose_account(self, account_id: str, name: str = "") -> None:
        picture = self._model.picture
        known = picture.accounts.get(account_id, "") if picture is not None else ""
        self._context.scope.choose(ScopeChoice(account_id, known or name or account_id))
