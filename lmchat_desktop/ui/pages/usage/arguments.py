"""What other pages may ask of the usage page by `navigate`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure
from lmchat_desktop.ui.pages.figures.ranges import Preset, TimeRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lmchat_desktop.ui.pages.usage.state import UsageState


def state_with(state: UsageState, arguments: Mapping[str, Any]) -> UsageState:
    """A state as `navigate` asks for it: `range` ("24h" … or two instants), `group_by`,
    `measure`, and `filters` (values by dimension, in place of the present ones).
    """
    if "range" in arguments:
        wanted = arguments["range"]
        chosen = TimeRange(Preset(wanted)) if isinstance(wanted, str) else TimeRange(None, *wanted)
        state = state.with_range(chosen)
    if "group_by" in arguments:
        state = replace(state, group_by=Dimension(arguments["group_by"]))
    if "measure" in arguments:
        state = replace(state, measure=ChartMeasure(arguments["measure"]))
    if "filters" in arguments:
        state = state.unfiltered()
        for dimension, values in arguments["filters"].items():
            state = state.filtered(Dimension(dimension), _texts(values))
    return state


def _texts(values: str | Iterable[str]) -> Iterable[str]:
    return (values,) if isinstance(values, str) else values
