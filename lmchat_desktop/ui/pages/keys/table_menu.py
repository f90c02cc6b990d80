"""The menu of the whole table of keys: its columns, copying rows, saving them as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal

from lmchat_desktop.ui.tables.paged_table import MOST_COPIED
from lmchat_desktop.ui.widgets.save_path import AskPath, ask_path
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.ui.tables.paged_table import PagedTable
    from lmchat_desktop.ui.widgets.buttons import MenuButton


class KeysTableMenu(QObject):
    """Fills the menu and does what it offers.

    Attributes:
        ask: asks where to save.
        done, failed: what came of it, in words.
    """

    done = Signal(str)
    failed = Signal(str)

    def __init__(self, menu: MenuButton, table: PagedTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._menu = menu
        self._table = table
        self._parent = parent
        self.ask: AskPath = ask_path
        columns = menu.add_action(self.tr("Choose columns…"), icon_name="columns")
        columns.triggered.connect(self._choose_columns)
        menu.drop_menu.addSeparator()
        copying = menu.add_action(self.tr("Copy rows"), icon_name="copy")
        copying.triggered.connect(table.copy)
        saving = menu.add_action(self.tr("Save as CSV…"), icon_name="export")
        saving.triggered.connect(self.save)
        table.copied.connect(self._copied)
        table.copy_refused.connect(self._refused)
        table.exported.connect(self._saved)
        table.act_failed.connect(self._failed)

    def save(self) -> None:
        """Ask for a file, and write all rows with the shown columns into it."""
        path = self.ask(self._parent, self.tr("Save keys"), "keys.csv", self.tr("CSV (*.csv)"))
        if path:
            self._table.export_csv(Path(path))

    def _choose_columns(self) -> None:
        below = self._menu.mapToGlobal(QPoint(0, self._menu.height() + 4))
        self._table.columns_menu().popup(below)

    def _copied(self, count: int) -> None:
        many = self.tr("{count} rows are on the clipboard.").replace("{count}", f"{count:,}")
        self.done.emit(self.tr("The row is on the clipboard.") if count == 1 else many)

    def _refused(self, count: int) -> None:
        self.failed.emit(
            self.tr("{count} rows are too many for the clipboard (at most {most}): save them.")
            .replace("{count}", f"{count:,}")
            .replace("{most}", f"{MOST_COPIED:,}")
        )

    def _saved(self, count: int, path: Path) -> None:
        many = self.tr("{count} rows are saved as {name}.").replace("{count}", f"{count:,}")
        told = self.tr("1 row is saved as {name}.") if count == 1 else many
        self.done.emit(told.replace("{name}", path.name))

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, OSError):
            self.failed.emit(
                self.tr("The file was not written: {why}").replace(
                    "{why}", error.strerror or type(error).__name__
                )
            )
        else:
            told = translated(getattr(error, "message", ""))
            self.failed.emit(told or self.tr("The rows could not be read."))
