"""A person in front of a real window: goes to pages, clicks, types, and has pictures taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from lmchat_desktop.tour.waiting import turns, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.services.session import Session
    from lmchat_desktop.ui.shell.context import Page, ScopeChoice
    from lmchat_desktop.ui.shell.main_window import MainWindow
    from lmchat_desktop.ui.shell.workspace import Workspace
    from lmchat_desktop.ui.widgets.buttons import MenuButton

PATIENCE_S = 30.0
SIGN_IN_S = 120.0


class Visitor:
    """One person and their window.

    Attributes:
        window: the window.
        faults: exceptions that nobody caught; the first ends a wait.
    """

    def __init__(self, window: MainWindow, faults: list[BaseException]) -> None:
        self.window = window
        self.faults = faults

    @property
    def workspace(self) -> Workspace:
        """What the signed-in person sees.

        Raises:
            LookupError: nobody is signed in in this window.
        """
        if self.window.workspace is None:
            raise LookupError("nobody is signed in in this window")
        return self.window.workspace

    @property
    def session(self) -> Session:
        """The person's session."""
        return self.workspace.session

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self.workspace.page(self.workspace.page_id)

    def signed_in(self) -> Visitor:
        """Wait until the person sees the first, complete data."""
        self.until(lambda: self.window.workspace is not None, "signing in", SIGN_IN_S)
        self.until_live()
        return self

    def until(
        self, condition: Callable[[], bool], what: str, timeout_s: float = PATIENCE_S
    ) -> None:
        """Wait for something to be so."""
        wait_until(lambda: bool(self.faults) or condition(), what, timeout_s)
        if self.faults:
            raise self.faults[0]

    def until_live(self) -> None:
        """Wait until the cache equals the backend."""
        self.until(lambda: self.workspace.top.dot.state == "live", "the connection", SIGN_IN_S)

    def settled(self) -> None:
        """Wait until nothing is being computed for the window any more."""
        self.until(lambda: not self.workspace.context.tasks.busy, "the page's figures")
        turns()

    def go(self, page_id: str, **arguments: Any) -> None:
        """Go to a page by its entry in the rail; with arguments as other pages lead to it."""
        if arguments:
            self.workspace.navigate(page_id, **arguments)
        else:
            self.click(self.workspace.rail.items[page_id])
        self.settled()

    def theme(self, mode: str) -> None:
        """Switch the theme by the person's menu."""
        menu = self.workspace.top.person.drop_menu
        self._entry(menu.actions(), mode.capitalize()).trigger()
        turns()

    def size(self, width: int, height: int) -> None:
        """Resize the window."""
        self.window.resize(width, height)
        turns()
        self.settled()

    def scope(self, name: str) -> None:
        """Choose an account by the scope picker, as by typing its name."""
        before = self.workspace.context.scope.current
        self.click(self.workspace.top.scope)
        self._type_into_overlay(self.workspace.finder.picker.panel.field, name)
        if before.name != name:
            self.until(lambda: self.workspace.context.scope.current != before, "the scope")
        self._scope_synced(self.workspace.context.scope.current)
        self.settled()

    def palette(self, typed: str) -> None:
        """Open the palette by its keys and run what is found first."""
        self.keys("Ctrl+K")
        self._type_into_overlay(self.workspace.finder.palette.panel.field, typed)
        self.settled()

    def keys(self, keys: str, widget: QWidget | None = None) -> None:
        """Press keys, in the window or in one of its widgets."""
        target = widget or self.window.focusWidget() or self.window
        QTest.keySequence(target, QKeySequence(keys))
        turns()

    def click(self, target: QWidget) -> None:
        """Click the middle of a widget."""
        if not target.isEnabled():
            raise LookupError(f"{target.accessibleName() or target.objectName()} is disabled")
        QTest.mouseClick(target, Qt.MouseButton.LeftButton)
        turns()

    def button(self, name: str) -> QAbstractButton:
        """The visible button with that accessible name or name.

        Raises:
            LookupError: there is none.
        """
        for button in self.window.findChildren(QAbstractButton):
            named = name in (button.accessibleName(), button.objectName())
            if named and button.isVisibleTo(self.window):
                return button
        raise LookupError(f"no visible button is called {name!r}")

    def press(self, name: str) -> None:
        """Click the button with that accessible name, and wait for what comes of it."""
        self.click(self.button(name))
        self.settled()

    def choose(self, button: MenuButton, value: str) -> None:
        """Choose the entry of a button's menu that stands for a value.

        Raises:
            LookupError: it is not offered, or disabled.
        """
        for action in button.drop_menu.actions():
            if action.data() == value and action.isEnabled():
                action.trigger()
                turns()
                self.settled()
                return
        raise LookupError(f"{button.accessibleName()} does not offer {value!r}")

    def _entry(self, actions: list[QAction], text: str) -> QAction:
        for action in actions:
            if action.text().replace("&&", "&") == text:
                return action
            sub = action.menu()
            if sub is not None:
                try:
                    return self._entry(sub.actions(), text)  # type: ignore[attr-defined]
                except LookupError:
                    continue
        raise LookupError(f"no menu entry is called {text!r}")

    def _type_into_overlay(self, field: QWidget, typed: str) -> None:
        QTest.keyClicks(field, typed)
        turns()
        QTest.keyClick(field, Qt.Key.Key_Return)
        turns()

    def _scope_synced(self, choice: ScopeChoice) -> None:
        def synced() -> bool:
            loop_scopes = self.session.watched_scopes()
            return choice.id in loop_scopes and bool(self.session.usage_scopes() & {choice.id})

        self.until(synced, f"usage of {choice.id}", SIGN_IN_S)
        self.until_live()
