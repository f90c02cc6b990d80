"""Keys that should be looked at: the reasons, counted, beside the keys of the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from lmchat_desktop.contract.keys import SuggestionKind
from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.pages.acting.act_words import trouble_words
from lmchat_desktop.ui.pages.keys.suggestion_group import SuggestionGroup
from lmchat_desktop.ui.pages.keys.suggestion_words import KINDS, Step, kind_title
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.buttons import ChoiceButton
from lmchat_desktop.ui.widgets.cards import CARD_GAP, Card
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from lmchat_desktop.ui.pages.keys.suggestions_model import SuggestionsModel
    from lmchat_desktop.ui.shell.context import PageContext

LEAST_KINDS_PX = 250
NARROWEST_PX = 760


class SuggestionsPanel(QWidget):
    """Shows a `SuggestionsModel`; what is to be done is the page's, which opens the dialogs.

    Attributes:
        kinds: the reasons with their counts; the current row is the one that is shown.
        choice: the same as a menu, where there is no room beside the keys.
        open_requested: the id of a key to be opened.
        revoke_requested: a list of `ChosenKey` to be revoked, one or more.
        expire_requested: a list of `ChosenKey` to be given an expiry, one or more.
    """

    open_requested = Signal(str)
    revoke_requested = Signal(object)
    expire_requested = Signal(object)

    def __init__(
        self, model: SuggestionsModel, context: PageContext, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("key-suggestions")
        self._model, self._context = model, context
        self._groups: dict[SuggestionKind, SuggestionGroup] = {}
        self._asked = False
        self.kinds = self._kinds_table()
        self._as_of = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self._left = Card(self.tr("Worth a look"), self)
        self._left.body.addWidget(self.kinds, 1)
        self.choice = ChoiceButton((), None, self, name=self.tr("Worth a look"))
        self.choice.setObjectName("suggestion-choice")
        self.choice.current_changed.connect(lambda value: self.show_kind(SuggestionKind(value)))
        self._place = QWidget(self)
        self._shown = QStackedLayout(self._place)
        self._empty = EmptyState(
            "good",
            self.tr("Nothing to look at"),
            self.tr(
                "Keys that are unused, never expire, ran out of budget or were tried from "
                "elsewhere appear here."
            ),
            self,
        )
        self.trouble = Banner("warn", "", self)
        self.trouble.setObjectName("suggestions-trouble")
        self.trouble.action_triggered.connect(model.refresh)
        self._lists = self._lay_out()
        model.counted.connect(self._show_counts)
        model.changed.connect(self._show_group)
        context.zone.changed.connect(self._show_counts)
        self._show_counts()

    @property
    def kind(self) -> SuggestionKind | None:
        """The reason whose keys are shown."""
        index = self.kinds.currentIndex()
        key = self.kinds.rows.key(index.row()) if index.isValid() else None
        return key if isinstance(key, SuggestionKind) else None

    def group(self, kind: SuggestionKind) -> SuggestionGroup:
        """The keys of a reason."""
        if kind not in self._groups:
            made = SuggestionGroup(kind, self._context, self._place)
            made.more_wanted.connect(lambda: self._model.load_more(kind))
            made.step_wanted.connect(self._step)
            self._groups[kind] = made
            self._shown.addWidget(made)
        return self._groups[kind]

    def show_kind(self, kind: SuggestionKind) -> None:
        """Show the keys of a reason."""
        self.kinds.select_key(kind)
        row = self.kinds.rows.row_of(kind)
        if row is not None:
            self.kinds.setCurrentIndex(self.kinds.rows.index(row, 0))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            self._model.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= typography().px(NARROWEST_PX)
        self._left.setVisible(wide)
        self.choice.setVisible(not wide)

    def _lay_out(self) -> QWidget:
        lists = QWidget(self)
        row = QHBoxLayout(lists)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(CARD_GAP)
        row.addWidget(self._left, 2)
        narrow = QVBoxLayout()
        narrow.setSpacing(8)
        top = QHBoxLayout()
        top.addWidget(self.choice)
        top.addStretch(1)
        narrow.addLayout(top)
        narrow.addWidget(self._place, 1)
        row.addLayout(narrow, 5)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.trouble)
        column.addWidget(self._empty, 1)
        column.addWidget(lists, 1)
        column.addWidget(self._as_of)
        return lists

    def _kinds_table(self) -> DataTable:
        rows = RowsModel(
            (
                ColumnSpec("kind", self.tr("Why"), width=120, stretch=True, whole=240),
                ColumnSpec("count", self.tr("Keys"), Kind.COUNT),
            ),
            self,
        )
        table = DataTable(rows, self, name=self.tr("Reasons to look at keys"))
        table.setObjectName("suggestion-kinds")
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setMinimumWidth(typography().px(LEAST_KINDS_PX))
        table.selectionModel().currentRowChanged.connect(self._chosen)
        return table

    # What is shown

    def _show_counts(self) -> None:
        counts, error = self._model.counts, self._model.count_error
        rows = self.kinds.rows
        assert isinstance(rows, RowsModel)
        before = self.kind
        rows.set_rows(
            [(kind_title(kind), counts[kind] if counts else None) for kind in KINDS],
            keys=list(KINDS),
        )
        self.choice.set_options(
            [(kind.value, self._choice_title(kind)) for kind in KINDS],
            before.value if before is not None else None,
        )
        self.kinds.setMinimumHeight(self.kinds.content_height())
        nothing = counts is not None and not any(counts.values())
        self._empty.setVisible(nothing)
        self._lists.setVisible(not nothing)
        self.trouble.setVisible(error is not None)
        if error is not None:
            self.trouble.set_message("warn", trouble_words(error), action=self.tr("Try again"))
        if self._model.as_of is not None:
            zone = self._context.zone.zone
            at = translated(formatting.moment(self._model.as_of, zone))
            words = self.tr("Counted at {time} · all times in {zone}")
            self._as_of.setText(words.format(time=at, zone=zone.key))
        self._as_of.setVisible(self._model.as_of is not None)
        if counts is not None and not nothing:
            first = next(kind for kind in KINDS if counts[kind])
            self.show_kind(before if before is not None and counts[before] else first)
            for kind in self._groups:
                self._show_group(kind)

    def _choice_title(self, kind: SuggestionKind) -> str:
        counts = self._model.counts
        if counts is None:
            return kind_title(kind)
        return f"{kind_title(kind)} ({formatting.count(counts[kind])})"

    def _chosen(self) -> None:
        kind = self.kind
        if kind is None or self._model.counts is None:
            return
        self.choice.set_current(kind.value)
        self._shown.setCurrentWidget(self.group(kind))
        self._model.ensure(kind)
        self._show_group(kind)

    def _show_group(self, kind: SuggestionKind) -> None:
        if kind in self._groups:
            counts = self._model.counts
            self._groups[kind].put(self._model.group(kind), counts[kind] if counts else None)

    def _step(self, step: Step, keys: object) -> None:
        if not isinstance(keys, list) or not keys:
            return
        if step is Step.OPEN:
            self.open_requested.emit(keys[0].id)
        elif step is Step.REVOKE:
            self.revoke_requested.emit(keys)
        else:
            self.expire_requested.emit(keys)
