"""Operators' notes on an account: written, read, struck by their author."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from lmchat_desktop.client.account_records import list_notes
from lmchat_desktop.services import account_picture as service
from lmchat_desktop.ui.pages.accounts.words import at_time, tr
from lmchat_desktop.ui.pages.acting.act_words import may_have_happened, report_fault, trouble_words
from lmchat_desktop.ui.pages.acting.allowing import allow
from lmchat_desktop.ui.pages.paged_list import PagedList
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN, Card, Hairline
from lmchat_desktop.ui.widgets.page_scroll import scroll_page
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.contract.base import Page
    from lmchat_desktop.contract.notes import AccountNote
    from lmchat_desktop.ui.pages.accounts.model import AccountModel

FIELD_PX = 76


class NoteRow(QWidget):
    """One note.

    Attributes:
        note: the note.
        strike: strikes it.
    """

    def __init__(self, note: AccountNote, when: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.note = note
        struck = note.struck_at is not None
        self.strike = Button(tr("Strike"), self, look="quiet", small=True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainLabel(note.author_name, self, role="strong"))
        head.addWidget(PlainLabel(when, self, tone="muted"))
        if struck:
            head.addWidget(PlainLabel(tr("struck"), self, tone="warn"))
        head.addStretch(1)
        head.addWidget(self.strike)
        text = PlainLabel(
            note.text, self, tone="faint" if struck else None, wrap=True, selectable=True
        )
        font = text.font()
        font.setStrikeOut(struck)
        text.setFont(font)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(text)


class NotesPart(QWidget):
    """The notes of the account, newest first, and a field for another.

    Attributes:
        field: where a note is written.
        write: keeps it.
        list: what has come.
        rows: a row for each note.
        said: what was done, in words.
    """

    said = Signal(str)

    def __init__(self, model: AccountModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._key = str(uuid.uuid4())
        self._writing = False
        self.rows: list[NoteRow] = []
        self.list: PagedList[AccountNote] = PagedList(model.context, self._question, self)
        self.field = QPlainTextEdit(self)
        self.field.setObjectName("note-text")
        self.field.setAccessibleName(tr("A new note"))
        self.field.setPlaceholderText(tr("A new note. The customer gets it in their export."))
        self.field.setTabChangesFocus(True)
        self.field.setFixedHeight(typography().px(FIELD_PX))
        self.field.textChanged.connect(self._typed)
        self.write = Button(tr("Add the note"), self, look="primary", small=True)
        self.write.setObjectName("add-note")
        self.write.clicked.connect(self._write)
        self.more = Button(tr("Older notes"), self, small=True)
        self.more.clicked.connect(self.list.load_more)
        self.banner = Banner("bad", parent=self)
        self.banner.hide()
        self._notes = QWidget(self)
        self._lay_out()
        self.list.changed.connect(self._put)
        self.list.failed.connect(self._say_failure)
        model.rights_changed.connect(self.put_rights)
        model.context.zone.changed.connect(lambda _zone: self._put())
        self.put_rights()

    def load(self) -> None:
        """Ask for the newest notes."""
        self.list.load()

    def clear(self) -> None:
        """Another account is shown."""
        self.list.clear()
        self.field.clear()
        self._put()

    def put_rights(self) -> None:
        """Grey what cannot be done now, with the reason."""
        away, me = self._model.why_offline(), self._model.me
        against = away or service.against_noting(me)
        empty = tr("Write something first.") if not self.field.toPlainText().strip() else ""
        allow(self.write, against or empty or (tr("It is being kept.") if self._writing else ""))
        for row in self.rows:
            allow(row.strike, away or service.against_striking(me, row.note))

    def _question(self) -> Callable[..., Page[AccountNote]]:
        return partial(list_notes, self._model.context.session.client, self._model.account_id)

    def _typed(self) -> None:
        self.put_rights()

    def _write(self) -> None:
        self._writing = True
        self.put_rights()
        self._model.context.tasks.run(
            self._model.acts.note,
            self.field.toPlainText().strip(),
            self._key,
            on_done=self._written,
            on_failed=self._not_written,
            owner=self,
        )

    def _written(self, note: AccountNote) -> None:
        self._writing = False
        self._key = str(uuid.uuid4())
        if note.account_id == self._model.account_id:
            self.field.clear()
        self.said.emit(tr("The note is kept."))
        self.list.load()
        self.put_rights()

    def _not_written(self, error: BaseException) -> None:
        self._writing = False
        if not may_have_happened(error):
            self._key = str(uuid.uuid4())
        self._say_failure(error)
        self.put_rights()

    def _strike(self, note: AccountNote) -> None:
        self._model.context.tasks.run(
            self._model.acts.strike,
            note,
            str(uuid.uuid4()),
            on_done=lambda _note: self.list.load(),
            on_failed=self._say_failure,
            owner=self,
        )

    def _put(self) -> None:
        self.banner.hide()
        layout = self._notes.layout()
        assert layout is not None
        while (item := layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = []
        for note in self.list.rows or []:
            if self.rows:
                layout.addWidget(Hairline(self._notes))
            row = NoteRow(note, at_time(note.at, self._model.context.zone.zone), self._notes)
            row.strike.clicked.connect(lambda _on=False, note=note: self._strike(note))
            layout.addWidget(row)
            self.rows.append(row)
        if not self.rows and self.list.rows is not None:
            layout.addWidget(PlainLabel(tr("Nobody has written a note."), self, tone="muted"))
        self.more.setVisible(self.list.more)
        self.put_rights()

    def _say_failure(self, error: BaseException) -> None:
        report_fault(self._model.context.tasks, error)
        self.banner.set_message("bad", trouble_words(error))
        self.banner.show()

    def _lay_out(self) -> None:
        notes = QVBoxLayout(self._notes)
        notes.setContentsMargins(0, 0, 0, 0)
        notes.setSpacing(10)
        card = Card(tr("Notes"), self)
        card.add_trailing(self.write)
        card.body.addWidget(self.field)
        card.body.addWidget(self._notes)
        content = QWidget()
        content.setObjectName("scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(CARD_GAP)
        column.addWidget(self.banner)
        column.addWidget(card)
        row = QHBoxLayout()
        row.addWidget(self.more)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self.more.hide()
        scroll_page(self, QWidget(self), content, "notes-scroll")
