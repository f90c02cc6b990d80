"""The shell's dialogs: signing out, about, and a fault with its details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from lmchat_desktop import __version__
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from lmchat_desktop.contract.identity import Me

translate = QCoreApplication.translate

PRODUCT = "lmchat desktop"
MARGIN_PX = 24
WIDEST_PX = 976
"""The least window with its margins: large text wraps sooner instead of widening a dialog."""
DETAILS_PX = 240
"""How high details may become with large text: the dialog stays lower than the least window."""


class ShellDialog(QDialog):
    """A titled dialog with text and a row of buttons.

    Attributes:
        column: the layout above the buttons.
        buttons: the row of buttons, filled from the right.
    """

    def __init__(self, title: str, parent: QWidget | None = None, *, width: int = 480) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(min(typography().px(width), WIDEST_PX))
        self.column = QVBoxLayout()
        self.column.setSpacing(12)
        self.column.addWidget(PlainLabel(title, self, role="title", wrap=True))
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        outer.setSpacing(20)
        outer.addLayout(self.column)
        outer.addLayout(self.buttons)

    def showEvent(self, event: QShowEvent) -> None:
        # A size hint takes wrapped text as narrower than it is going to be, and so as taller.
        layout = self.layout()
        if layout is not None:
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))
        super().showEvent(event)

    def add_text(self, text: str, *, tone: str | None = None) -> PlainLabel:
        """A paragraph."""
        label = PlainLabel(text, self, tone=tone, wrap=True, selectable=True)
        self.column.addWidget(label)
        return label

    def add_button(self, text: str, *, look: str = "") -> Button:
        """A button at the right end."""
        button = Button(text, self, look=look)
        self.buttons.addWidget(button)
        return button


class SignOutDialog(ShellDialog):
    """Says exactly what signing out does before it is done."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(translate("SignOutDialog", "Sign out?"), parent)
        self.setObjectName("sign-out")
        self.add_text(
            self.tr(
                "{name}'s access from this machine ends at the backend, and the sign-in is "
                "removed from the keyring."
            ).replace("{name}", name)
        )
        self.add_text(
            self.tr(
                "What was read stays here in the encrypted cache, closed, until you sign in "
                "again. Nothing is deleted, here or on the backend."
            ),
            tone="muted",
        )
        stay = self.add_button(self.tr("Cancel"))
        stay.clicked.connect(self.reject)
        self.confirm = self.add_button(self.tr("Sign out"), look="primary")
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self.accept)
        self.confirm.setFocus(Qt.FocusReason.OtherFocusReason)


class AboutDialog(ShellDialog):
    """What this is, and what everybody who looks at this backend should know."""

    def __init__(self, me: Me | None, parent: QWidget | None = None) -> None:
        super().__init__(PRODUCT, parent)
        self.setObjectName("about")
        self.add_text(
            self.tr("Version {version}. Administration of the lmchat gateway.").replace(
                "{version}", __version__
            )
        )
        if me is not None:
            self.add_text(
                self.tr("Signed in at: {name}").replace("{name}", me.backend), tone="muted"
            )
            if me.notice:
                self.add_text(me.notice)
        close = self.add_button(self.tr("Close"), look="primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        close.setFocus(Qt.FocusReason.OtherFocusReason)


class FaultDialog(ShellDialog):
    """A fault of the program: what happened, what was not done, and details to copy."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        super().__init__(
            translate("FaultDialog", "Something went wrong in this application"), parent, width=620
        )
        self.setObjectName("fault")
        self.add_text(
            self.tr(
                "What you were doing may not have been finished; nothing was changed on the "
                "backend beyond what was already shown. You can go on. If it happens again, "
                "report it with the details below, which hold no secrets."
            )
        )
        self.details = QPlainTextEdit(self)
        self.details.setPlainText(details)
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName(self.tr("Details"))
        self.details.setFixedHeight(min(typography().px(200), DETAILS_PX))
        self.column.addWidget(self.details)
        copy = self.add_button(self.tr("Copy details"))
        copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.details.toPlainText())
        )
        close = self.add_button(self.tr("Go on"), look="primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        close.setFocus(Qt.FocusReason.OtherFocusReason)
