"""Exports everything on an account: made at the backend, then saved where a person says."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.domain import formatting
from lmchat_desktop.services.account_export import make_export, save_export
from lmchat_desktop.ui.pages.accounts.words import tr
from lmchat_desktop.ui.pages.acting.act_words import report_fault
from lmchat_desktop.ui.widgets.save_path import ask_path
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.exports import AccountExport
    from lmchat_desktop.ui.shell.context import PageContext
    from lmchat_desktop.ui.tasks.task import Task
    from lmchat_desktop.ui.widgets.save_path import AskPath


class Exporting(QObject):
    """Makes one export at a time; it can be cancelled in the status bar.

    Attributes:
        ask: asks where to save.
        made: an export can be saved; emitted with it.
        done, failed: what was saved, or why it was not, in words.
        busy_changed: one is under way now, or no longer.
    """

    made = Signal(object)
    done = Signal(str)
    failed = Signal(str)
    busy_changed = Signal()

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._page = parent
        self._task: Task | None = None
        self.ask: AskPath = ask_path

    @property
    def busy(self) -> bool:
        """Whether an export is being made or saved."""
        return self._task is not None and self._task.running

    def start(self, account_id: str) -> None:
        """Have an export made."""
        if not self.busy:
            self._task = self._context.tasks.run(
                make_export,
                self._context.session.client,
                account_id,
                str(uuid.uuid4()),
                on_done=self._made,
                on_failed=self._not_done,
                owner=self,
                title=tr("Exporting everything on the account"),
            )
            self.busy_changed.emit()

    def save(self, export: AccountExport) -> None:
        """Ask where to, and write it there, whole or not at all."""
        name = f"lmchat-{export.account_id}.zip"
        path = self.ask(self._page, tr("Save the export"), name, tr("ZIP archive (*.zip)"))
        if path:
            self._task = self._context.tasks.run(
                save_export,
                self._context.session.client,
                export,
                Path(path),
                on_done=lambda size: self._saved(size, Path(path)),
                on_failed=self._not_done,
                owner=self,
                title=tr("Saving the export"),
            )
            self.busy_changed.emit()

    def _made(self, export: AccountExport) -> None:
        self.busy_changed.emit()
        self.made.emit(export)

    def _saved(self, size: int, path: Path) -> None:
        words = tr("Saved {size} as {name}.").replace("{size}", str(formatting.bytes_(size)))
        self.busy_changed.emit()
        self.done.emit(words.replace("{name}", path.name))

    def _not_done(self, error: BaseException) -> None:
        self.busy_changed.emit()
        text = getattr(error, "message", "")
        if not text:
            report_fault(self._context.tasks, error)
        self.failed.emit(translated(text) if text else tr("The export was not made."))
