"""The head of an account: its name, how it stands, and what is done with it as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.contract.accounts import AccountState
from lmchat_desktop.ui.pages.accounts.words import at_time, reason_words, state_of, tr
from lmchat_desktop.ui.widgets.banner import Banner, GlyphMark
from lmchat_desktop.ui.widgets.buttons import Button, IconButton
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.headline import Headline
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from datetime import tzinfo

    from lmchat_desktop.services.account_picture import AccountPicture

MARK_PX = 14
BETWEEN = " · "


class AccountHeader(QWidget):
    """Says which account it is.

    Attributes:
        back: leads to the search; hidden where there is none.
        edit, suspend, export: the acts.
        copied: the account's id was put on the clipboard.
    """

    copied = Signal()

    def __init__(self, parent: QWidget, *, with_back: bool) -> None:
        super().__init__(parent)
        self.back = IconButton("back", tr("Back to the search"), self)
        self.back.setObjectName("account-back")
        self.back.setVisible(with_back)
        self.name = PlainLabel("", self, role="title", selectable=True)
        self._dot = GlyphMark("good", "good", MARK_PX, self)
        self.state = PlainLabel("", self, tone="muted")
        self.facts = PlainLabel("", self, tone="muted")
        self.id = PlainLabel("", self, tone="muted", selectable=True)
        self._copy = IconButton("copy", tr("Copy the id"), self, small=True)
        self._copy.clicked.connect(self._copy_id)
        self.edit = Button(tr("Edit…"), self, small=True)
        self.edit.setObjectName("edit-account")
        self.export = Button(tr("Export everything…"), self, small=True, icon_name="export")
        self.export.setObjectName("export-account")
        self.suspend = Button(tr("Suspend…"), self, look="danger", small=True)
        self.suspend.setObjectName("suspend-account")
        self.banner = Banner("warn", parent=self)
        self.banner.setObjectName("account-suspended")
        self.banner.hide()
        self._lay_out()

    def put(self, picture: AccountPicture, zone: tzinfo) -> None:
        """Show an account."""
        account = picture.account
        self.name.setText(account.name)
        status = state_of(account.state)
        suspended = account.state is AccountState.SUSPENDED
        self.state.setText(status.text)
        self._dot.set_glyph("bad" if suspended else "good", status.tone)
        country = account.country or tr("country unknown: the strictest deadlines")
        since = tr("since {at}").replace("{at}", at_time(account.created_at, zone))
        self.facts.setText(BETWEEN.join((picture.plan, country, since)))
        self.id.setText(account.id)
        self.suspend.set_caption(tr("Reinstate…") if suspended else tr("Suspend…"))
        self.banner.setVisible(suspended)
        if suspended and account.suspended_since is not None:
            words = tr("Suspended since {at}: its keys are refused.")
            reason = account.suspended_reason
            self.banner.set_message(
                "warn",
                words.replace("{at}", at_time(account.suspended_since, zone)),
                detail="" if reason is None else reason_words(reason),
            )

    def _lay_out(self) -> None:
        title = QWidget(self)
        row = QHBoxLayout(title)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self.name)
        row.addSpacing(4)
        row.addWidget(self._dot)
        row.addWidget(self.state)
        acts = QWidget(self)
        buttons = QHBoxLayout(acts)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(8)
        for button in (self.edit, self.export, self.suspend):
            buttons.addWidget(button)
        below = QWidget(self)
        flow = FlowLayout(below, gap=6)
        for part in (self.facts, self.id, self._copy):
            flow.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Headline([title], acts, self))
        column.addWidget(below)
        column.addSpacing(4)
        column.addWidget(self.banner)

    def _copy_id(self) -> None:
        QGuiApplication.clipboard().setText(self.id.whole_text())
        self.copied.emit()
