"""Choosing a backend and signing in with the browser or a personal token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from lmchat_desktop.ui.shell.centred import CentredCard
from lmchat_desktop.ui.shell.signin.dialogs import RemoveBackendDialog
from lmchat_desktop.ui.shell.signin.model import check_address
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import Hairline
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_caption
from lmchat_desktop.ui.widgets.spoken_role import speak_as
from lmchat_desktop.ui.widgets.tab_order import order_tabs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.settings.profiles import Profile

ADDRESS_EXAMPLE = "https://admin.example.org"
TOKEN_EXAMPLE = "lmc-pat-…"


class SignInView(QWidget):
    """Which backend, and how to sign in.

    Attributes:
        profile_added: a name and a checked address.
        browser_asked: the profile to sign in to with the browser.
        token_asked: the profile and the personal token that was typed.
        remove_asked: the profile to forget, which was confirmed.
        cancelled: what was under way is not wanted any more.
    """

    profile_added = Signal(str, str)
    browser_asked = Signal(object)
    token_asked = Signal(object, str)
    remove_asked = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sign-in")
        self._profiles: list[Profile] = []
        self._frame = CentredCard(520, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._frame)
        body = self._frame.body
        self._title = PlainLabel(self.tr("Sign in"), self, role="title")
        self._message = Banner("bad", "", self)
        self._message.setObjectName("sign-in-message")
        self._message.hide()
        self._choice = self._choice_part()
        self._form = self._form_part()
        self._ways = self._ways_part()
        self._waiting = self._waiting_part()
        body.addWidget(self._title)
        for part in (self._message, self._choice, self._form, self._ways, self._waiting):
            body.addWidget(part)
        self._waiting.hide()

    @property
    def profile(self) -> Profile | None:
        """The chosen backend."""
        place = self._group.checkedId()
        return self._profiles[place] if 0 <= place < len(self._profiles) else None

    def show_profiles(self, profiles: Sequence[Profile], chosen: Profile | None) -> None:
        """Offer these backends; without any, the form for the first is open."""
        self._profiles = list(profiles)
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        for place, profile in enumerate(self._profiles):
            button = QRadioButton(plain_caption(profile.name), self._choice)
            button.setAccessibleDescription(profile.base_url)
            button.setToolTip(profile.base_url)
            self._group.addButton(button, place)
            self._list.addWidget(button)
            button.setChecked(chosen is not None and profile.id == chosen.id)
        if self._profiles and self.profile is None:
            self._group.button(0).setChecked(True)
        self._order_tabs()
        self._show_form(not self._profiles)
        self._profile_changed()

    def say(self, kind: str, text: str) -> None:
        """Say what happened above the form; an empty text takes it away."""
        self._message.set_message(kind, text)
        self._message.setVisible(bool(text))

    def show_waiting(self, title: str, words: str) -> None:
        """Say what is going on, with a way to cancel it."""
        self._waiting_title.setText(title)
        self._waiting_words.setText(words)
        self._waiting_words.setVisible(bool(words))
        self._swap(waiting=True)
        self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_idle(self) -> None:
        """Offer the ways to sign in again."""
        self._swap(waiting=False)
        if self.profile is not None:
            self.browser_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_first(self) -> None:
        """Put the keyboard where it is needed first."""
        if self._form.isVisibleTo(self):
            self.address.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.browser_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _order_tabs(self) -> None:
        """As it reads: backends are made after everything that stands below them."""
        below = (
            self.add_button,
            self.remove_button,
            self.address,
            self.name,
            self.save_button,
            self._back,
            self.browser_button,
            self.token,
            self.token_button,
            self.cancel_button,
        )
        order_tabs((*self._group.buttons(), *below))

    def _swap(self, *, waiting: bool) -> None:
        self._waiting.setVisible(waiting)
        self._choice.setVisible(not waiting and bool(self._profiles))
        self._ways.setVisible(not waiting and bool(self._profiles) and not self._form_open)
        self._form.setVisible(not waiting and self._form_open)

    def _choice_part(self) -> QFrame:
        part = QFrame(self)
        part.setAccessibleName(self.tr("Backend"))
        speak_as(part, QAccessible.Role.Grouping)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(PlainLabel(self.tr("Backend"), part, role="label", tone="muted"))
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        column.addLayout(self._list)
        self._address = PlainLabel(
            "", part, role="label", tone="muted", elide=Qt.TextElideMode.ElideMiddle
        )
        column.addWidget(self._address)
        self.add_button = Button(self.tr("Add a backend"), part, look="link", icon_name="add")
        self.add_button.setObjectName("add-profile")
        self.add_button.clicked.connect(lambda: self._show_form(True))
        self.remove_button = Button(self.tr("Remove this one…"), part, look="link")
        self.remove_button.setObjectName("remove-profile")
        self.remove_button.clicked.connect(self._ask_remove)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.add_button)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        column.addLayout(row)
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._profile_changed)
        return part

    def _form_part(self) -> QFrame:
        part = QFrame(self)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(
            PlainLabel(self.tr("Where is the lmchat backend that you administer?"), part, wrap=True)
        )
        column.addSpacing(8)
        self.address = self._field(part, "profile-address", self.tr("Address"))
        self.address.setPlaceholderText(ADDRESS_EXAMPLE)
        self.name = self._field(part, "profile-name", self.tr("Name"))
        self.name.setPlaceholderText(self.tr("Such as Production (optional)"))
        self._problem = PlainLabel("", part, role="label", tone="bad", wrap=True)
        self._problem.setObjectName("address-problem")
        self.save_button = Button(self.tr("Continue"), part, look="primary")
        self.save_button.setObjectName("save-profile")
        self._back = Button(self.tr("Back"), part)
        self._back.clicked.connect(lambda: self._show_form(False))
        row = QHBoxLayout()
        row.addWidget(self.save_button)
        row.addWidget(self._back)
        row.addStretch(1)
        for text, field in ((self.tr("Address"), self.address), (self.tr("Name"), self.name)):
            label = PlainLabel(text, part, role="label", tone="muted")
            label.setBuddy(field)
            column.addWidget(label)
            column.addWidget(field)
        column.insertWidget(column.indexOf(self.address) + 1, self._problem)
        column.addSpacing(4)
        column.addLayout(row)
        self.address.textChanged.connect(self._check)
        self.address.returnPressed.connect(self._save)
        self.name.returnPressed.connect(self._save)
        self.save_button.clicked.connect(self._save)
        self._form_open = False
        return part

    def _ways_part(self) -> QFrame:
        part = QFrame(self)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.browser_button = Button(
            self.tr("Sign in with the browser"), part, look="primary", icon_name="external"
        )
        self.browser_button.setObjectName("sign-in-browser")
        self.browser_button.clicked.connect(self._ask_browser)
        column.addWidget(self.browser_button)
        column.addWidget(Hairline(part))
        column.addWidget(
            PlainLabel(
                self.tr("On a machine without a browser: a personal admin token"),
                part,
                role="label",
                tone="muted",
                wrap=True,
            )
        )
        self.token_button = Button(self.tr("Sign in"), part)
        self.token = self._field(part, "token", self.tr("Personal admin token"))
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setPlaceholderText(TOKEN_EXAMPLE)
        self.token.textChanged.connect(
            lambda text: self.token_button.setEnabled(bool(text.strip()))
        )
        self.token.returnPressed.connect(self._ask_token)
        self.token_button.setObjectName("sign-in-token")
        self.token_button.setEnabled(False)
        self.token_button.clicked.connect(self._ask_token)
        row = QHBoxLayout()
        row.addWidget(self.token, 1)
        row.addWidget(self.token_button)
        column.addLayout(row)
        return part

    def _waiting_part(self) -> QFrame:
        part = QFrame(self)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._waiting_title = PlainLabel("", part, role="strong", wrap=True)
        self._waiting_title.setObjectName("sign-in-waiting")
        self._waiting_words = PlainLabel("", part, tone="muted", wrap=True)
        bar = QProgressBar(part)
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(self.tr("Waiting"))
        self.cancel_button = Button(self.tr("Cancel"), part)
        self.cancel_button.setObjectName("cancel-sign-in")
        self.cancel_button.clicked.connect(self.cancelled)
        for widget in (self._waiting_title, self._waiting_words, bar):
            column.addWidget(widget)
        column.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignLeft)
        return part

    def _field(self, parent: QWidget, name: str, spoken: str) -> QLineEdit:
        field = QLineEdit(parent)
        field.setObjectName(name)
        field.setAccessibleName(spoken)
        field.setMaxLength(2000)
        return field

    def _show_form(self, open_: bool) -> None:
        self._form_open = open_
        self._back.setVisible(bool(self._profiles))
        self.add_button.setVisible(not open_)
        self.remove_button.setVisible(not open_)
        self._check(self.address.text())
        self._swap(waiting=False)
        if open_:
            self.address.setFocus(Qt.FocusReason.OtherFocusReason)

    def _check(self, typed: str) -> None:
        checked = check_address(typed)
        self.save_button.setEnabled(bool(checked.base_url))
        self._problem.setText(checked.problem)
        self._problem.setVisible(bool(checked.problem))

    def _save(self) -> None:
        checked = check_address(self.address.text())
        if checked.base_url:
            name = self.name.text().strip()
            self.address.clear()
            self.name.clear()
            self.profile_added.emit(name, checked.base_url)

    def _profile_changed(self, *_ignored: object) -> None:
        profile = self.profile
        for button in self._group.buttons():
            # Tab reaches the chosen one, arrows choose another.
            button.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if button.isChecked() else Qt.FocusPolicy.ClickFocus
            )
        self._address.setText("" if profile is None else profile.base_url)
        self._address.setVisible(profile is not None and profile.name != profile.base_url)

    def _ask_browser(self) -> None:
        profile = self.profile
        if profile is not None:
            self.say("info", "")
            self.browser_asked.emit(profile)

    def _ask_remove(self) -> None:
        profile = self.profile
        if profile is None:
            return
        dialog = RemoveBackendDialog(profile, self)
        dialog.accepted.connect(lambda: self.remove_asked.emit(profile))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_token(self) -> None:
        profile, typed = self.profile, self.token.text().strip()
        if profile is not None and typed:
            self.token.clear()
            self.say("info", "")
            self.token_asked.emit(profile, typed)
