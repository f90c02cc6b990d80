"""What groups and filter values are called on screen: names from the catalogue, not identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.domain.usage.cells import Dimension, Outcome
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure
from lmchat_desktop.ui.pages.figures.ranges import Preset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lmchat_desktop.contract.catalog import Model, Provider
    from lmchat_desktop.contract.keys import ApiKey


def tr(text: str) -> str:
    """Text of the usage page in the language of the interface."""
    return QCoreApplication.translate("UsagePage", text)


class Names:
    """Display names of the values of each dimension. All of them came from outside: plain text.

    A value that the cache does not know is shown as its identifier, an empty one in words.
    """

    def __init__(
        self,
        models: Iterable[Model] = (),
        providers: Iterable[Provider] = (),
        keys: Iterable[ApiKey] = (),
    ) -> None:
        providers = list(providers)
        self._names: dict[Dimension, dict[str, str]] = {
            Dimension.MODEL: {model.id: model.name for model in models},
            Dimension.PROVIDER: {provider.id: provider.name for provider in providers},
            Dimension.REGION: {
                region.id: region.name for provider in providers for region in provider.regions
            },
            Dimension.KEY: {},
        }
        self._hints: dict[str, str] = {}
        for key in keys:
            self._names[Dimension.KEY][key.id] = key.name
            self._hints[key.id] = key.hint

    def text(self, dimension: Dimension, value: str) -> str:
        """What a value is called."""
        if dimension is Dimension.OUTCOME:
            return outcome_name(value)
        if dimension is Dimension.ERROR:
            return error_name(value)
        if not value:
            return tr("Not recorded")
        return self._names[dimension].get(value) or value

    def detail(self, dimension: Dimension, value: str) -> str:
        """What tells apart values of the same name: a key's redacted hint; else empty."""
        return self._hints.get(value, "") if dimension is Dimension.KEY else ""

    def full(self, dimension: Dimension, value: str) -> str:
        """Name and detail in one line."""
        detail = self.detail(dimension, value)
        name = self.text(dimension, value)
        return f"{name} · {detail}" if detail else name


def outcome_name(value: str) -> str:
    """What an outcome is called."""
    names = {
        Outcome.OK.value: tr("Succeeded"),
        Outcome.REROUTED.value: tr("Succeeded after rerouting"),
        Outcome.FAILED.value: tr("Failed"),
    }
    return names.get(value, value)


def error_name(code: str) -> str:
    """What an error code means."""
    names = {
        "": tr("No error"),
        "rate_limited": tr("Rate limited (429)"),
        "too_few_tokens": tr("Too few tokens"),
        "provider_error": tr("Provider error"),
    }
    return names.get(code, code)


def dimension_name(dimension: Dimension) -> str:
    """A dimension as the head of a column."""
    return {
        Dimension.MODEL: tr("Model"),
        Dimension.PROVIDER: tr("Provider"),
        Dimension.REGION: tr("Region"),
        Dimension.KEY: tr("Key"),
        Dimension.OUTCOME: tr("Outcome"),
        Dimension.ERROR: tr("Error code"),
    }[dimension]


def dimension_word(dimension: Dimension) -> str:
    """A dimension within a sentence or chip: `region is …`."""
    return {
        Dimension.MODEL: tr("model"),
        Dimension.PROVIDER: tr("provider"),
        Dimension.REGION: tr("region"),
        Dimension.KEY: tr("key"),
        Dimension.OUTCOME: tr("outcome"),
        Dimension.ERROR: tr("error"),
    }[dimension]


def measure_name(measure: ChartMeasure) -> str:
    """What the main chart counts."""
    return {
        ChartMeasure.REQUESTS: tr("Requests"),
        ChartMeasure.INPUT_TOKENS: tr("Input tokens"),
        ChartMeasure.CACHED_TOKENS: tr("Cached input tokens"),
        ChartMeasure.OUTPUT_TOKENS: tr("Output tokens"),
        ChartMeasure.COST: tr("Cost"),
        ChartMeasure.ERRORS: tr("Errors"),
    }[measure]


def preset_name(preset: Preset) -> str:
    """A range as its button says it."""
    return {
        Preset.DAY: tr("24 h"),
        Preset.WEEK: tr("7 d"),
        Preset.MONTH: tr("30 d"),
        Preset.QUARTER: tr("90 d"),
    }[preset]
