"""Why the breakdown has no rows, in words, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.services.figures import has_data
from lmchat_desktop.ui.pages.figures.names import dimension_word, tr
from lmchat_desktop.ui.pages.figures.ranges import Preset

if TYPE_CHECKING:
    from lmchat_desktop.ui.pages.usage.model import Shown
    from lmchat_desktop.ui.widgets.empty_state import EmptyState


def describe_emptiness(empty: EmptyState, shown: Shown, *, synced: bool) -> None:
    """Say why a report has no rows: nothing synced, nothing known, filters, or no requests."""
    if not has_data(shown.report.answer):
        if not synced:
            empty.set_message(
                "chart",
                tr("Nothing has been synced yet"),
                tr("Usage appears here as soon as the first slices have arrived."),
            )
        else:
            empty.set_message(
                "chart",
                tr("No data for this time"),
                tr("Nothing is known of it, which is not the same as no requests."),
                action=tr("Show the last 7 days"),
            )
    elif shown.state.filters:
        words = ", ".join(dimension_word(dimension) for dimension, _ in shown.state.filters)
        empty.set_message(
            "filter",
            tr("No requests under these filters"),
            tr("Filtered by {what}. There was no such request in this time.").format(what=words),
            action=tr("Clear filters"),
        )
    else:
        empty.set_message(
            "chart",
            tr("No requests in this time"),
            tr("A row for each group appears here with the first request."),
            action="" if shown.state.range.preset is Preset.WEEK else tr("Show the last 7 days"),
        )
