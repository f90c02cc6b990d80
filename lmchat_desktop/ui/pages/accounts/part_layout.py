"""What the parts of an account's page are made of: a column that scrolls, and tables of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN
from lmchat_desktop.ui.widgets.page_scroll import scroll_page

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from lmchat_desktop.ui.pages.accounts.model import AccountModel
    from lmchat_desktop.ui.tables.columns import ColumnSpec


def scrolled_column(part: QWidget, name: str) -> QVBoxLayout:
    """The column of a part, which scrolls where it is too high; `name` is the scroll area's."""
    content = QWidget()
    content.setObjectName("scrolled")
    column = QVBoxLayout(content)
    column.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, PAGE_MARGIN)
    column.setSpacing(CARD_GAP)
    scroll_page(part, QWidget(part), content, name)
    return column


def rows_table(
    model: AccountModel, parent: QWidget, name: str, object_name: str, *columns: ColumnSpec
) -> DataTable:
    """A table whose times follow the zone of all times; `name` is for screen readers."""
    rows = RowsModel(columns, parent, zone=model.context.zone.zone)
    model.context.zone.changed.connect(rows.set_zone)
    table = DataTable(rows, parent, name=name)
    table.setObjectName(object_name)
    return table


def fill(table: DataTable, rows: Sequence[tuple[Any, ...]], keys: Sequence[Hashable]) -> None:
    """Show these rows, all of them at once."""
    model: Any = table.rows
    model.set_rows(list(rows), keys=list(keys))
    table.show_all_rows()
