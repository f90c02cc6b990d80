"""The keys that were found in a text: whose they are, when they were last used, how they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.contract.keys import KeyState
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.drawn_values import Status
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.theme.manager import typography

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.services.leaks import FoundKey

HEIGHT_PX = 150

translate = QCoreApplication.translate


class FoundTable(DataTable):
    """Shows what was found; its rows can be copied, and hold no secret."""

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        columns = (
            ColumnSpec("hint", translate("Leaks", "Key"), width=168),
            ColumnSpec("name", translate("Leaks", "Name"), width=150, yields=1),
            ColumnSpec("account", translate("Leaks", "Account"), width=170),
            ColumnSpec("owners", translate("Leaks", "Owners"), stretch=True, whole=200, width=190),
            ColumnSpec("used", translate("Leaks", "Last used"), Kind.TIME),
            ColumnSpec("state", translate("Leaks", "State"), drawn=True, width=112),
        )
        super().__init__(
            RowsModel(columns, parent, zone=zone), parent, name=translate("Leaks", "Found keys")
        )
        self.setObjectName("found-keys")
        self.setFixedHeight(typography().px(HEIGHT_PX))

    def put(self, found: Sequence[FoundKey]) -> None:
        """Show keys in the order in which they stand in the text."""
        rows: Any = self.rows
        rows.set_rows([_row(one) for one in found], keys=[one.hash for one in found])


def _row(found: FoundKey) -> tuple[Any, ...]:
    known = found.known
    if known is None:
        unknown = Status(translate("Leaks", "Unknown"), "muted")
        return (found.hint, None, None, None, None, unknown)
    owners = ", ".join(person.email for person in known.owners)
    key = known.key
    return (key.hint, key.name, known.account_name, owners, known.last_used_at, _state(key.state))


def _state(state: KeyState) -> Status:
    if state is KeyState.ACTIVE:
        return Status(translate("Leaks", "Works"), "bad")
    if state is KeyState.EXPIRED:
        return Status(translate("Leaks", "Expired"), "muted")
    return Status(translate("Leaks", "Revoked"), "good")
