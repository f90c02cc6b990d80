"""Asks before another history is accepted: what that means, why, and by typing the log's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from lmchat_desktop.services.audit import MIN_REASON
from lmchat_desktop.ui.pages.audit.standing_words import key_words
from lmchat_desktop.ui.shell.dialogs import ShellDialog
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from lmchat_desktop.domain.audit.standing import Finding, KeptHead

MOST_REASON = 2000
REASON_LINES = 4

translate = QCoreApplication.translate


class AcceptDialog(ShellDialog):
    """Says exactly what accepting does before it is done.

    Attributes:
        reason: why, in the person's words.
        name: where the log's name is typed.
        confirm: the button that accepts.
    """

    def __init__(
        self,
        finding: Finding,
        kept: KeptHead | None,
        log_name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(translate("AcceptDialog", "Accept this history?"), parent, width=560)
        self.setObjectName("accept-history")
        self._log_name = log_name
        for text, tone in self._texts(finding, kept):
            self.add_text(text, tone=tone)
        self.reason = QPlainTextEdit(self)
        self.reason.setObjectName("accept-reason")
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(
            self.reason.fontMetrics().lineSpacing() * REASON_LINES + typography().px(18)
        )
        self._add_field(self.tr("Why is it accepted? This is kept with it."), self.reason)
        self.name = QLineEdit(self)
        self.name.setObjectName("accept-name")
        naming = self.tr("Type the log's name to confirm: {name}").replace("{name}", log_name)
        self._add_field(naming, self.name)
        self.name.setPlaceholderText(log_name)
        self.cancel = self.add_button(self.tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.confirm = self.add_button(self.tr("Accept this history"), look="danger")
        self.confirm.setObjectName("accept-confirm")
        self.confirm.clicked.connect(self.accept)
        self.reason.textChanged.connect(self._look)
        self.name.textChanged.connect(lambda _text: self._look())
        self._look()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def reason_text(self) -> str:
        """Why, without blanks around it."""
        return self.reason.toPlainText().strip()[:MOST_REASON]

    def _texts(self, finding: Finding, kept: KeptHead | None) -> list[tuple[str, str | None]]:
        size = 0 if finding.head is None else finding.head.size
        before = 0 if kept is None else kept.head.size
        return [
            (
                self.tr(
                    "From now on the log is followed from the head that the backend shows: "
                    "{count} entries, signed by {key}. Later heads are held against that one."
                )
                .replace("{count}", f"{size:,}")
                .replace("{key}", key_words(finding.key)),
                None,
            ),
            (
                self.tr(
                    "That these are not the {count} entries that were verified here before is no "
                    "longer shown in red. It stays on record on this device, with your reason."
                ).replace("{count}", f"{before:,}"),
                None,
            ),
            (
                self.tr(
                    "Nothing changes on the backend, or on the devices of others: those that kept "
                    "the former history go on showing it as rewritten."
                ),
                "muted",
            ),
        ]

    def _add_field(self, title: str, field: QWidget) -> None:
        label = PlainLabel(title, self, role="label", tone="muted")
        label.setBuddy(field)
        field.setAccessibleName(title)
        self.column.addWidget(label)
        self.column.addWidget(field)

    def _look(self) -> None:
        why = ""
        if len(self.reason_text) < MIN_REASON:
            why = self.tr("Write down why, in {count} letters at least.").replace(
                "{count}", str(MIN_REASON)
            )
        elif self.name.text().strip() != self._log_name:
            why = self.tr("Type the log's name as it is shown.")
        self.confirm.setEnabled(not why)
        self.confirm.setToolTip(plain_tooltip(why))
        self.confirm.setAccessibleDescription(why)
