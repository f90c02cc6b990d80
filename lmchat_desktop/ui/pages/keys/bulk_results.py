"""The last part of a bulk act: what became of each key, to filter and to copy."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.contract.keys import KeyActResult, KeyOutcome
from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.pages.keys.bulk_run import FAILED
from lmchat_desktop.ui.pages.keys.outcome_pill import FURTHER_PX, OutcomeDelegate, outcome_word
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.export import to_tsv
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lmchat_desktop.ui.pages.keys.chosen_keys import ChosenKey

ALL, ONLY_FAILED = "all", "failed"
MOST_ROWS = 8
ROWS_OF_LARGE = 4
LARGE = 1.5


class BulkResults(QWidget):
    """A summary above the list of all keys with what became of them.

    Args:
        keys: the keys, in their order.
        parent: the dialog.

    Attributes:
        summary: how many of each outcome.
        filter: all, or those that failed.
        table: the list.
    """

    def __init__(self, keys: Sequence[ChosenKey], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = tuple(keys)
        self._results: Mapping[str, KeyActResult] = {}
        self.summary = PlainLabel("", self, role="strong", wrap=True)
        self.summary.setObjectName("bulk-summary")
        self.filter = SegmentedControl(
            [(ALL, self.tr("All")), (ONLY_FAILED, self.tr("Failed"))],
            ALL,
            self,
            name=self.tr("Which keys are listed"),
            small=True,
        )
        self.filter.current_changed.connect(self._list)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.summary, 1)
        head.addWidget(self.filter)
        columns = (
            ColumnSpec("outcome", self.tr("Outcome"), width=self._pill_width()),
            ColumnSpec("name", self.tr("Name"), stretch=True, width=120, whole=260),
            ColumnSpec("hint", self.tr("Secret"), muted=True, yields=1),
            ColumnSpec("detail", self.tr("Detail"), stretch=True, width=120, whole=320),
        )
        self._model = RowsModel(columns, self)
        self.table = DataTable(self._model, self, name=self.tr("What became of the keys"))
        self.table.setObjectName("bulk-results")
        self.table.setItemDelegateForColumn(0, OutcomeDelegate(columns, self.table))
        frame = Card(parent=self, margin=1)
        frame.body.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(frame)

    def put(self, results: Mapping[str, KeyActResult]) -> None:
        """Show what became of the keys."""
        self._results = results
        counts = Counter(result.outcome for result in results.values())
        self.summary.setText(
            " · ".join(
                f"{formatting.count(counts[outcome])} {outcome_word(outcome).lower()}"
                for outcome in KeyOutcome
                if counts[outcome]
            )
        )
        any_failed = any(counts[outcome] for outcome in FAILED)
        if not any_failed:
            self.filter.set_current(ALL)
        none = self.tr("None failed.")
        self.filter.set_option_enabled(ONLY_FAILED, any_failed, "" if any_failed else none)
        self._list()
        most = ROWS_OF_LARGE if typography().scale > LARGE else MOST_ROWS
        self.table.setFixedHeight(self.table.content_height(most))

    def copy(self) -> None:
        """Put the list, as it is filtered, on the clipboard."""
        columns = [
            ColumnSpec("id", self.tr("Id")),
            *(self._model.columns[place] for place in (1, 2, 0, 3)),
        ]
        rows = [
            (key.id, key.name, key.hint, outcome_word(result.outcome), result.detail)
            for key, result in self._listed()
        ]
        QGuiApplication.clipboard().setText(to_tsv(columns, rows))

    def _listed(self) -> list[tuple[ChosenKey, KeyActResult]]:
        found = [(key, self._results[key.id]) for key in self._keys if key.id in self._results]
        if self.filter.current == ONLY_FAILED:
            return [(key, result) for key, result in found if result.outcome in FAILED]
        return found

    def _list(self) -> None:
        listed = self._listed()
        self._model.set_rows(
            [
                (outcome_word(result.outcome), key.name, key.hint, result.detail)
                for key, result in listed
            ],
            keys=[key.id for key, _result in listed],
        )

    def _pill_width(self) -> int:
        metrics = PlainLabel("", role="label").fontMetrics()
        widest = max(metrics.horizontalAdvance(outcome_word(each)) for each in KeyOutcome)
        return round(widest / typography().scale) + FURTHER_PX + 28
