"""A secret, masked until it is revealed, with what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFont, QFontDatabase
from PySide6.QtWidgets import QFrame, QWidget

from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.ui.theme.icons import icon
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, Card
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.secret_clipboard import SECONDS
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from lmchat_desktop.contract.keys import KeyCreated
    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.shell.context import PageContext
    from lmchat_desktop.ui.widgets.secret_clipboard import SecretClipboard

_DOTS = "•" * 36
_PREFIX = 7
"""How much of a secret its mask shows: what all have in common."""


class SecretCard(Card):
    """Reveals, copies and keeps a secret.

    Args:
        context: the page's context.
        acts: keeps the secret in the keyring.
        made: the key and its secret.
        clipboard: takes a copied secret away after a while.

    Attributes:
        handed_over: the secret was revealed, copied or kept.
        secret: its label, mostly of dots.
        status: what becomes of the copy.
        kept: what became of keeping it.
    """

    handed_over = Signal()

    def __init__(
        self,
        context: PageContext,
        acts: KeyActs,
        made: KeyCreated,
        clipboard: SecretClipboard,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent, margin=CARD_MARGIN)
        self._context = context
        self._acts = acts
        self._made: KeyCreated | None = made
        self._clipboard = clipboard
        clipboard.ticked.connect(self._tell_left)
        clipboard.ended.connect(self._tell_end)
        self.secret = PlainLabel("", self, wrap=True)
        self.secret.setObjectName("secret")
        self.secret.setFont(fixed_font())
        self.copy = Button(self.tr("Copy"), self, icon_name="copy")
        self.copy.setObjectName("copy-secret")
        self.copy.clicked.connect(self._copy)
        self.reveal = Button(self.tr("Reveal"), self)
        self.reveal.setObjectName("reveal")
        self.reveal.setCheckable(True)
        self.reveal.toggled.connect(self._show)
        self.keep = Button(self.tr("Save in the keyring"), self, icon_name="lock")
        self.keep.setObjectName("keep-secret")
        self.keep.clicked.connect(self._keep)
        self.status = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self.status.setObjectName("clipboard-status")
        self.kept = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self.kept.setObjectName("keyring-status")
        self.kept.hide()
        holder = QFrame(self)
        row = FlowLayout(holder, gap=8)
        for button in (self.copy, self.reveal, self.keep):
            row.addWidget(button)
        self.body.setSpacing(12)
        for widget in (self.secret, holder, self.status, self.kept):
            self.body.addWidget(widget)
        self.status.setText(
            self.tr("A copy is taken off the clipboard after {count} s.").format(count=SECONDS)
        )
        self.set_prominent(True)
        self._show(False)

    def set_prominent(self, prominent: bool) -> None:
        """Let copying be the one primary act, or not."""
        dress(self.copy, "primary" if prominent else "")
        self.copy.setIcon(icon("copy", "on_accent" if prominent else "muted"))

    def forget(self) -> None:
        """Let go of the secret; the clipboard goes on by itself."""
        self._made = None
        self.secret.setText("")
        self._clipboard.ticked.disconnect(self._tell_left)
        self._clipboard.ended.disconnect(self._tell_end)

    def _show(self, revealed: bool) -> None:
        made = self._made
        if made is None:
            return
        self.secret.setText(made.secret if revealed else masked(made.secret))
        # Read aloud it would be heard by others, and kept in a reader's history.
        self.secret.setAccessibleName(
            self.tr("The secret, revealed; copy it to use it")
            if revealed
            else self.tr("The secret, hidden")
        )
        self.reveal.set_caption(self.tr("Hide") if revealed else self.tr("Reveal"))
        if revealed:
            self.handed_over.emit()

    def _copy(self) -> None:
        if self._made is not None:
            self._clipboard.copy(self._made.secret)
            self.handed_over.emit()
            self._announce(self.status.whole_text())

    def _tell_left(self, left: int) -> None:
        text = self.tr("Copied. The clipboard is cleared in {count} s if it still holds it.")
        self.status.setText(text.format(count=left))

    def _tell_end(self, taken_away: bool) -> None:
        self._tell(
            self.status,
            self.tr("The clipboard was cleared.")
            if taken_away
            else self.tr("The clipboard holds something else by now."),
        )

    def _keep(self) -> None:
        made = self._made
        if made is None:
            return
        self.keep.setEnabled(False)
        self._tell(self.kept, self.tr("Saving…"))
        self._context.tasks.run(
            self._acts.keep_secret,
            made.key,
            made.secret,
            on_done=self._was_kept,
            on_failed=self._was_not_kept,
            owner=self,
        )

    def _was_kept(self, _nothing: object) -> None:
        self._tell(self.kept, self.tr("Saved in the keyring of this machine."), "good")
        self.handed_over.emit()

    def _was_not_kept(self, trouble: BaseException) -> None:
        self.keep.setEnabled(True)
        if not isinstance(trouble, SettingsTrouble):
            self._tell(self.kept, self.tr("It was not saved."), "bad")
            raise trouble
        why = translated(trouble.message)
        self._tell(self.kept, self.tr("It was not saved. {why}").format(why=why), "bad")

    def _tell(self, label: PlainLabel, text: str, tone: str = "muted") -> None:
        label.set_tone(tone)
        label.setText(text)
        label.show()
        self._announce(text)

    def _announce(self, text: str) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))


def masked(secret: str) -> str:
    """What is shown of a secret: what all have in common, and always as many dots."""
    return secret[:_PREFIX] + _DOTS


def fixed_font() -> QFont:
    """The system's font of one width, as large as text."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(typography().text().pixelSize())
    return font


def dress(button: Button, look: str) -> None:
    """Give a button another look."""
    button.setProperty("look", look)
    button.style().unpolish(button)
    button.style().polish(button)
