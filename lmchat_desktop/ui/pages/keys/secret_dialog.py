"""A new secret, shown this once: masked, to be copied without echo, or kept in the keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFontDatabase
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from lmchat_desktop.client.errors import ApiTrouble
from lmchat_desktop.contract.catalog import Model
from lmchat_desktop.domain import formatting
from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.ui.pages.keys.asking import AskDialog
from lmchat_desktop.ui.pages.keys.secret_lines import Lines, lines_for
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, Card
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.page_scroll import PageScroll
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line
from lmchat_desktop.ui.widgets.secret_clipboard import SecretClipboard
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.contract.keys import KeyCreated
    from lmchat_desktop.domain.wording import Sentence
    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.shell.context import PageContext

translate = QCoreApplication.translate

MARGIN_PX = 24
WIDTH_PX = 640
WIDEST_PX, HIGHEST_PX = 976, 652
"""The least window with a margin."""
_DOTS = "•" * 36
_SHOWN_START = 7
"""How much of a secret its mask shows: the prefix that all have."""
_LINES_PX = 168
"""How high the lines are."""
EXAMPLE_MODEL = "MODEL"
"""Stands where no model is known."""


class SecretDialog(QDialog):
    """Hands a secret over.

    The secret is in the label only while it is revealed, in no accessible text, and in nothing of
    this dialog once it has closed.

    Args:
        context: the page's context.
        acts: keeps the secret in the keyring.
        made: the key and its secret.
        parent: the page; its window's clipboard guard is used.

    Attributes:
        secret: the label of the secret, mostly of dots.
        clipboard: takes a copied secret away after a while.
        lines: how the key is used.
        stored: ticked once the person has it in a safe place.
    """

    def __init__(
        self,
        context: PageContext,
        acts: KeyActs,
        made: KeyCreated,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.context = context
        self._acts = acts
        self._made: KeyCreated | None = made
        self._handed_over = False
        self._asked_once = False
        self._asking: AskDialog | None = None
        self._model = made.key.models[0] if made.key.models else EXAMPLE_MODEL
        self.setObjectName("new-secret")
        self.setWindowTitle(self.tr("The key's secret"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.clipboard = SecretClipboard.of(self if parent is None else parent.window())
        self.clipboard.ticked.connect(self._tell_clipboard)
        self.clipboard.ended.connect(self._clipboard_ended)
        self.once = Banner("warn", "", self)
        self.secret = PlainLabel("", self, wrap=True)
        self.reveal = Button(self.tr("Reveal"), self)
        self.copy = Button(self.tr("Copy"), self, look="primary", icon_name="copy")
        self.keep = Button(self.tr("Save in the keyring"), self, icon_name="lock")
        self.status = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self.kept = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self.lines_kind = SegmentedControl(
            [
                (Lines.ENV.value, ".env"),
                (Lines.CURL.value, "curl"),
                (Lines.PYTHON.value, "Python"),
            ],
            Lines.ENV.value,
            self,
            name=self.tr("Lines for"),
            small=True,
        )
        self.lines = QPlainTextEdit(self)
        self.copy_lines = Button(self.tr("Copy lines"), self, small=True, icon_name="copy")
        self.stored = QCheckBox(self.tr("I have stored it"), self)
        self.close_button = Button(self.tr("Close"), self)
        self._set_up()
        self._lay_out(made)
        self._show_secret(False)
        self._show_lines()
        self.copy.setFocus(Qt.FocusReason.OtherFocusReason)
        if made.key.models is None:
            self._find_model()

    def __repr__(self) -> str:
        return "SecretDialog()"

    def _set_up(self) -> None:
        self.once.set_message(
            "warn",
            self.tr("This secret is shown only now."),
            detail=self.tr(
                "Copy or save it before you close this. The backend keeps only a hash of it and "
                "cannot show it again."
            ),
        )
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPixelSize(typography().text().pixelSize())
        self.secret.setFont(fixed)
        self.secret.setObjectName("secret")
        self.reveal.setObjectName("reveal")
        self.reveal.setCheckable(True)
        self.reveal.toggled.connect(self._show_secret)
        self.copy.setObjectName("copy-secret")
        self.copy.clicked.connect(self._copy_secret)
        self.keep.setObjectName("keep-secret")
        self.keep.clicked.connect(self._keep)
        self.status.setObjectName("clipboard-status")
        self.kept.setObjectName("keyring-status")
        for label in (self.status, self.kept):
            label.hide()
        self.lines_kind.setObjectName("lines-kind")
        self.lines_kind.current_changed.connect(self._show_lines)
        self.lines.setObjectName("lines")
        self.lines.setReadOnly(True)
        self.lines.setTabChangesFocus(True)
        self.lines.setFont(fixed)
        self.lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.lines.setFixedHeight(typography().px(_LINES_PX))
        self.lines.setAccessibleName(self.tr("Lines to use the key with"))
        self.copy_lines.setObjectName("copy-lines")
        self.copy_lines.clicked.connect(self._copy_lines)
        self.stored.setObjectName("stored")
        self.stored.toggled.connect(self._dress_close)
        self.close_button.setObjectName("close")
        self.close_button.clicked.connect(self.reject)

    def _lay_out(self, made: KeyCreated) -> None:
        content = QWidget(self)
        content.setObjectName("scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 0)
        column.setSpacing(16)
        column.addWidget(self.once)
        column.addWidget(self._secret_card())
        column.addWidget(self._lines_card())
        column.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, 0)
        head.setSpacing(4)
        head.addWidget(PlainLabel(self.tr("The key's secret"), self, role="title"))
        what = f"{one_line(made.key.name)} · {made.key.hint}"
        head.addWidget(PlainLabel(what, self, tone="muted", elide=Qt.TextElideMode.ElideMiddle))
        until = self._overlap_text(made)
        if until:
            head.addWidget(PlainLabel(until, self, tone="muted", wrap=True))
        foot = QHBoxLayout()
        foot.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, MARGIN_PX)
        foot.addWidget(self.stored)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(head)
        scroller = PageScroll(content, self)
        layout.addWidget(scroller, 1)
        layout.addLayout(foot)
        width = min(typography().px(WIDTH_PX), WIDEST_PX)
        self.resize(width, HIGHEST_PX)
        wanted = content.sizeHint().height() + typography().px(180)
        self.resize(width, min(HIGHEST_PX, wanted))

    def _secret_card(self) -> Card:
        card = Card(parent=self, margin=CARD_MARGIN)
        card.body.setSpacing(12)
        card.body.addWidget(self.secret)
        holder = QFrame(self)
        row = FlowLayout(holder, gap=8)
        for button in (self.copy, self.reveal, self.keep):
            row.addWidget(button)
        card.body.addWidget(holder)
        card.body.addWidget(self.status)
        card.body.addWidget(self.kept)
        return card

    def _lines_card(self) -> Card:
        card = Card(self.tr("Use it"), self)
        card.add_trailing(self.lines_kind)
        card.body.addWidget(self.lines)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.copy_lines)
        card.body.addLayout(row)
        return card

    def _overlap_text(self, made: KeyCreated) -> str:
        ends = made.key.old_ends_at
        if ends is None:
            return ""
        zone = self.context.zone.zone
        return self.tr("The secret before works until {at} ({zone}).").format(
            at=translated(formatting.moment(ends, zone)), zone=zone.key
        )

    def _show_secret(self, revealed: bool) -> None:
        made = self._made
        if made is None:
            return
        self.secret.setText(made.secret if revealed else _masked(made.secret))
        # Read aloud it would be heard by others, and kept in a reader's history.
        self.secret.setAccessibleName(
            self.tr("The secret, revealed; copy it to use it")
            if revealed
            else self.tr("The secret, hidden")
        )
        self.reveal.set_caption(self.tr("Hide") if revealed else self.tr("Reveal"))
        if revealed:
            self._handed_over = True

    def _copy_secret(self) -> None:
        if self._made is not None:
            self._handed_over = True
            self.clipboard.copy(self._made.secret)
            self._announce(self.status.whole_text())

    def _copy_lines(self) -> None:
        made, kind = self._made, Lines(self.lines_kind.current)
        if made is None:
            return
        if kind is not Lines.ENV:
            self.clipboard.clear()
            from PySide6.QtGui import QGuiApplication

            QGuiApplication.clipboard().setText(self._lines(kind, ""))
            self._tell(self.status, self.tr("The lines are copied. They hold no secret."))
            return
        self._handed_over = True
        self.clipboard.copy(self._lines(kind, made.secret))
        self._announce(self.status.whole_text())

    def _tell_clipboard(self, left: int) -> None:
        text = self.tr("Copied. The clipboard is cleared in {count} s if it still holds it.")
        self.status.set_tone("muted")
        self.status.setText(text.format(count=left))
        self.status.show()

    def _clipboard_ended(self, taken_away: bool) -> None:
        if taken_away:
            self._tell(self.status, self.tr("The clipboard was cleared."))
        else:
            self._tell(self.status, self.tr("The clipboard holds something else by now."))

    def _keep(self) -> None:
        made = self._made
        if made is None:
            return
        self.keep.setEnabled(False)
        self._tell(self.kept, self.tr("Saving…"))
        self.context.tasks.run(
            self._acts.keep_secret,
            made.key,
            made.secret,
            on_done=self._was_kept,
            on_failed=self._was_not_kept,
            owner=self,
        )

    def _was_kept(self, _nothing: object) -> None:
        self._handed_over = True
        self._tell(self.kept, self.tr("Saved in the keyring of this machine."), "good")

    def _was_not_kept(self, trouble: BaseException) -> None:
        self.keep.setEnabled(True)
        if not isinstance(trouble, ApiTrouble | SettingsTrouble):
            self._tell(self.kept, self.tr("It was not saved."), "bad")
            raise trouble
        words: Sentence = trouble.message
        text = self.tr("It was not saved. {why}").format(why=translated(words))
        self._tell(self.kept, text, "bad")

    def _find_model(self) -> None:
        def first(rows: Sequence[tuple[str]]) -> None:
            if rows:
                self._model = rows[0][0]
                self._show_lines()

        self.context.tasks.run(
            self.context.session.entities.as_kept, Model, "id", on_done=first, owner=self
        )

    def _show_lines(self) -> None:
        if self._made is not None:
            kind = Lines(self.lines_kind.current)
            self.lines.setPlainText(self._lines(kind, _masked(self._made.secret)))

    def _lines(self, kind: Lines, secret: str) -> str:
        return lines_for(kind, self.context.session.client.base_url, self._model, secret)

    def _dress_close(self, stored: bool) -> None:
        self.close_button.setProperty("look", "primary" if stored else "")
        self.copy.setProperty("look", "" if stored else "primary")
        for button in (self.close_button, self.copy):
            button.style().unpolish(button)
            button.style().polish(button)
        self.close_button.setDefault(stored)

    def _tell(self, label: PlainLabel, text: str, tone: str = "muted") -> None:
        label.set_tone(tone)
        label.setText(text)
        label.show()
        self._announce(text)

    def _announce(self, text: str) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def reject(self) -> None:
        if self._handed_over or self._asked_once or self._made is None:
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
        self._made = None
        self.secret.setText("")
        self.lines.clear()
        self.clipboard.ticked.disconnect(self._tell_clipboard)
        self.clipboard.ended.disconnect(self._clipboard_ended)
        super().reject()


def _masked(secret: str) -> str:
    return secret[:_SHOWN_START] + _DOTS


def show_new_secret(
    context: PageContext, acts: KeyActs, made: KeyCreated, parent: QWidget
) -> SecretDialog:
    """Open the dialog over a page."""
    dialog = SecretDialog(context, acts, made, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
