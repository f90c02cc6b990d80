"""What a story does on the keys page, through its real controls and dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QPlainTextEdit

from lmchat_desktop.tour.waiting import turns

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.keys import ApiKey
    from lmchat_desktop.tour.visitor import Visitor
    from lmchat_desktop.ui.pages.keys.query import StateFilter
    from lmchat_desktop.ui.pages.keys.secret_dialog import SecretDialog
    from lmchat_desktop.ui.pages.keys.view import KeysPage
    from lmchat_desktop.ui.widgets.segmented import SegmentedControl

W = TypeVar("W", bound="QWidget")


class KeysVisit:
    """A person on the keys page.

    Attributes:
        visitor: the person.
    """

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    @property
    def page(self) -> KeysPage:
        """The page."""
        return cast("KeysPage", self.visitor.workspace.page("keys"))

    @property
    def looked_at(self) -> ApiKey:
        """The key in the panel.

        Raises:
            LookupError: none is looked at.
        """
        looked_at = self.page.model.looked_at
        if looked_at is None:
            raise LookupError("no key is looked at")
        return looked_at.key

    def filled(self) -> None:
        """Wait until rows have come, with where their keys stand."""
        model = self.page.card.model
        self.visitor.until(lambda: model.counted and model.rowCount() > 0, "the keys")
        first = str(model.key(0))
        self.visitor.until(lambda: self.page.standings.of(first) is not None, "where keys stand")
        self.visitor.settled()

    def state(self, state: StateFilter) -> None:
        """Choose the keys of a state."""
        self.press_option(self.page.toolbar.states, state.value)
        self.visitor.settled()

    def search(self, typed: str) -> None:
        """Type into the search field, and wait for what is found."""
        field = self.page.toolbar.search
        field.clear()
        QTest.keyClicks(field, typed)
        self.visitor.until(lambda: self.page.model.query.search == typed, "the search")
        self.visitor.settled()

    def open_key(self, name: str) -> ApiKey:
        """Find a key by its name and open it by its row."""
        self.search(name)
        table = self.page.card.table
        self.visitor.until(lambda: self.page.card.model.rowCount() > 0, f"a key called {name}")
        table.selectRow(0)
        self.visitor.until(lambda: self.page.model.looked_at is not None, "the key's panel")
        self.visitor.settled()
        return self.looked_at

    def dialog(self, name: str) -> QDialog:
        """Wait for a dialog by its object's name."""

        def found() -> QWidget | None:
            for widget in QApplication.topLevelWidgets():
                named = isinstance(widget, QDialog) and widget.objectName() == name
                if named and widget.isVisible():
                    return widget
            return None

        self.visitor.until(lambda: found() is not None, f"the dialog {name}")
        turns()
        return cast("QDialog", found())

    def gone(self, name: str) -> None:
        """Wait until a dialog has closed."""

        def open_still() -> bool:
            return any(
                widget.objectName() == name and widget.isVisible()
                for widget in QApplication.topLevelWidgets()
            )

        self.visitor.until(lambda: not open_still(), f"the end of the dialog {name}")
        self.visitor.settled()

    def within(self, dialog: QDialog, kind: type[W], name: str) -> W:
        """A part of a dialog by its object's name.

        Raises:
            LookupError: there is none.
        """
        found = dialog.findChild(kind, name)
        if found is None:
            raise LookupError(f"the dialog has no {name}")
        return found

    def type(self, dialog: QDialog, name: str, text: str) -> None:
        """Type into a line or a field of several lines."""
        line = dialog.findChild(QLineEdit, name)
        field = line if line is not None else self.within(dialog, QPlainTextEdit, name)
        field.setFocus()
        QTest.keyClicks(field, text)
        turns()

    def press(self, dialog: QDialog, name: str) -> None:
        """Press a button of a dialog."""
        button = self.within(dialog, QAbstractButton, name)
        if not button.isEnabled():
            raise LookupError(f"{name} is disabled: {button.toolTip()}")
        button.click()
        turns()

    def press_option(self, control: SegmentedControl, value: str) -> None:
        """Press one of a row of options."""
        control.set_current(value)
        control.current_changed.emit(value)
        turns()

    def secret(self) -> SecretDialog:
        """Wait for the dialog that hands a secret over."""
        return cast("SecretDialog", self.dialog("new-secret"))
