"""The screen that says what is in the way, and offers the ways on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from lmchat_desktop.services.redaction import redacted
from lmchat_desktop.ui.shell.centred import CentredCard
from lmchat_desktop.ui.shell.trouble.model import LOCKED, Trouble, Way
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import GlyphMark
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel

SHORTEST_PASSPHRASE = 8


class TroubleView(QWidget):
    """One trouble at a time.

    Attributes:
        way_chosen: a `Way`, and the passphrase where it is `Way.PASSPHRASE`.
    """

    way_chosen = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trouble")
        self._trouble: Trouble | None = None
        self._new_passphrase = True
        self._frame = CentredCard(600, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._frame)
        head = QHBoxLayout()
        head.setSpacing(12)
        self._mark = GlyphMark("warn", "warn", 24, self)
        self._title = PlainLabel("", self, role="title", wrap=True)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        self._message = PlainLabel("", self, wrap=True, selectable=True)
        self._message.setObjectName("trouble-message")
        self._ways = QWidget(self)
        self._ways_row = FlowLayout(self._ways, gap=8)
        self._steps = (self._ways, self._confirm_step(), self._passphrase_step())
        body = self._frame.body
        body.addLayout(head)
        body.addWidget(self._message)
        body.addSpacing(4)
        for step in self._steps:
            body.addWidget(step)
        body.addLayout(self._details_part())

    @property
    def trouble(self) -> Trouble | None:
        """What is shown."""
        return self._trouble

    def button(self, way: Way) -> Button | None:
        """The button of a way, if it is offered."""
        return self._ways.findChild(Button, f"way-{way.value}")

    def show_trouble(self, trouble: Trouble, *, new_passphrase: bool) -> None:
        """Show one; `new_passphrase` tells that a passphrase would make a new cache."""
        self._trouble = trouble
        self._new_passphrase = new_passphrase
        self._title.setText(trouble.title)
        self._message.setText(trouble.message)
        self.setAccessibleName(trouble.title)
        self._details.setPlainText(redacted(trouble.details))
        self._toggle_details(False)
        self._put_ways(trouble)
        locked = trouble.code == LOCKED
        self._mark.set_glyph("lock" if locked else "warn", "accent" if locked else "warn")
        self._toggle.setHidden(locked)
        self._back.set_caption(self.tr("Other ways…") if locked else self.tr("Back"))
        self._show_step(0)
        if locked:
            self._way(Way.PASSPHRASE)
            return
        first = self.button(trouble.ways[0])
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_ways(self, trouble: Trouble) -> None:
        while (item := self._ways_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setObjectName("")
                widget.deleteLater()
        for number, way in enumerate(trouble.ways):
            look = "primary" if number == 0 else "quiet" if way is Way.QUIT else ""
            button = Button(self._caption(way), self._ways, look=look)
            button.setObjectName(f"way-{way.value}")
            if way is Way.IN_MEMORY:
                button.setToolTip(
                    self.tr(
                        "Nothing is kept on this machine: what was read is gone when you close."
                    )
                )
            button.clicked.connect(lambda _=False, way=way: self._way(way))
            self._ways_row.addWidget(button)

    def _caption(self, way: Way) -> str:
        return {
            Way.TRY_AGAIN: self.tr("Try again"),
            Way.SET_ASIDE: self.tr("Set aside and start fresh…"),
            Way.PASSPHRASE: self.tr("Use a passphrase…")
            if self._new_passphrase
            else self.tr("Enter the passphrase…"),
            Way.IN_MEMORY: self.tr("Work in memory"),
            Way.SIGN_IN: self.tr("Sign in"),
            Way.OTHER_PROFILE: self.tr("Other profile…"),
            Way.QUIT: self.tr("Close"),
        }[way]

    def _way(self, way: Way) -> None:
        if way is Way.SET_ASIDE:
            self._show_step(1)
            self._confirm.setFocus(Qt.FocusReason.OtherFocusReason)
        elif way is Way.PASSPHRASE:
            self._passphrase_words.setText(
                self.tr(
                    "The cache is encrypted with this passphrase. It is kept nowhere: without it "
                    "the cache cannot be opened, and is filled again from the backend."
                )
                if self._new_passphrase
                else self.tr("Enter the passphrase that this cache was made with.")
            )
            self._again.setVisible(self._new_passphrase)
            self._first.clear()
            self._again.clear()
            self._check_passphrase()
            self._show_step(2)
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.way_chosen.emit(way, "")

    def _show_step(self, number: int) -> None:
        for place, step in enumerate(self._steps):
            step.setVisible(place == number)

    def _confirm_step(self) -> QWidget:
        step = QWidget(self)
        column = QVBoxLayout(step)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        words = self.tr(
            "The cache file is renamed and kept beside its old place; nothing is deleted. A new, "
            "empty cache is then filled from the backend, which can take a minute. Nothing is "
            "lost on the backend. Only what was kept here for reading offline has to be fetched "
            "again."
        )
        column.addWidget(PlainLabel(words, step, wrap=True))
        self._confirm = Button(self.tr("Set aside and start fresh"), step, look="primary")
        self._confirm.setObjectName("confirm-set-aside")
        self._confirm.clicked.connect(lambda: self.way_chosen.emit(Way.SET_ASIDE, ""))
        column.addLayout(self._step_buttons(self._confirm, self._back_button(step)))
        return step

    def _passphrase_step(self) -> QWidget:
        step = QWidget(self)
        column = QVBoxLayout(step)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._passphrase_words = PlainLabel("", step, wrap=True)
        column.addWidget(self._passphrase_words)
        self._first = self._secret_field(step, self.tr("Passphrase"))
        self._again = self._secret_field(step, self.tr("The same passphrase again"))
        column.addWidget(self._first)
        column.addWidget(self._again)
        self._passphrase_hint = PlainLabel("", step, role="label", tone="muted")
        column.addWidget(self._passphrase_hint)
        self._use = Button(self.tr("Use this passphrase"), step, look="primary")
        self._use.setObjectName("confirm-passphrase")
        self._use.clicked.connect(self._use_passphrase)
        self._back = self._back_button(step)
        self._back.setObjectName("other-ways")
        column.addLayout(self._step_buttons(self._use, self._back))
        return step

    def _secret_field(self, parent: QWidget, name: str) -> QLineEdit:
        field = QLineEdit(parent)
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        field.textChanged.connect(self._check_passphrase)
        field.returnPressed.connect(self._use_passphrase)
        return field

    def _back_button(self, step: QWidget) -> Button:
        back = Button(self.tr("Back"), step)
        back.clicked.connect(lambda: self._show_step(0))
        return back

    def _step_buttons(self, primary: Button, back: Button) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(primary)
        row.addWidget(back)
        row.addStretch(1)
        return row

    def _check_passphrase(self) -> None:
        first = self._first.text()
        hint = ""
        if self._new_passphrase and len(first) < SHORTEST_PASSPHRASE:
            hint = self.tr("At least %n characters", "", SHORTEST_PASSPHRASE)
            hint = hint.replace("%n", str(SHORTEST_PASSPHRASE))
        elif self._new_passphrase and first != self._again.text():
            hint = self.tr("Both have to be the same")
        self._passphrase_hint.setText(hint)
        self._use.setEnabled(bool(first) and not hint)

    def _use_passphrase(self) -> None:
        if self._use.isEnabled():
            typed = self._first.text()
            self._first.clear()
            self._again.clear()
            self.way_chosen.emit(Way.PASSPHRASE, typed)

    def _details_part(self) -> QVBoxLayout:
        part = QVBoxLayout()
        part.setSpacing(8)
        self._details = QPlainTextEdit(self)
        self._toggle = Button(self.tr("Show details"), self, look="link")
        self._toggle.setObjectName("details-toggle")
        self._toggle.clicked.connect(lambda: self._toggle_details(self._details.isHidden()))
        self._copy = Button(self.tr("Copy details"), self, look="link", icon_name="copy")
        self._copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self._details.toPlainText())
        )
        row = QHBoxLayout()
        row.addWidget(self._toggle)
        row.addStretch(1)
        row.addWidget(self._copy)
        self._details.setReadOnly(True)
        self._details.setTabChangesFocus(True)
        self._details.setAccessibleName(self.tr("Details"))
        self._details.setFixedHeight(typography().px(140))
        part.addLayout(row)
        part.addWidget(self._details)
        return part

    def _toggle_details(self, show: bool) -> None:
        self._details.setVisible(show)
        self._copy.setVisible(show)
        self._toggle.set_caption(self.tr("Hide details") if show else self.tr("Show details"))
