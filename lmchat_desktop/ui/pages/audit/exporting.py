"""What leaves the audit page: an export with proofs, and the rows that were read."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from lmchat_desktop.ui.shell.dialogs import ShellDialog
from lmchat_desktop.ui.tables.export import write_text
from lmchat_desktop.ui.widgets.plain import plain_tooltip
from lmchat_desktop.ui.widgets.save_path import ask_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.services.audit_export import AuditFilters, Exported
    from lmchat_desktop.ui.pages.audit.acts import AuditActs
    from lmchat_desktop.ui.tables.data_table import DataTable
    from lmchat_desktop.ui.tasks.runner import ProgressCall, TaskRunner
    from lmchat_desktop.ui.widgets.buttons import MenuButton
    from lmchat_desktop.ui.widgets.save_path import AskPath

EXPORT_NAME = "audit-log.jsonl"
COMMAND = "lmchat-desktop verify-audit FILE"

translate = QCoreApplication.translate


class ExportDialog(ShellDialog):
    """Says what is going to be in the file, and what it proves.

    Attributes:
        confirm: the button that goes on to the file.
    """

    def __init__(
        self, verified: int, filters: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(translate("AuditExportDialog", "Export with proofs"), parent, width=520)
        self.setObjectName("audit-export-dialog")
        for text, tone in self._texts(verified, filters):
            self.add_text(text, tone=tone)
        self.cancel = self.add_button(self.tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.confirm = self.add_button(self.tr("Choose a file…"), look="primary")
        self.confirm.setObjectName("audit-export-confirm")
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self.accept)
        self.confirm.setFocus(Qt.FocusReason.OtherFocusReason)

    def _texts(self, verified: int, filters: Sequence[str]) -> list[tuple[str, str | None]]:
        count = f"{verified:,}"
        proof = self.tr(
            "Each entry comes with the proof that it is in the log as it was signed. Anybody can "
            "verify the file, without a backend, by this command:"
        )
        personal = self.tr(
            "Ids of people and written reasons are in it in clear, as far as they are not erased."
        )
        if not filters:
            whole = self.tr(
                "The whole log is written: {count} entries, and those that have come since. That "
                "none is missing is proved too."
            ).replace("{count}", count)
            return [(whole, None), (proof, None), (COMMAND, None), (personal, "muted")]
        part = (
            self.tr("Of {count} entries, those are written of which {filters}.")
            .replace("{count}", count)
            .replace("{filters}", ", ".join(filters))
        )
        caveat = self.tr(
            "A filtered export proves every entry that is in it. It cannot prove that it holds "
            "all that fit: for that, export the whole log."
        )
        return [
            (part, None),
            (caveat, "warn"),
            (proof, None),
            (COMMAND, None),
            (personal, "muted"),
        ]


class AuditExport(QObject):
    """Fills the Export menu and does what it offers.

    Attributes:
        ask: asks where to save.
        done: what was done, in words, and the command that verifies it ("" for none).
        doubted: entries were written that are not proved; in words, and the command.
        failed: what was not, and why, in words.
    """

    done = Signal(str, str)
    doubted = Signal(str, str)
    failed = Signal(object)

    def __init__(
        self,
        menu: MenuButton,
        table: DataTable,
        tasks: TaskRunner,
        acts: AuditActs,
        parent: QWidget,
        *,
        filters: Callable[[], AuditFilters],
        filter_words: Callable[[], Sequence[str]],
        verified: Callable[[], int],
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._table = table
        self._tasks = tasks
        self._acts = acts
        self._filters = filters
        self._filter_words = filter_words
        self._verified = verified
        self.ask: AskPath = ask_path
        self._proving = menu.add_action(self.tr("Export with proofs…"), icon_name="privacy")
        self._proving.triggered.connect(self.open_dialog)
        menu.drop_menu.addSeparator()
        copying = menu.add_action(self.tr("Copy rows as TSV"), icon_name="copy")
        copying.triggered.connect(self.copy_rows)
        saving = menu.add_action(self.tr("Save the rows read as CSV…"), icon_name="export")
        saving.triggered.connect(self.save_rows)
        self._of_rows = (copying, saving)

    def allow(self, reason: str, *, rows: bool) -> None:
        """Why no proofs can be exported ("" where they can), and whether there are rows."""
        self._proving.setEnabled(not reason)
        self._proving.setToolTip(plain_tooltip(reason))
        for action in self._of_rows:
            action.setEnabled(rows)

    def open_dialog(self) -> None:
        """Say what an export is, and go on if it is wanted."""
        dialog = ExportDialog(self._verified(), self._filter_words(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self.export)
        dialog.open()

    def export(self) -> None:
        """Ask for a file and write the entries with their proofs; it can be cancelled below."""
        kinds = self.tr("Audit export (*.jsonl)")
        name = self.ask(self._window, self.tr("Export with proofs"), EXPORT_NAME, kinds)
        if not name:
            return
        path = Path(name)
        self._tasks.run(
            write_export,
            self._acts,
            path,
            self._filters(),
            on_done=lambda exported: self._exported(exported, path),
            on_failed=self.failed.emit,
            owner=self,
            title=self.tr("Exporting the audit log"),
        )

    def copy_rows(self) -> None:
        """Put the selected rows, or all that were read, on the clipboard."""
        count = len(self._table.selected_keys()) or self._table.rows.rowCount()
        self._table.copy()
        words = self.tr("{count} rows are on the clipboard.").replace("{count}", f"{count:,}")
        self.done.emit(words, "")

    def save_rows(self) -> None:
        """Save the rows that were read, with their columns, as CSV."""
        kinds = self.tr("CSV (*.csv)")
        name = self.ask(self._window, self.tr("Save rows"), "audit-log.csv", kinds)
        if name:
            self._tasks.run(
                write_text,
                Path(name),
                self._table.csv_text(),
                on_done=lambda _none: self.done.emit(
                    self.tr("The rows were saved as {name}.").replace("{name}", Path(name).name),
                    "",
                ),
                on_failed=self.failed.emit,
                owner=self,
            )

    def _exported(self, exported: Exported, path: Path) -> None:
        command = COMMAND.replace("FILE", shlex.quote(str(path)))
        count, proved = f"{exported.entries:,}", f"{exported.proved:,}"
        if exported.proved == exported.entries:
            words = self.tr("{count} entries with their proofs were written to {name}.")
            said, tell = words, self.done
        else:
            words = self.tr(
                "{count} entries were written to {name}, and only {proved} of them are proved: "
                "the log is not what was signed."
            )
            said, tell = words, self.doubted
        said = said.replace("{count}", count).replace("{proved}", proved)
        tell.emit(said.replace("{name}", path.name), command)


def copy_text(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


def write_export(
    acts: AuditActs,
    path: Path,
    filters: AuditFilters,
    on_progress: ProgressCall,
    cancel: CancelToken,
) -> Exported:
    """Write an export, its progress told as a fraction and how many entries; runs on the pool."""

    def told(done: int, total: int) -> None:
        on_progress(done / total if total else None, f"{done:,}")

    return acts.export(path, filters, on_progress=told, cancel=cancel)
