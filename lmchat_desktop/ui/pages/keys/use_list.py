"""What used a key, as a small table: addresses, models, requests, and when last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.contract.keys import UsedSecret
from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.timebasis import Period
from lmchat_desktop.ui.pages.figures.times import range_text
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from lmchat_desktop.contract.keys import KeyUseReport

MOST_ROWS = 4
"""Rows seen without scrolling, one less where text is large."""
LARGE = 1.5


class UseList(QWidget):
    """A summary of a `KeyUseReport` above its rows, the most used first.

    Args:
        zone: the zone of all times; the table's header says it.
        secrets: whether to tell which of the key's secrets was shown.
        parent: the owner.

    Attributes:
        table: the rows.
    """

    def __init__(
        self, zone: ZoneInfo, *, secrets: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._zone = zone
        columns = [
            ColumnSpec("address", self.tr("Address"), width=100, stretch=True, whole=330),
            ColumnSpec("model", self.tr("Model"), width=100, stretch=True, whole=160),
            ColumnSpec("secret", self.tr("Secret"), muted=True, shown=secrets, yields=1),
            ColumnSpec("requests", self.tr("Requests"), Kind.COUNT),
            ColumnSpec(
                "last",
                self.tr("Last ({zone})").format(zone=zone.key),
                Kind.TIME,
                muted=True,
            ),
        ]
        self._model = RowsModel(columns, self, zone=zone)
        self.summary = PlainLabel("", self, role="strong", wrap=True)
        self.summary.setObjectName("use-summary")
        self._span = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self._span.setObjectName("use-span")
        self.table = DataTable(self._model, self, name=self.tr("What used the key"))
        self.table.setObjectName("use-table")
        frame = Card(parent=self, margin=1)
        frame.body.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.summary)
        column.addWidget(self._span)
        column.addSpacing(4)
        column.addWidget(frame)

    def put(self, report: KeyUseReport) -> None:
        """Show a report."""
        secret = {UsedSecret.PRESENT: self.tr("present"), UsedSecret.OLD: self.tr("old")}
        self._model.set_rows(
            [
                (use.address, use.model, secret[use.secret], use.requests, use.last_at)
                for use in report.data
            ],
            keys=[(use.address, use.model, use.secret) for use in report.data],
        )
        most = MOST_ROWS - (typography().scale > LARGE)
        self.table.setFixedHeight(self.table.content_height(most))
        self.summary.setText(self._summary(report))
        span = range_text(Period(report.start, report.end), self._zone)
        if report.has_more:
            shown = self.tr("only the {count} most used are listed").format(count=len(report.data))
            span = f"{span} · {shown}"
        self._span.setText(span)

    def _summary(self, report: KeyUseReport) -> str:
        addresses = len({use.address for use in report.data})
        models = len({use.model for use in report.data})
        more = "+" if report.has_more else ""
        return " · ".join(
            (
                _counted(self.tr("1 request"), self.tr("{count} requests"), report.requests),
                _counted(self.tr("1 address"), self.tr("{count} addresses"), addresses, more),
                _counted(self.tr("1 model"), self.tr("{count} models"), models, more),
            )
        )


def _counted(one: str, many: str, count: int, more: str = "") -> str:
    if count == 1 and not more:
        return one
    return many.format(count=f"{formatting.count(count)}{more}")
