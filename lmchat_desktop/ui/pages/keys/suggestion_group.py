"""Suggestions of one kind: what it means, the keys, and what can be done about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QWidget

from lmchat_desktop.contract.keys import MAX_BULK, KeySuggestion, SuggestionKind
from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.pages.acting.act_words import trouble_words
from lmchat_desktop.ui.pages.keys.chosen_keys import ChosenKey
from lmchat_desktop.ui.pages.keys.obstacles import obstacle
from lmchat_desktop.ui.pages.keys.suggestion_words import (
    STEPS,
    Step,
    kind_meaning,
    kind_title,
    since_title,
    step_caption,
)
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.tables.rows_view import ROW_PX
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.busy_strip import BusyStrip
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, Card
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.paragraph import Paragraph
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip, shown

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from lmchat_desktop.ui.pages.keys.suggestions_model import Group
    from lmchat_desktop.ui.shell.context import PageContext

PAGE = 100


class SuggestionGroup(Card):
    """One kind's keys in a table, several of which can be selected.

    Attributes:
        kind: the kind.
        table: the keys that were read.
        more: reads the next page.
        steps: the buttons, by what they do.
        step_wanted: a `Step` and the list of `ChosenKey` it is to be done on.
        more_wanted: the next page is asked for.
    """

    step_wanted = Signal(object, object)
    more_wanted = Signal()

    def __init__(
        self, kind: SuggestionKind, context: PageContext, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self.kind = kind
        self._context = context
        self._items: dict[str, KeySuggestion] = {}
        self.set_title(kind_title(kind))
        self._meaning = Paragraph(kind_meaning(kind), self, tone="muted", wrap=True)
        self._model = RowsModel(self._columns(), self, zone=context.zone.zone)
        self.table = DataTable(self._model, self, name=kind_title(kind))
        self.table.setObjectName(f"suggestions-{kind.value}")
        self.table.setMinimumHeight(self.table.content_height() + typography().px(ROW_PX))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.row_activated.connect(self._activated)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_steps())
        self._none = EmptyState("good", self.tr("Nothing to look at"), "", self)
        self._none.hide()
        self._strip = BusyStrip(self)
        self.trouble = Banner("warn", "", self)
        self.trouble.action_triggered.connect(self.more_wanted)
        self.trouble.hide()
        self.more = Button("", self, look="link", small=True)
        self.more.setObjectName("more-suggestions")
        self.more.clicked.connect(self.more_wanted)
        self.steps: dict[Step, Button] = {}
        self.body.addWidget(self._meaning)
        self._ways = self._step_row()
        self.body.addWidget(self._ways)
        self.body.addWidget(self._strip)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._none, 1)
        self.body.addWidget(self.trouble)
        foot = QHBoxLayout()
        foot.addWidget(self.more)
        foot.addStretch(1)
        self.body.addLayout(foot)
        context.zone.changed.connect(self._show_zone)
        context.connection.changed.connect(self._show_steps)
        self._show_zone()
        self._show_steps()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for buttons that wrap: a stack asks nobody for height by width."""
        super().resizeEvent(event)
        margins = self.contentsMargins()
        width = self.width() - 2 * CARD_MARGIN - margins.left() - margins.right()
        ways = self._ways.layout()
        if ways is not None:
            self._ways.setMinimumHeight(ways.heightForWidth(width))

    def put(self, group: Group, total: int | None) -> None:
        """Show what was read; `total` is how many there are, where that is known."""
        self._items = {item.id: item for item in group.items}
        self._model.set_rows(
            [self._values(item) for item in group.items], keys=[item.id for item in group.items]
        )
        none = group.read and not group.items
        self._none.setVisible(none)
        self.table.setVisible(not none)
        self._ways.setVisible(not none)
        self._strip.set_busy(group.busy)
        self.trouble.setVisible(group.error is not None)
        if group.error is not None:
            self.trouble.set_message(
                "warn", trouble_words(group.error), action=self.tr("Try again")
            )
        count = len(group.items) if total is None else max(total, len(group.items))
        self.set_title(kind_title(self.kind), formatting.count(count).number if count else "")
        self.more.setVisible(group.read and group.has_more)
        self.more.setEnabled(not group.busy)
        self.more.set_caption(self._more_words(len(group.items), total))
        self._show_steps()

    def selected(self) -> list[ChosenKey]:
        """The selected keys, from top to bottom."""
        items = (self._items[str(key)] for key in self.table.selected_keys())
        return list({item.key_id: ChosenKey.suggested(item) for item in items}.values())

    def _columns(self) -> list[ColumnSpec]:
        since = since_title(self.kind)
        columns = [
            ColumnSpec("name", self.tr("Name"), width=100, stretch=True, whole=280),
            ColumnSpec("hint", self.tr("Secret"), muted=True, yields=1),
        ]
        if since:
            columns.append(ColumnSpec("since", since, Kind.TIME, muted=True, yields=2))
        if self.kind is SuggestionKind.FOREIGN_ADDRESS:
            columns.append(ColumnSpec("address", self.tr("Address"), width=130, stretch=True))
            columns.append(ColumnSpec("count", self.tr("Tries"), Kind.COUNT))
        return columns

    def _values(self, item: KeySuggestion) -> list[object]:
        values = {
            "name": item.name,
            "hint": item.hint,
            "since": item.since,
            "address": item.address,
            "count": item.count,
        }
        return [values[spec.key] for spec in self._model.columns]

    def _step_row(self) -> QWidget:
        holder = QWidget(self)
        row = FlowLayout(holder, gap=8)
        for step in STEPS[self.kind]:
            button = Button(
                step_caption(step, self.kind), holder, look="danger" if step is Step.REVOKE else ""
            )
            button.setObjectName(f"suggestion-{step.value}")
            button.clicked.connect(
                lambda _checked=False, step=step: self.step_wanted.emit(step, self.selected())
            )
            self.steps[step] = button
            row.addWidget(button)
        self._chosen = PlainLabel("", holder, role="label", tone="muted")
        row.addWidget(self._chosen)
        return holder

    def _activated(self, key: object) -> None:
        item = self._items.get(str(key))
        if item is not None:
            self.step_wanted.emit(Step.OPEN, [ChosenKey.suggested(item)])

    def _more_words(self, shown_now: int, total: int | None) -> str:
        if total is None or total <= shown_now:
            return self.tr("Show more")
        left = total - shown_now
        return self.tr("Show {count} more of {left}").format(
            count=formatting.count(min(PAGE, left)), left=formatting.count(left)
        )

    def _show_zone(self) -> None:
        self._model.set_zone(self._context.zone.zone)

    def _show_steps(self) -> None:
        count = len(self.selected())
        self._chosen.setText(
            self.tr("Select keys in the list")
            if not count
            else self.tr("{count} selected").format(count=formatting.count(count))
        )
        for step, button in self.steps.items():
            why = self._why_not(step, count)
            button.setEnabled(not why)
            button.setToolTip(plain_tooltip(why))
            button.setAccessibleDescription(shown(why))

    def _why_not(self, step: Step, count: int) -> str:
        if not count:
            return self.tr("Select a key first.")
        if step is Step.OPEN:
            return self.tr("Select one key alone to open it.") if count > 1 else ""
        if count > MAX_BULK:
            return self.tr("At most {count} keys at once.").format(count=formatting.count(MAX_BULK))
        return obstacle(self._context)
