"""A table's columns and order as the preferences keep them, from one start to the next."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.settings.preferences import Preferences, TableState

if TYPE_CHECKING:
    from lmchat_desktop.settings.preferences import PreferenceStore
    from lmchat_desktop.ui.tables.data_table import DataTable

logger = logging.getLogger(__name__)


def state_of(table: DataTable) -> TableState:
    """The columns and order, to keep in the preferences."""
    state = table.saved_state()
    hidden, sort = set(state["hidden"]), state["sort"]
    shown = (key for key in state["order"] if key not in hidden)
    return TableState(
        columns=tuple(shown) if state["chosen"] else (),
        widths=state["widths"],
        sort=f"-{sort}" if sort and state["descending"] else sort,
    )


def restore(table: DataTable, kept: TableState, always: str) -> None:
    """Take columns and order as they were kept, as far as this table has them.

    Args:
        table: the table.
        kept: what was kept.
        always: the key of the column that is never hidden.
    """
    known = [spec.key for spec in table.rows.columns]
    state: dict[str, Any] = {"widths": kept.widths, "chosen": bool(kept.columns)}
    if kept.columns:
        shown = [key for key in kept.columns if key in known]
        hidden = [key for key in known if key not in shown and key != always]
        state |= {"hidden": hidden, "order": [*shown, *hidden]}
    if kept.sort:
        state |= {"sort": kept.sort.removeprefix("-"), "descending": kept.sort.startswith("-")}
    table.restore(state)


def keep(preferences: PreferenceStore, table_id: str, kept: TableState) -> None:
    """Write a table's state into the preferences; that it failed is told in the log alone."""

    def change(value: Preferences) -> Preferences:
        return value.changed(tables={**value.tables, table_id: kept})

    try:
        preferences.change(change)
    except SettingsTrouble as trouble:
        logger.warning("the columns were not kept: %s", trouble)
