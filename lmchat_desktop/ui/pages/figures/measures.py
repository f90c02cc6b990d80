"""What the charts of usage count, and how they are drawn."""

from __future__ import annotations

from enum import StrEnum


class ChartMeasure(StrEnum):
    """What the main chart shows."""

    REQUESTS = "requests"
    INPUT_TOKENS = "input_tokens"
    CACHED_TOKENS = "cached_tokens"
    OUTPUT_TOKENS = "output_tokens"
    COST = "cost"
    ERRORS = "errors"


class ChartStyle(StrEnum):
    """How the main chart's groups are drawn."""

    STACKED = "stacked"
    LINES = "lines"
