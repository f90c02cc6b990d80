"""Looks for leaked keys in any text or file, says whose they are, and ends those with a tick."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from lmchat_desktop.services.leak_files import FileTrouble
from lmchat_desktop.ui.pages.acting.act_dialog import ActDialog
from lmchat_desktop.ui.pages.acting.act_words import report_fault, trouble_words
from lmchat_desktop.ui.pages.acting.typed_name import TypedConfirmation
from lmchat_desktop.ui.pages.keys.leaks.found_rows import ids_of
from lmchat_desktop.ui.pages.keys.leaks.found_table import FoundTable
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.contract.leaks import LeakedKey
    from lmchat_desktop.services.leaks import FoundKey, LeakService
    from lmchat_desktop.ui.shell.context import PageContext

TEXT_PX = 110
"""How high the text is until something was found."""
LONGEST_PLACE = 500

translate = QCoreApplication.translate


def ask_file(parent: QWidget) -> str:
    """Ask for a file to look through; empty if the person thinks better of it."""
    return QFileDialog.getOpenFileName(parent, translate("LeaksDialog", "Look through a file"))[0]


class LeaksDialog(ActDialog):
    """From a text to the keys in it, and from there to the end of those that are ticked.

    It stays open while keys that were found still work. The text stays in it: the backend is asked
    by hashes, and the field is emptied once it was looked through.

    Attributes:
        text: where a text is pasted.
        look, file: look for keys in it, or in a file.
        table: what was found, with a tick for each key that is to be ended.
        every: ticks all keys that work, or none.
        place: where the keys were found, in words.
        notice: whether the owners are told.
        typed: the words that confirm.
        revoked: keys were ended; emitted with how many.
    """

    revoked = Signal(int)

    def __init__(
        self, service: LeakService, context: PageContext, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            translate("LeaksDialog", "Leaked keys"),
            context,
            parent,
            act=translate("LeaksDialog", "Revoke keys"),
            acting=translate("LeaksDialog", "Revoking…"),
            look="danger",
            width=960,
        )
        self.setObjectName("leaked-keys")
        self._service = service
        self._found: list[FoundKey] = []
        self._key = ""
        self.ask_file = ask_file
        self._searching_part()
        self._found_part()
        self.table.hide()
        self._ending.hide()
        self._ready()
        self.text.setFocus()

    @property
    def working(self) -> list[FoundKey]:
        """The keys that were found and still work."""
        return [one for one in self._found if one.works]

    @property
    def chosen(self) -> list[FoundKey]:
        """Those of them that are ticked."""
        return [one for one in self.working if ids_of([one]) <= self.table.found.ticked]

    def begin(self) -> None:
        hashes = [one.hash for one in self.chosen]
        if not self.unsure:
            self._key = str(uuid.uuid4())
        self.run(
            self._service.revoke,
            hashes,
            on_done=self._done,
            notice=self.notice.isChecked(),
            found_in=self.place.text().strip(),
            idempotency_key=self._key,
        )

    def words_of_unsure(self) -> str:
        return self.tr(
            "Some of the keys may be revoked already. Trying again is safe: no owner is told twice."
        )

    def search(self) -> None:
        """Look for keys in the text, and forget the text."""
        text = self.text.toPlainText()
        if text.strip():
            self._ask(self._service.find, text)

    def search_file(self) -> None:
        """Look for keys in a file."""
        name = self.ask_file(self)
        if name:
            self._ask(self._service.find_in_file, Path(name))

    # Building

    def _searching_part(self) -> None:
        self._intro = self.add_content(
            self.tr(
                "Paste any text: a log, a page, a mail. Keys in it are told from noise by their "
                "checksum. The text stays on this machine; the backend is asked by hashes alone."
            ),
            tone="muted",
        )
        self.text = QPlainTextEdit(self._inner)
        self.text.setObjectName("leak-text")
        self.text.setAccessibleName(self.tr("Text to look through"))
        self.text.setPlaceholderText(self.tr("Paste a text here"))
        self.text.setTabChangesFocus(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setFixedHeight(typography().px(TEXT_PX))
        self.text.textChanged.connect(self._ready)
        self.look = Button(self.tr("Look for keys"), self._inner, icon_name="search")
        self.look.setObjectName("look-for-keys")
        self.look.clicked.connect(self.search)
        self.file = Button(self.tr("In a file…"), self._inner)
        self.file.setObjectName("look-in-file")
        self.file.clicked.connect(self.search_file)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.look)
        row.addWidget(self.file)
        row.addStretch(1)
        self._search = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._search.setSpacing(12)
        self._search.addWidget(self.text, 1)
        self._search.addLayout(row)
        self.content.addLayout(self._search)

    def _found_part(self) -> None:
        self.told = PlainLabel("", self._inner, role="strong", wrap=True)
        self.told.setObjectName("leaks-told")
        self.told.hide()
        self.every = QCheckBox(self.tr("All keys that work"), self._inner)
        self.every.setObjectName("leaks-every")
        self.every.hide()
        self.every.clicked.connect(self._tick_every)
        self.table = FoundTable(self.context.zone.zone, self._inner)
        self.table.ticked.connect(self._put_ticks)
        found = QVBoxLayout()
        found.setSpacing(8)
        found.addWidget(self.told)
        found.addWidget(self.every)
        found.addWidget(self.table)
        self.content.addLayout(found)
        self._ending = QWidget(self._inner)
        label = PlainLabel(
            self.tr("Where they were found, for the owners and the audit log (optional)"),
            self._ending,
            role="label",
            tone="muted",
            wrap=True,
        )
        self.place = QLineEdit(self._ending)
        self.place.setObjectName("leak-place")
        self.place.setMaxLength(LONGEST_PLACE)
        self.place.setAccessibleName(label.text())
        label.setBuddy(self.place)
        self.notice = QCheckBox(self.tr("Tell the owners by mail"), self._ending)
        self.notice.setChecked(True)
        self.typed = TypedConfirmation(self.tr("Type this to confirm"), "…", self._ending)
        self.typed.changed.connect(self._ready)
        column = QVBoxLayout(self._ending)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (label, self.place, self.notice, self.typed):
            column.addWidget(widget)
        self.content.addWidget(self._ending)

    # What comes back

    def _ask(self, work: Callable[..., Any], what: str | Path) -> None:
        self.banner.hide()
        self._looking(True)
        self.context.tasks.run(
            work,
            what,
            on_done=self._arrived,
            on_failed=self._not_found,
            key=(self, "look"),
            owner=self,
        )

    def _looking(self, under_way: bool) -> None:
        self._strip.set_busy(under_way)
        for widget in (self.text, self.look, self.file):
            widget.setEnabled(not under_way)

    def _arrived(self, found: list[FoundKey]) -> None:
        self._looking(False)
        self._found = found
        self.text.clear()
        self._shorten_search()
        self.table.found.put(found)
        unknown = sum(one.known is None for one in found)
        self.told.setText(self._told(len(ids_of(found)) + unknown, len(ids_of(self.working))))
        self._put_found()
        (self.table if found else self.text).setFocus(Qt.FocusReason.OtherFocusReason)

    def _shorten_search(self) -> None:
        """Leave the room to what was found: one line for the text, with the buttons beside it."""
        self._intro.hide()
        self._search.setDirection(QBoxLayout.Direction.LeftToRight)
        self.text.document().setDocumentMargin(1)
        self.text.setFixedHeight(self.look.sizeHint().height())

    def _put_found(self) -> None:
        working = len(self.table.found.working_ids())
        self.told.show()
        self.table.setVisible(bool(self._found))
        self.every.setVisible(working > 1)
        self._ending.setVisible(bool(working))
        self._put_ticks()
        self.refit()

    def _tick_every(self) -> None:
        found = self.table.found
        working = found.working_ids()
        found.tick(set() if found.ticked == working else working)
        self._put_ticks()

    def _put_ticks(self) -> None:
        """Ask for as many keys as are ticked; of none, nothing."""
        count = len(self.table.found.ticked)
        working = len(self.table.found.working_ids())
        state = Qt.CheckState.Checked if count else Qt.CheckState.Unchecked
        self.every.setCheckState(state if count in (0, working) else Qt.CheckState.PartiallyChecked)
        self.typed.setVisible(bool(count))
        if count:
            self.typed.ask_for(self.tr("revoke {count}").format(count=count))
        self.set_act(self._act_words(count))
        self._ready()

    def _act_words(self, count: int) -> str:
        if count == 1:
            return self.tr("Revoke 1 key")
        words = self.tr("Revoke {count} keys") if count else self.tr("Revoke keys")
        return words.format(count=f"{count:,}")

    def _told(self, count: int, working: int) -> str:
        if not count:
            return self.tr("There is no key in it.")
        words = self.tr("Keys in it: {count}. Working: {working}.")
        return words.format(count=f"{count:,}", working=f"{working:,}")

    def _not_found(self, error: BaseException) -> None:
        self._looking(False)
        if isinstance(error, FileTrouble):
            words = translated(error.message)
        else:
            report_fault(self.context.tasks, error)
            words = trouble_words(error)
        self.banner.set_message("bad", words)
        self.banner.show()
        self.refit()

    def _done(self, ended: list[LeakedKey]) -> None:
        now = {one.hash: one for one in ended}
        self._found = [replace(one, known=now.get(one.hash, one.known)) for one in self._found]
        count = len({one.key.id for one in ended if one.revoked_now})
        if not self.working:
            self.accept()
        else:
            self._stay(count)
        self.revoked.emit(count)

    def _stay(self, count: int) -> None:
        """Show how the keys stand now: those that were left out still work."""
        self.acted = True
        self.typed.field.clear()
        self.table.found.put(self._found, ticked=())
        words = self.tr("Revoked now: {count}. Still working: {working}.")
        self.told.setText(
            words.format(count=f"{count:,}", working=f"{len(ids_of(self.working)):,}")
        )
        self._put_found()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ready(self) -> None:
        self.look.setEnabled(bool(self.text.toPlainText().strip()))
        if not self.working:
            self.set_ready(self.tr("Look for keys first: none that works was found yet."))
        elif not self.chosen:
            self.set_ready(self.tr("Tick the keys that are to be revoked."))
        elif not self.typed.confirmed:
            self.set_ready(self.tr("Type the words first, exactly as they are written."))
        else:
            self.set_ready()
