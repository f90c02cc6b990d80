"""The paged table of all accounts of the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lmchat_desktop.cache.paging import EntityPages
from lmchat_desktop.contract.accounts import AccountState
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.paging import RowOrder, RowsPage
from lmchat_desktop.ui.pages.accounts.words import state_of, tr
from lmchat_desktop.ui.tables import kept_state
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.paged_model import PagedModel
from lmchat_desktop.ui.tables.paged_table import PagedTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.services.session import Session
    from lmchat_desktop.ui.shell.context import PageContext

TABLE_ID = "accounts"
FIRST_ORDER = RowOrder("name", False)
FIELDS = ("name", "email", "plan_id", "country", "state", "created_at")


class AccountRows:
    """Accounts as rows of the table; a `PageSource`. All is called on a pool's thread.

    Args:
        session: its cache is read.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pages = EntityPages(session.cache, "account", FIELDS)

    @property
    def orders(self) -> tuple[str, ...]:
        """The columns that rows can be sorted by."""
        return self._pages.orders

    def count(self) -> int:
        """How many accounts there are."""
        return self._pages.count()

    def page(self, order: RowOrder, start: int, count: int, total: int | None) -> RowsPage:
        """The rows from a place on."""
        return self._dressed(self._pages.page(order, start, count, total))

    def places(self, order: RowOrder, keys: Sequence[Any]) -> dict[Any, int]:
        """Where the rows of these keys stand now."""
        return dict(self._pages.places(order, keys))

    def all_rows(self, order: RowOrder) -> Iterator[RowsPage]:
        """All rows, page by page."""
        for page in self._pages.all_rows(order):
            yield self._dressed(page)

    def _dressed(self, page: RowsPage) -> RowsPage:
        plans = self._session.entities.names("plan", {row[2] for row in page.rows})
        rows = tuple(
            (name, email, plans.get(plan, plan), country, state_of(AccountState(state)), created)
            for name, email, plan, country, state, created in page.rows
        )
        return RowsPage(page.start, page.keys, rows)


def account_columns() -> tuple[ColumnSpec, ...]:
    """The columns of accounts."""
    return (
        ColumnSpec("name", tr("Name"), stretch=True, whole=220, width=150),
        ColumnSpec("email", tr("E-mail"), muted=True, yields=1, width=220),
        ColumnSpec("plan_id", tr("Plan"), width=110, yields=3),
        ColumnSpec(
            "country", tr("Country"), width=90, yields=2, tooltip=tr("It decides legal deadlines")
        ),
        ColumnSpec("state", tr("State"), drawn=True, width=116),
        ColumnSpec("created_at", tr("Since"), Kind.TIME, muted=True, yields=4),
    )


def accounts_table(context: PageContext, parent: QWidget) -> PagedTable:
    """The table of all accounts, arranged as it was left."""
    model = PagedModel(
        account_columns(),
        AccountRows(context.session),
        context.tasks,
        FIRST_ORDER,
        parent,
        zone=context.zone.zone,
    )
    table = PagedTable(model, context.tasks, parent, name=tr("Accounts"))
    table.setObjectName("accounts-table")
    table.setSelectionMode(PagedTable.SelectionMode.SingleSelection)
    kept = context.preferences.value.tables.get(TABLE_ID)
    if kept is not None:
        kept_state.restore(table, kept, FIRST_ORDER.field)
    table.state_changed.connect(
        lambda: kept_state.keep(context.preferences, TABLE_ID, kept_state.state_of(table))
    )
    context.zone.changed.connect(model.set_zone)
    return table
