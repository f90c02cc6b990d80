"""Asks before a backend is removed from this device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt

from lmchat_desktop.ui.shell.dialogs import ShellDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.settings.profiles import Profile

translate = QCoreApplication.translate


class RemoveBackendDialog(ShellDialog):
    """Says exactly what removing a backend takes from this device, before it is done."""

    def __init__(self, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(translate("RemoveBackendDialog", "Remove this backend?"), parent)
        self.setObjectName("remove-backend")
        self.add_text(_what_goes(profile))
        self.add_text(
            self.tr(
                "Nothing is changed on the backend, which is not told. This device's access ends "
                "there with its lease; to end it at once, sign out first. You can add the backend "
                "again."
            ),
            tone="muted",
        )
        stay = self.add_button(self.tr("Cancel"))
        stay.clicked.connect(self.reject)
        stay.setFocus(Qt.FocusReason.OtherFocusReason)
        self.confirm = self.add_button(self.tr("Remove"), look="danger")
        self.confirm.clicked.connect(self.accept)


def _what_goes(profile: Profile) -> str:
    people = len(profile.people)
    if not people:
        words = translate(
            "RemoveBackendDialog",
            "{name} is taken off this list. Nobody has signed in to it from this device.",
        )
        return words.replace("{name}", profile.name)
    words = translate(
        "RemoveBackendDialog",
        "{name} is taken off this list, with its sign-ins on this device (people: {count}). The "
        "keys of its local caches and all that was kept for reading offline are destroyed.",
    )
    return words.replace("{count}", f"{people:,}").replace("{name}", profile.name)
