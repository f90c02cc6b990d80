"""Exports everything on an account into a file that a person names."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.services.account_export import (
    AccountExportService,
    ExportNotMade,
    ExportPhase,
)
from lmchat_desktop.ui.pages.accounts.words import tr
from lmchat_desktop.ui.pages.acting.act_words import report_fault, trouble_words
from lmchat_desktop.ui.widgets.save_path import ask_path
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.services.account_export import ExportProgress
    from lmchat_desktop.ui.shell.context import PageContext
    from lmchat_desktop.ui.tasks.task import Task
    from lmchat_desktop.ui.widgets.save_path import AskPath


class Exporting(QObject):
    """Makes one export at a time; it can be cancelled in the status bar.

    Attributes:
        ask: asks where to save.
        done, failed: what was saved, or why it was not, in words.
    """

    done = Signal(str)
    failed = Signal(str)

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
        """Ask where to, have the export made, and write it there, whole or not at all."""
        if self.busy:
            self.failed.emit(tr("An export is being made: it is in the status bar."))
            return
        kinds = tr("ZIP archive (*.zip)")
        path = self.ask(self._page, tr("Save the export as"), f"lmchat-{account_id}.zip", kinds)
        if not path:
            return
        self._task = self._context.tasks.run(
            export_everything,
            self._context.session.client,
            account_id,
            Path(path),
            str(uuid.uuid4()),
            on_done=lambda _nothing: self._saved(Path(path)),
            on_failed=self._not_done,
            owner=self,
            title=tr("Exporting everything on the account"),
        )

    def _saved(self, path: Path) -> None:
        self.done.emit(tr("Everything is saved as {name}.").replace("{name}", path.name))

    def _not_done(self, error: BaseException) -> None:
        if isinstance(error, ExportNotMade):
            self.failed.emit(translated(error.sentence))
        elif isinstance(error, OSError):
            told = tr("The file could not be written: {reason}. There is no part of it.")
            reason = error.strerror or type(error).__name__
            self.failed.emit(told.replace("{reason}", reason))
        else:
            report_fault(self._context.tasks, error)
            self.failed.emit(trouble_words(error))


def export_everything(
    api: ApiClient,
    account_id: str,
    path: Path,
    key: str,
    cancel: CancelToken,
    on_progress: Callable[[float | None, str], None],
) -> None:
    """Export into a file; for a pool's thread. Making is the first half, fetching the second."""

    def told(progress: ExportProgress) -> None:
        share = progress.done / progress.total if progress.total else 0.0
        on_progress((share + (progress.phase is ExportPhase.FETCHING)) / 2, "")

    AccountExportService(api).export(account_id, path, cancel, told, key)
