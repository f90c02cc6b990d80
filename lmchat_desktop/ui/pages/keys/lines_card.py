"""Lines to use a key with, to be copied: a file of variables, curl, Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from lmchat_desktop.contract.catalog import Model
from lmchat_desktop.ui.pages.keys.secret_card import fixed_font, masked
from lmchat_desktop.ui.pages.keys.secret_lines import Lines, lines_for
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.contract.keys import KeyCreated
    from lmchat_desktop.ui.shell.context import PageContext
    from lmchat_desktop.ui.widgets.secret_clipboard import SecretClipboard

_LINES_PX = 148
EXAMPLE_MODEL = "MODEL"
"""Stands where no model is known."""


class LinesCard(Card):
    """Shows lines without the secret; what is copied for a file of variables has it.

    Args:
        context: the page's context.
        made: the key and its secret.
        clipboard: takes a copied secret away after a while.

    Attributes:
        handed_over: lines with the secret were copied.
        kind: for what the lines are.
        lines: the lines.
        copy: copies them.
    """

    handed_over = Signal()

    def __init__(
        self,
        context: PageContext,
        made: KeyCreated,
        clipboard: SecretClipboard,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", parent)
        self.set_title(self.tr("Use it"))
        self._made: KeyCreated | None = made
        self._clipboard = clipboard
        self._address = context.session.client.base_url
        self._model = made.key.models[0] if made.key.models else EXAMPLE_MODEL
        self.kind = SegmentedControl(
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
        self.kind.setObjectName("lines-kind")
        self.kind.current_changed.connect(self._show)
        self.lines = QPlainTextEdit(self)
        self.lines.setObjectName("lines")
        self.lines.setReadOnly(True)
        self.lines.setTabChangesFocus(True)
        self.lines.setFont(fixed_font())
        self.lines.setFixedHeight(typography().px(_LINES_PX))
        self.lines.setAccessibleName(self.tr("Lines to use the key with"))
        self.note = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self.copy = Button(self.tr("Copy lines"), self, small=True, icon_name="copy")
        self.copy.setObjectName("copy-lines")
        self.copy.clicked.connect(self._copy)
        self.add_trailing(self.kind)
        self.body.addWidget(self.lines)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.note, 1)
        row.addWidget(self.copy)
        self.body.addLayout(row)
        self._show()
        if made.key.models is None:
            context.tasks.run(
                context.session.entities.as_kept, Model, "id", on_done=self._take_model, owner=self
            )

    def forget(self) -> None:
        """Let go of the secret."""
        self._made = None
        self.lines.clear()

    def _take_model(self, rows: Sequence[tuple[str]]) -> None:
        if rows:
            self._model = rows[0][0]
            self._show()

    def _show(self) -> None:
        if self._made is None:
            return
        self.lines.setPlainText(self._lines(masked(self._made.secret)))
        self.note.setText(
            self.tr("The copy has the secret in the place of the dots.")
            if self._current() is Lines.ENV
            else self.tr("They read the secret from the environment.")
        )

    def _copy(self) -> None:
        made = self._made
        if made is None:
            return
        if self._current() is Lines.ENV:
            self._clipboard.copy(self._lines(made.secret))
            self.handed_over.emit()
            said = self.tr("Copied, with the secret; the clipboard is cleared after a while.")
        else:
            QGuiApplication.clipboard().setText(self._lines(""))
            said = self.tr("Copied. They read the secret from the environment.")
        self.note.setText(said)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))

    def _current(self) -> Lines:
        return Lines(self.kind.current)

    def _lines(self, secret: str) -> str:
        return lines_for(self._current(), self._address, self._model, secret)
