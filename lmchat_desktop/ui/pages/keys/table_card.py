"""The card with the table of keys, or with what stands there while there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from lmchat_desktop.domain.paging import RowOrder
from lmchat_desktop.ui.pages.keys.chosen_keys import ChosenKey
from lmchat_desktop.ui.pages.keys.columns import HINT, NAME, key_columns
from lmchat_desktop.ui.pages.keys.rows import KeyRows
from lmchat_desktop.ui.pages.keys.table_model import KeyTableModel
from lmchat_desktop.ui.tables import kept_state
from lmchat_desktop.ui.tables.paged_table import PagedTable
from lmchat_desktop.ui.tables.selection_memory import selected_spans
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lmchat_desktop.domain.cancellation import Cancellation
    from lmchat_desktop.ui.pages.keys.query import KeyQuery
    from lmchat_desktop.ui.pages.keys.standings import StandingsFollower
    from lmchat_desktop.ui.shell.context import PageContext
    from lmchat_desktop.ui.tables.paged_model import PageSource

TABLE_ID = "keys"
FIRST_ORDER = RowOrder("name", False)


class KeysTableCard(Card):
    """The keys of a question, as rows.

    Attributes:
        table: the rows.
        empty: what stands there without any.
        selected: the selection is another; emitted with how many keys it has.
        activated: a key was double-clicked, or Enter pressed on it.
        counted: how many keys there are, as soon as that is known.
    """

    selected = Signal(int)
    activated = Signal(str)
    counted = Signal(int)

    def __init__(
        self,
        context: PageContext,
        query: KeyQuery,
        standings: StandingsFollower,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", parent, margin=1)
        self._context = context
        self._standings = standings
        self.model = KeyTableModel(
            key_columns(with_account=query.account_id is None),
            KeyRows(context.session, query, context.session.clock.now),
            standings,
            context.tasks,
            FIRST_ORDER,
            self,
            zone=context.zone.zone,
        )
        self.table = PagedTable(self.model, context.tasks, self, name=self.tr("API keys"))
        self.table.setObjectName("keys-table")
        kept = context.preferences.value.tables.get(TABLE_ID)
        if kept is not None:
            kept_state.restore(self.table, kept, "name")
        self.empty = EmptyState("keys", parent=self)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.body.addLayout(self._stack)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(0)
        self._look.timeout.connect(self._look_at_rows)
        self._connect()

    def ask(self, query: KeyQuery) -> None:
        """Show the keys of another question."""
        self.table.offer_column("account_id", query.account_id is None)
        now = self._context.session.clock.now
        self.model.set_source(KeyRows(self._context.session, query, now))

    def load(self) -> None:
        """Read the first rows."""
        self.model.load()

    def say_empty(self, title: str, text: str, action: str) -> None:
        """What stands there without keys."""
        self.empty.set_message("keys", title, text, action=action)

    def selected_count(self) -> int:
        """How many keys are selected; those count too whose rows have not come yet."""
        return sum(last - first + 1 for first, last in selected_spans(self.table))

    def only_selected(self) -> str | None:
        """The id of the one selected key; None where it is not one, or has not come yet."""
        keys = self.table.selected_keys()
        return str(keys[0]) if len(keys) == 1 and self.selected_count() == 1 else None

    def read_selected(self, on_done: Callable[[list[ChosenKey]], object]) -> None:
        """Have the selected keys read, also those whose rows have not come."""
        self._context.tasks.run(
            read_chosen,
            self.model.source,
            self.model.order,
            selected_spans(self.table),
            self.model.rowCount(),
            on_done=on_done,
            on_failed=self.table.failed.emit,
            key=(self, "selected"),
            owner=self,
        )

    def _connect(self) -> None:
        table, model = self.table, self.model
        table.row_activated.connect(lambda key: self.activated.emit(str(key)))
        table.state_changed.connect(self._keep)
        table.selectionModel().selectionChanged.connect(
            lambda *_: self.selected.emit(self.selected_count())
        )
        table.verticalScrollBar().valueChanged.connect(lambda _value: self._look.start())
        model.arrived.connect(lambda *_: self._look.start())
        model.counted_anew.connect(self.counted)
        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            signal.connect(lambda *_: self._told())
        self._context.zone.changed.connect(model.set_zone)

    def _told(self) -> None:
        self._stack.setCurrentWidget(self.table if self.model.rowCount() else self.empty)
        self._look.start()

    def _look_at_rows(self) -> None:
        """The backend is asked for what is seen, and no more."""
        if not self.isVisible() or not self.model.rowCount():
            return
        view = self.table.viewport()
        first = self.table.rowAt(0)
        last = self.table.rowAt(view.height() - 1)
        last = last if last >= 0 else self.model.rowCount() - 1
        keys = self.model.known_keys(max(0, first), last)
        self._standings.look_at([str(key) for key in keys])

    def _keep(self) -> None:
        kept_state.keep(self._context.preferences, TABLE_ID, kept_state.state_of(self.table))


def read_chosen(
    source: PageSource,
    order: RowOrder,
    spans: Sequence[tuple[int, int]],
    total: int,
    cancel: Cancellation,
) -> list[ChosenKey]:
    """The keys of the rows of some spans; for a pool's thread."""
    found: list[ChosenKey] = []
    for first, last in spans:
        cancel.raise_if_cancelled()
        page = source.page(order, first, last - first + 1, total)
        found += [
            ChosenKey(str(key), row[NAME], row[HINT])
            for key, row in zip(page.keys, page.rows, strict=True)
        ]
    return found
