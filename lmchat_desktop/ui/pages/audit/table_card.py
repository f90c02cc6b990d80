"""The card with the entries, or with what stands there while there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QStackedLayout, QWidget

from lmchat_desktop.ui.pages.audit.columns import ENTRY, audit_columns
from lmchat_desktop.ui.tables import kept_state
from lmchat_desktop.ui.tables.cursor_model import CursorModel
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, Card, Hairline
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from lmchat_desktop.contract.audit import AuditEntry
    from lmchat_desktop.ui.shell.context import PageContext

TABLE_ID = "audit"


class AuditTableCard(Card):
    """The entries of a question, as rows that grow while one scrolls.

    Attributes:
        model: the rows.
        table: their table.
        empty: what stands there without any.
        selected: another entry is selected; emitted with it, or None.
        clear_asked: the filters are to be taken away.
    """

    selected = Signal(object)
    clear_asked = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__("", parent, margin=1)
        self._context = context
        self._narrowed = False
        self.model = CursorModel(audit_columns(), context.tasks, self, zone=context.zone.zone)
        self.table = DataTable(self.model, self, name=self.tr("Entries of the audit log"))
        self.table.setObjectName("audit-table")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        kept = context.preferences.value.tables.get(TABLE_ID)
        if kept is not None:
            kept_state.restore(self.table, kept, "at")
        self.empty = EmptyState("audit", parent=self)
        self._foot = PlainLabel("", self, role="label", tone="muted")
        self._foot.setObjectName("audit-foot")
        self._again = Button(self.tr("Try again"), self, look="link", small=True)
        self._again.setObjectName("audit-try-again")
        self._below = QWidget(self)
        self._lay_out()
        self._connect()
        self._show_state()

    def _lay_out(self) -> None:
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.body.setSpacing(0)
        self.body.addLayout(self._stack, 1)
        self._line = Hairline(self)
        self.body.addWidget(self._line)
        row = QHBoxLayout(self._below)
        row.setContentsMargins(CARD_MARGIN, 7, CARD_MARGIN, 7)
        row.setSpacing(8)
        row.addWidget(self._foot)
        row.addWidget(self._again)
        row.addStretch(1)
        self.body.addWidget(self._below)

    def _connect(self) -> None:
        self.model.changed.connect(self._show_state)
        self.model.grew_above.connect(self._stay_in_place)
        self._again.clicked.connect(self.model.read_on)
        self.empty.action_triggered.connect(self._empty_action)
        self.table.state_changed.connect(self._keep)
        self.table.selectionModel().selectionChanged.connect(
            lambda *_: self.selected.emit(self.only_selected())
        )
        self.model.modelReset.connect(lambda: self.selected.emit(self.only_selected()))
        self._context.zone.changed.connect(self.model.set_zone)

    def say_narrowed(self, narrowed: bool) -> None:
        """Whether entries are left out, so that none is no surprise."""
        self._narrowed = narrowed

    def only_selected(self) -> AuditEntry | None:
        """The one selected entry; None where it is not one."""
        keys = self.table.selected_keys()
        place = self.model.row_of(keys[0]) if len(keys) == 1 else None
        row = None if place is None else self.model.row(place)
        return None if row is None else row[ENTRY]

    def foot_text(self) -> str:
        """What stands below the entries."""
        return self._foot.whole_text()

    def _show_state(self) -> None:
        model = self.model
        failed = model.trouble is not None
        if not model.begun and failed:
            self._say_empty(
                "offline",
                self.tr("The entries could not be read"),
                self._why(),
                self.tr("Try again"),
            )
        elif model.begun and not model.count and model.complete:
            self._say_none()
        else:
            self._stack.setCurrentWidget(self.table)
        self._foot.setText(self._foot_words())
        self._again.setVisible(failed)
        below = self._stack.currentWidget() is self.table and bool(self._foot.whole_text())
        self._below.setVisible(below)
        self._line.setVisible(below)

    def _foot_words(self) -> str:
        model = self.model
        if not model.begun:
            return ""
        count = f"{model.count:,}"
        if model.trouble is not None:
            words = self.tr("{count} entries were read. {why}")
            return words.replace("{count}", count).replace("{why}", self._why())
        if model.complete:
            return self.tr("All {count} entries").replace("{count}", count)
        return self.tr("{count} entries read; more come as you scroll").replace("{count}", count)

    def _why(self) -> str:
        message = translated(getattr(self.model.trouble, "message", ""))
        return message or self.tr("The others could not be read.")

    def _say_none(self) -> None:
        if self._narrowed:
            self._say_empty(
                "filter",
                self.tr("No such entries"),
                self.tr("Entries that do not fit the filters are left out."),
                self.tr("Clear filters"),
            )
        else:
            self._say_empty(
                "audit",
                self.tr("No entries yet"),
                self.tr("Every act of an operator or owner is written here as it happens."),
                "",
            )

    def _say_empty(self, icon_name: str, title: str, text: str, action: str) -> None:
        self.empty.set_message(icon_name, title, text, action=action)
        self._stack.setCurrentWidget(self.empty)

    def _empty_action(self) -> None:
        if self.model.trouble is not None:
            self.model.read_on()
        else:
            self.clear_asked.emit()

    def _stay_in_place(self, count: int) -> None:
        """New entries push down what somebody has scrolled to: follow it."""
        bar = self.table.verticalScrollBar()
        if bar.value() > 0:
            value = bar.value() + count * self.table.verticalHeader().defaultSectionSize()
            self.table.executeDelayedItemsLayout()
            bar.setValue(value)

    def _keep(self) -> None:
        kept_state.keep(self._context.preferences, TABLE_ID, kept_state.state_of(self.table))
