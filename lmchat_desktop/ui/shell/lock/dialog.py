"""Asks before a lock that loses what is kept nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt

from lmchat_desktop.ui.shell.dialogs import ShellDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

translate = QCoreApplication.translate


class LockDialog(ShellDialog):
    """Says what a lock loses where nothing is kept on this device.

    To keep it would take key and sign-in in memory, for anybody who presses a button: that is no
    more than a screen saver. So it is lost; after idle time nobody is there to be asked.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(translate("LockDialog", "Lock and let go of what you read?"), parent)
        self.setObjectName("lock-and-lose")
        self.add_text(
            self.tr(
                "Here nothing is kept on this device, neither what was read nor your sign-in. "
                "Locking lets go of both."
            )
        )
        self.add_text(
            self.tr(
                "Afterwards you sign in again, and what you need is fetched from the backend once "
                "more. Nothing is changed on the backend."
            ),
            tone="muted",
        )
        stay = self.add_button(self.tr("Cancel"))
        stay.clicked.connect(self.reject)
        self.confirm = self.add_button(self.tr("Lock"), look="primary")
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self.accept)
        self.confirm.setFocus(Qt.FocusReason.OtherFocusReason)
