"""A new secret, shown this once, after a key was made or rotated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.pages.keys.asking import AskDialog
from lmchat_desktop.ui.pages.keys.lines_card import LinesCard
from lmchat_desktop.ui.pages.keys.secret_card import SecretCard, dress
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN
from lmchat_desktop.ui.widgets.page_scroll import PageScroll
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line
from lmchat_desktop.ui.widgets.secret_clipboard import SecretClipboard
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from lmchat_desktop.contract.keys import KeyCreated
    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.shell.context import PageContext

WIDTH_PX = 640
WIDEST_PX, HIGHEST_PX = 976, 652
"""The least window with a margin."""
_AROUND_PX = 190
"""Title, buttons and the room for one more line of what became of an act."""


class SecretDialog(QDialog):
    """Hands a secret over. Once it has closed, nothing of it holds the secret any more.

    Args:
        context: the page's context.
        acts: keeps the secret in the keyring.
        made: the key and its secret.
        parent: the page, whose window's clipboard guard is used.

    Attributes:
        clipboard: takes a copied secret away after a while.
        secret_card: the secret, and what can be done with it.
        lines_card: how the key is used.
        stored: ticked once the person has it in a safe place.
        close_button: closes it.
    """

    def __init__(
        self,
        context: PageContext,
        acts: KeyActs,
        made: KeyCreated,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._handed_over = False
        self._asked_once = False
        self._asking: AskDialog | None = None
        self.setObjectName("new-secret")
        self.setWindowTitle(self.tr("The key's secret"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.clipboard = SecretClipboard.of(self if parent is None else parent.window())
        self.secret_card = SecretCard(context, acts, made, self.clipboard, self)
        self.secret_card.handed_over.connect(self._note_handed_over)
        self.lines_card = LinesCard(context, made, self.clipboard, self)
        self.lines_card.handed_over.connect(self._note_handed_over)
        self.stored = QCheckBox(self.tr("I have stored it"), self)
        self.stored.setObjectName("stored")
        self.stored.toggled.connect(self._dress)
        self.close_button = Button(self.tr("Close"), self)
        self.close_button.setObjectName("close")
        self.close_button.clicked.connect(self.reject)
        self._lay_out(made, context)
        self.secret_card.copy.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self, made: KeyCreated, context: PageContext) -> None:
        once = Banner(
            "warn",
            self.tr("This secret is shown only now."),
            self,
            detail=self.tr(
                "Copy or save it before you close this. The backend keeps only a hash of it and "
                "cannot show it again."
            ),
        )
        content = QWidget(self)
        content.setObjectName("scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 0)
        column.setSpacing(CARD_GAP)
        for widget in (once, self.secret_card, self.lines_card):
            column.addWidget(widget)
        column.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, 0)
        head.setSpacing(4)
        head.addWidget(PlainLabel(self.tr("The key's secret"), self, role="title"))
        what = f"{one_line(made.key.name)} · {made.key.hint}"
        head.addWidget(PlainLabel(what, self, tone="muted", elide=Qt.TextElideMode.ElideMiddle))
        if made.key.old_ends_at is not None:
            zone = context.zone.zone
            until = self.tr("The secret before works until {at} ({zone}).").format(
                at=translated(formatting.moment(made.key.old_ends_at, zone)), zone=zone.key
            )
            head.addWidget(PlainLabel(until, self, tone="muted", wrap=True))
        foot = QHBoxLayout()
        foot.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, PAGE_MARGIN)
        foot.addWidget(self.stored)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(CARD_GAP)
        layout.addLayout(head)
        layout.addWidget(PageScroll(content, self), 1)
        layout.addLayout(foot)
        width = min(typography().px(WIDTH_PX), WIDEST_PX)
        wanted = content.heightForWidth(width) + typography().px(_AROUND_PX)
        self.resize(width, min(HIGHEST_PX, wanted))

    def _note_handed_over(self) -> None:
        self._handed_over = True

    def _dress(self, stored: bool) -> None:
        dress(self.close_button, "primary" if stored else "")
        self.close_button.setDefault(stored)
        self.secret_card.set_prominent(not stored)

    def reject(self) -> None:
        """Close; without having handed the secret over, ask once."""
        if self._handed_over or self._asked_once:
            self._close()
        elif self._asking is None:
            self._asked_once = True
            self._asking = AskDialog(
                self.tr("Close without the secret?"),
                self.tr(
                    "It was neither copied, saved nor revealed, and it cannot be shown again. "
                    "Without it the key cannot be used; rotating it makes a new secret."
                ),
                self.tr("Go back"),
                self.tr("Close anyway"),
                self,
            )
            self._asking.finished.connect(self._answered)
            self._asking.open()

    def _answered(self, answer: int) -> None:
        asking, self._asking = self._asking, None
        if asking is not None:
            asking.deleteLater()
        if answer == QDialog.DialogCode.Accepted:
            self._close()

    def _close(self) -> None:
        self.secret_card.forget()
        self.lines_card.forget()
        super().reject()
