"""The menus of a table: which columns it shows, what it is sorted by, copying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from lmchat_desktop.ui.theme.icons import icon
from lmchat_desktop.ui.widgets.plain import plain_caption

if TYPE_CHECKING:
    from lmchat_desktop.ui.tables.data_table import DataTable


def tr(text: str) -> str:
    """Text of a table in the language of the interface."""
    return QCoreApplication.translate("DataTable", text)


def columns_menu(table: DataTable) -> QMenu:
    """A menu that shows and hides columns and resets them; it deletes itself once closed."""
    menu = QMenu(tr("Columns"), table)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for place, spec in enumerate(table.rows.columns):
        action = QAction(plain_caption(spec.title), menu)
        action.setCheckable(True)
        action.setChecked(not table.isColumnHidden(place))
        action.toggled.connect(lambda on, key=spec.key: table.set_column_shown(key, on))
        menu.addAction(action)
    menu.addSeparator()
    menu.addAction(tr("Reset columns")).triggered.connect(table.reset_columns)
    return menu


def sort_menu(table: DataTable) -> QMenu:
    """A menu that sorts by a column; choosing the sorted one turns the order round."""
    menu = QMenu(tr("Sort by"), table)
    for place in filter(table.rows.can_sort, table.columns_in_order()):
        action = menu.addAction(plain_caption(table.rows.columns[place].title))
        action.setCheckable(True)
        action.setChecked(place == table.sorted_column)
        action.triggered.connect(lambda _on=False, place=place: table.turn_order(place))
    return menu


def context_menu(table: DataTable) -> QMenu:
    """What a right click on the rows offers; it deletes itself once closed."""
    menu = QMenu(table)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    copying = menu.addAction(icon("copy"), tr("Copy as TSV"))
    copying.setShortcut(QKeySequence.StandardKey.Copy)
    copying.triggered.connect(table.copy)
    menu.addMenu(sort_menu(table))
    menu.addMenu(columns_menu(table))
    return menu
