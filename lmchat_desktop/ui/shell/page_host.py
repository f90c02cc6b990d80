"""The pages of a person: made at their first use, one shown at a time, gone with their right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from lmchat_desktop.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from collections.abc import Set

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.ui.pages.registry import PageEntry
    from lmchat_desktop.ui.shell.context import Page, PageContext


class PageHost(QStackedWidget):
    """Holds the pages that a person may see.

    Attributes:
        context: what pages are given; to be set before the first is shown.
        entries: the pages that there are, in their order.
        page_id: the page that is shown, empty before the first.
        page_shown: a page's id, each time it is entered.
        page_filled: a page's id, when it shows new figures or says why there are none.
    """

    context: PageContext
    page_shown = Signal(str)
    page_filled = Signal(str)

    def __init__(self, entries: tuple[PageEntry, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pages")
        self.entries = entries
        self.page_id = ""
        self._pages: dict[str, Page] = {}
        self._nothing: EmptyState | None = None

    def load(self) -> None:
        """Load the classes of all pages; to be called on a pool, so that no click waits for it."""
        for entry in self.entries:
            entry.load()

    def page(self, page_id: str) -> Page:
        """A page, made at its first use.

        Raises:
            KeyError: there is no such page for this person.
        """
        if page_id not in self._pages:
            entry = next((each for each in self.entries if each.page_id == page_id), None)
            if entry is None:
                raise KeyError(page_id)
            made = entry.load()(self.context, self)
            made.filled.connect(lambda: self.page_filled.emit(page_id))
            self._pages[page_id] = made
            self.addWidget(made)
        return self._pages[page_id]

    def navigate(self, page_id: str, **arguments: Any) -> None:
        """Show a page; as `context.Navigate`."""
        page = self.page(page_id)
        if page_id != self.page_id:
            if self.page_id:
                self._pages[self.page_id].leave()
            self.page_id = page_id
            self.setCurrentWidget(page)
            # It has the focus until the first key, and is said then.
            names = (each.name for each in self.entries if each.page_id == page_id)
            self.setAccessibleName(next(names, ""))
        page.enter(arguments)
        self.page_shown.emit(page_id)

    def show_one(self, wanted: str = "") -> None:
        """Show the wanted page, else the first; where there is none, say so."""
        ids = [entry.page_id for entry in self.entries]
        if ids:
            self.navigate(wanted if wanted in ids else ids[0])
            return
        if self._nothing is None:
            self._nothing = self._no_page()
            self.addWidget(self._nothing)
        self.setCurrentWidget(self._nothing)

    def put_entries(self, entries: tuple[PageEntry, ...]) -> None:
        """Take over other rights: what a person may not see any more is gone at once."""
        self.entries = entries
        gone = self._pages.keys() - {entry.page_id for entry in entries}
        if self.page_id in gone:
            self._pages[self.page_id].leave()
            self.page_id = ""
        for page_id in gone:
            page = self._pages.pop(page_id)
            self.removeWidget(page)
            page.deleteLater()
        if not self.page_id:
            self.show_one()

    def refresh(self, changed_kinds: Set[str], changed_scopes: Set[str]) -> None:
        """Tell every page what sync has brought."""
        for page in self._pages.values():
            page.refresh(changed_kinds, changed_scopes)

    def _no_page(self) -> EmptyState:
        return EmptyState(
            "person",
            self.tr("There is nothing here for your role yet"),
            self.tr(
                "You are signed in, but you belong to no account and hold no role of which "
                "anything can be shown. Ask an administrator for access, or sign in as somebody "
                "else: your name on the upper right leads there."
            ),
            self,
        )
