"""The card of the service's largest accounts or keys, which only the backend knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lmchat_desktop.ui.pages.overview.top_card import ROWS_SHOWN, TopCard
from lmchat_desktop.ui.pages.overview.top_columns import service_columns
from lmchat_desktop.ui.pages.overview.words import tr
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.widgets.tab_order import order_tabs
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.usage import TopList, TopRow


class ServiceCard(TopCard):
    """The service's largest accounts or keys, which the backend is asked for.

    Attributes:
        by: chooses accounts or keys.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Largest"), service_columns(), parent)
        self.setObjectName("top-of-service")
        self.by = SegmentedControl(
            [("account", tr("Accounts")), ("key", tr("Keys"))],
            parent=self,
            name=tr("Largest accounts or keys"),
            small=True,
        )
        self.add_trailing(self.by)
        order_tabs((*self.by.findChildren(Button), self.table))

    def put_top(self, top: TopList, accounts: Mapping[str, str]) -> None:
        """Show the backend's answer; `accounts` are the names that are known, by id."""
        rows = top.data[:ROWS_SHOWN]
        if rows:
            self.put([service_cells(row, accounts) for row in rows], [row.id for row in rows])
        else:
            self.say("chart", *nothing_yet())

    def wait(self) -> None:
        """Say that the backend is being asked."""
        self.say(
            "service",
            tr("Asking the backend…"),
            tr("The largest accounts and keys are not kept here; they are asked for."),
        )

    def fail(self, error: object) -> None:
        """Say that the backend did not answer, and offer to ask again."""
        self.say(
            "offline",
            tr("Not known while the backend cannot be asked"),
            translated(getattr(error, "message", "")),
            action=tr("Try again"),
        )


def nothing_yet() -> tuple[str, str]:
    """That there were no requests: a title and a sentence."""
    return (
        tr("No requests in this time"),
        tr("The largest appear here with the first request."),
    )


def service_cells(row: TopRow, names: Mapping[str, str]) -> tuple[Any, ...]:
    """A row of the service's largest accounts or keys."""
    rate = row.errors / row.requests if row.requests else None
    name = row.name or names.get(row.id, row.id)
    return name, row.requests, row.output_tokens, row.cost_nanos, rate
