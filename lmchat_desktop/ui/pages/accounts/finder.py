"""Where staff find an account: a search with why each was found, and the table of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from lmchat_desktop.ui.pages.accounts.accounts_table import accounts_table
from lmchat_desktop.ui.pages.accounts.finder_model import FinderModel
from lmchat_desktop.ui.pages.accounts.words import found_words, state_of, tr
from lmchat_desktop.ui.pages.acting.act_words import trouble_words
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN, Card
from lmchat_desktop.ui.widgets.chips import Chip
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from lmchat_desktop.ui.shell.context import PageContext

LONGEST_SEARCH = 200


class Finder(QWidget):
    """Finds an account and says which one was opened.

    Attributes:
        search: the field.
        results: what the search found, with why.
        table: all accounts of the cache, page by page.
        banner: what went wrong, or that a secret was not sent.
        opened: the id of the account that is to be shown.
    """

    opened = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.model = FinderModel(context, self)
        self._open_first = False
        self._make()
        self._lay_out()
        self._connect()
        self._put()

    def load(self) -> None:
        """Read the first accounts of the cache."""
        self.accounts.load()

    def refresh(self) -> None:
        """Sync changed accounts."""
        self.table.refresh()

    def _make(self) -> None:
        hint = tr("Id, name, e-mail, phone, key or request")
        self.search = SearchField(hint, self)
        self.search.setObjectName("account-search")
        self.search.setMaxLength(LONGEST_SEARCH)
        self.count = PlainLabel("", self, tone="muted")
        self.banner = Banner("warn", parent=self)
        self.banner.setObjectName("accounts-banner")
        self.banner.hide()
        self.recent = QWidget(self)
        self._recent_flow = FlowLayout(self.recent, gap=8)
        self.recent.hide()
        columns = (
            ColumnSpec("name", tr("Name"), width=230),
            ColumnSpec("why", tr("Found by"), stretch=True, whole=320),
            ColumnSpec("state", tr("State"), drawn=True, width=116),
            ColumnSpec("country", tr("Country"), width=90, yields=1),
        )
        rows = RowsModel(columns, self, zone=self._context.zone.zone)
        self.results = DataTable(rows, self, name=tr("What was found"))
        self.results.setObjectName("found-accounts")
        self.results.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self.table = accounts_table(self._context, self)
        self.accounts: Any = self.table.rows
        self.nothing = EmptyState("search", parent=self)
        self._card = Card("", self, margin=1)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(PlainLabel(tr("Accounts"), self, role="title"))
        head.addWidget(self.count)
        head.addStretch(1)
        self._stack = QStackedLayout()
        for part in (self.table, self.results, self.nothing):
            self._stack.addWidget(part)
        self._card.body.addLayout(self._stack)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, 16, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(CARD_GAP)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addWidget(self.recent)
        column.addWidget(self.banner)
        column.addWidget(self._card, 1)

    def _connect(self) -> None:
        self.search.searched.connect(self.model.search)
        self.search.textChanged.connect(lambda _text: self._forget_enter())
        self.search.returnPressed.connect(self._entered)
        self.model.changed.connect(self._put)
        self.model.arrived.connect(self._answered)
        self.model.failed.connect(self._say_failure)
        self.model.recent_changed.connect(self._put_recent)
        self.accounts.counted_anew.connect(lambda count: self._put_count(count))
        self.accounts.failed.connect(self._say_failure)
        for table in (self.table, self.results):
            table.row_clicked.connect(lambda key: self.opened.emit(str(key)))
            table.row_activated.connect(lambda key: self.opened.emit(str(key)))
        self._context.zone.changed.connect(lambda _zone: self._put())
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)

    # What people do

    def _forget_enter(self) -> None:
        self._open_first = False

    def _entered(self) -> None:
        """Open the first that was found, or as soon as anything is."""
        self._open_first = True
        if self.model.found is not None and self.model.text == self.search.text().strip():
            self._answered()

    def _answered(self) -> None:
        found = self.model.found
        if self._open_first and found is not None and found.data:
            self._open_first = False
            self.opened.emit(found.data[0].account.id)

    # What is shown

    def _put(self) -> None:
        self.banner.hide()
        found = self.model.found
        if self.model.refused:
            self.banner.set_message(
                "warn",
                tr("That is a key's secret: it was not sent anywhere."),
                detail=tr("To learn whose key it is and revoke it, use “Leaked keys”."),
            )
            self.banner.show()
        if not self.model.searching or self.model.refused:
            self._stack.setCurrentWidget(self.table)
            self._put_count(self.accounts.rowCount())
            return
        if found is None:
            return
        zone = self._context.zone.zone
        rows = [
            (
                one.account.name,
                found_words(one, zone),
                state_of(one.account.state),
                one.account.country,
            )
            for one in found.data
        ]
        model = self.results.rows
        model.set_rows(rows, keys=[one.account.id for one in found.data])  # type: ignore[attr-defined]
        if not rows:
            self.nothing.set_message(
                "search",
                tr("No account was found"),
                tr(
                    "Beginnings are looked for: of an id, a name or one of its words, an address "
                    "that is theirs or was, a key's hint; of a request, its whole id."
                ),
            )
        self._stack.setCurrentWidget(self.results if rows else self.nothing)
        more = tr("{count} or more").replace("{count}", f"{len(rows):,}")
        self.count.setText(more if found.more else f"{len(rows):,}")

    def _put_count(self, count: int) -> None:
        if not self.model.searching or self.model.refused:
            self.count.setText(f"{count:,}")

    def _put_recent(self) -> None:
        while (item := self._recent_flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for account_id, name in self.model.recent:
            chip = Chip(name, self.recent, removable=False)
            chip.clicked.connect(
                lambda _on=False, account_id=account_id: self.opened.emit(account_id)
            )
            self._recent_flow.addWidget(chip)
            chip.show()
        self.recent.setVisible(bool(self.model.recent))

    def _say_failure(self, error: BaseException) -> None:
        self.banner.set_message("bad", trouble_words(error))
        self.banner.show()
