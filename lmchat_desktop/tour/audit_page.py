"""What a story does on the audit page, through its real controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QPushButton

from lmchat_desktop.tour.waiting import turns

if TYPE_CHECKING:
    from lmchat_desktop.tour.visitor import Visitor
    from lmchat_desktop.ui.pages.audit.query import Field
    from lmchat_desktop.ui.pages.audit.view import AuditPage


class AuditVisit:
    """A person on the audit page.

    Attributes:
        visitor: the person.
    """

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        visitor.until(lambda: self.page.model.verified() > 0, "the log's first verified head")

    @property
    def page(self) -> AuditPage:
        """The page."""
        return cast("AuditPage", self.visitor.workspace.page("audit"))

    @property
    def told(self) -> str:
        """What the card on top says, with its tone."""
        words = self.page.standing.words
        return "" if words is None else f"{words.tone}: {words.title}"

    def open_filter(self, field: Field) -> None:
        """Open the values of a filter by the menu."""
        for action in self.page.toolbar.filter_button.drop_menu.actions():
            if action.data() == field.value:
                action.trigger()
                self.visitor.settled()
                return
        raise LookupError(f"nothing is filtered by {field.value}")

    def take(self, typed: str) -> None:
        """Type into the open filter, and take what is found first."""
        choices = self.page.choices
        QTest.keyClicks(choices.field, typed)
        turns()
        QTest.keyClick(choices.field, Qt.Key.Key_Return)
        self.visitor.settled()

    def row(self, place: int) -> None:
        """Click a row."""
        table = self.page.card.table
        where = table.visualRect(table.model().index(place, 1)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
        self.visitor.settled()

    def verify_entry(self) -> str:
        """Verify the entry that is looked at; answers what came of it."""
        self.visitor.press("audit-verify-entry")
        self.visitor.until(lambda: bool(self.page.panel.proof_text()), "the entry's proof")
        return self.page.panel.proof_text()

    def dialog(self, name: str) -> QDialog:
        """The open dialog of that name.

        Raises:
            LookupError: there is none.
        """
        found = self.page.findChild(QDialog, name)
        if found is None:
            raise LookupError(f"no dialog is called {name!r}")
        return found

    def export_to(self, path: str) -> None:
        """Confirm the export that is open, and name the file."""
        self.page.export.ask = lambda *_: path
        confirm = self.dialog("audit-export-dialog").findChild(QPushButton, "audit-export-confirm")
        if confirm is None:
            raise LookupError("the export cannot be confirmed")
        self.visitor.click(confirm)
        self.visitor.until(self.page.toast.isVisible, "the export's end")

    def accept(self, reason: str) -> None:
        """Fill the open dialog that accepts another history."""
        dialog = self.dialog("accept-history")
        written = dialog.findChild(QPlainTextEdit, "accept-reason")
        name = dialog.findChild(QLineEdit, "accept-name")
        if written is None or name is None:
            raise LookupError("the dialog asks for nothing")
        QTest.keyClicks(written, reason)
        QTest.keyClicks(name, name.placeholderText())
        turns()

    def confirm(self) -> None:
        """Confirm it."""
        confirm = self.dialog("accept-history").findChild(QPushButton, "accept-confirm")
        if confirm is None:
            raise LookupError("it cannot be confirmed")
        self.visitor.click(confirm)
        self.visitor.settled()
