"""The screen of a locked window. It shows nothing of what was open, and no name."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.ui.shell.centred import CentredCard
from lmchat_desktop.ui.shell.lock.model import Locked, Proof, words_of
from lmchat_desktop.ui.widgets.banner import GlyphMark
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel


class LockView(QWidget):
    """Says that the window is locked and what unlocking takes.

    Attributes:
        unlock: the button that opens again what was open.
        other: the button that leads to the other people or profiles.
    """

    unlock_asked = Signal()
    other_asked = Signal()
    close_asked = Signal()

    def __init__(self, in_sandbox: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lock")
        frame = CentredCard(560, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(GlyphMark("lock", "accent", 24, self), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(PlainLabel(self.tr("Locked"), self, role="title"), 1)
        self._closed = PlainLabel("", self, wrap=True)
        self._closed.setObjectName("lock-closed")
        self._proof = PlainLabel("", self, tone="muted", wrap=True)
        self._proof.setObjectName("lock-proof")
        self.unlock = Button(self.tr("Unlock"), self, look="primary")
        self.unlock.setObjectName("unlock")
        self.unlock.clicked.connect(self.unlock_asked)
        other = self.tr("Other person…") if in_sandbox else self.tr("Other profile…")
        self.other = Button(other, self)
        self.other.setObjectName("lock-other")
        self.other.clicked.connect(self.other_asked)
        close = Button(self.tr("Close window"), self, look="quiet")
        close.clicked.connect(self.close_asked)
        ways = QWidget(self)
        row = FlowLayout(ways, gap=8)
        for button in (self.unlock, self.other, close):
            row.addWidget(button)
        frame.body.addLayout(head)
        frame.body.addWidget(self._closed)
        frame.body.addWidget(self._proof)
        frame.body.addSpacing(4)
        frame.body.addWidget(ways)

    def show_locked(self, locked: Locked) -> None:
        """Say it of a session; `focus_first` follows once it is shown."""
        closed, proof = words_of(locked.proof, locked.why)
        self._closed.setText(closed)
        self._proof.setText(proof)
        self.unlock.set_caption(
            {
                Proof.PASSPHRASE: self.tr("Unlock…"),
                Proof.SIGN_IN: self.tr("Sign in…"),
            }.get(locked.proof, self.tr("Unlock"))
        )
        self.unlock.setAccessibleDescription(proof)

    def text(self) -> str:
        """What it says."""
        return f"{self._closed.whole_text()} {self._proof.whole_text()}"

    def focus_first(self) -> None:
        """Let Enter unlock."""
        self.unlock.setFocus(Qt.FocusReason.OtherFocusReason)
