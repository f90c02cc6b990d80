"""The two searches over the window: the command palette and the scope picker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.ui.shell.commands import Action, key_entry, palette_entries
from lmchat_desktop.ui.shell.known import KeyName, Known, ManyKeys, read_many_keys
from lmchat_desktop.ui.shell.overlay import SearchOverlay
from lmchat_desktop.ui.shell.palette_model import MOST_SHOWN, Entry, Kind, PaletteModel, rated
from lmchat_desktop.ui.shell.scope_picker import ScopePickerModel, scope_choices
from lmchat_desktop.ui.shell.search_list import SearchList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.services.session import Session
    from lmchat_desktop.ui.shell.context import PageContext, ScopeChoice
    from lmchat_desktop.ui.shell.page_host import PageHost

PALETTE_PX = 640
PICKER_PX = 420
KEYS, SEARCH = "palette-keys", "palette-search"
MOST_RECENT = 20
ACCOUNTS_PAGE = "accounts"


class Finder(QObject):
    """Finds pages, actions, accounts and keys in the palette, and accounts in the picker.

    What is found among very many keys comes a moment after the rest, from a pool.

    Attributes:
        palette, picker: the overlays.
        page_asked: a page's id.
        account_asked: the id of an account whose page is to be shown.
        key_asked: the `KeyName` of a key that is to be shown.
        remembered: the name of a page or action that was chosen.
    """

    page_asked = Signal(str)
    account_asked = Signal(str)
    key_asked = Signal(object)
    remembered = Signal(str)

    def __init__(
        self,
        window: QWidget,
        picker_button: QWidget,
        context: PageContext,
        pages: PageHost,
        actions: Callable[[], list[Action]],
    ) -> None:
        super().__init__(window)
        self._session: Session = context.session
        self._tasks = context.tasks
        self._scope = context.scope
        self._pages = pages
        self._actions = actions
        self._known = Known()
        self._many: ManyKeys | None = None
        self._recent: list[str] = list(context.preferences.value.recent)
        self._palette_model = PaletteModel()
        self._picker_model = ScopePickerModel()
        nothing = self.tr("Nothing found for “{text}”. Try a name, an id, an e-mail or a hint.")
        palette = SearchList(
            self._palette_model.find,
            self.tr("Search pages, accounts, keys, commands"),
            nothing,
            further=self._search_many,
        )
        self.palette = SearchOverlay(window, palette, PALETTE_PX)
        self.palette.setObjectName("palette")
        picker = SearchList(self._picker_model.find, self.tr("Search accounts"), nothing)
        self.picker = SearchOverlay(window, picker, PICKER_PX, below=picker_button)
        self.picker.setObjectName("scope-picker")
        palette.chosen.connect(self._run)
        picker.chosen.connect(lambda entry: entry.run())

    @property
    def choices(self) -> list[ScopeChoice]:
        """The scopes that can be chosen."""
        return self._picker_model.choices

    def take(self, me: Me, known: Known) -> None:
        """Offer what is known now; a scope that is gone gives way to the first."""
        self._known = known
        self._many = None
        choices = scope_choices(me, known.accounts)
        self._picker_model.fill(choices, known.accounts, self._scope.choose)
        current = next((each for each in choices if each.id == self._scope.id), None)
        if current is None and choices:
            current = choices[0]
        if current is not None:
            self._scope.choose(current)

    def open_palette(self) -> None:
        """Open the command palette."""
        self.picker.close_overlay()
        self._palette_model.recent = self._recent
        with_page = any(entry.page_id == ACCOUNTS_PAGE for entry in self._pages.entries)
        self._palette_model.fill(
            palette_entries(
                self._pages.entries,
                self._actions(),
                self.choices,
                self._known,
                go=self.page_asked.emit,
                choose=self._scope.choose,
                open_account=self.account_asked.emit if with_page else None,
                show_key=self._show_key,
            )
        )
        if self._known.many_keys and self._many is None:
            self._tasks.run(
                read_many_keys, self._session, self._names(), on_done=self._take_many, key=KEYS
            )
        self.palette.open_overlay()

    def open_picker(self) -> None:
        """Open the scope picker, where there is a choice."""
        if len(self.choices) > 1:
            self.palette.close_overlay()
            self.picker.open_overlay()
            current = self._scope.id
            self.picker.panel.select_where(lambda entry: entry.id == current)

    def _names(self) -> dict[str, str]:
        return {choice.id: choice.name for choice in self.choices}

    def _take_many(self, many: ManyKeys) -> None:
        self._many = many
        if self.palette.isVisible():
            self.palette.panel.search_further()

    def _search_many(self, text: str) -> bool:
        """Search very many keys on the pool; answers whether anything may come."""
        self._tasks.cancel_key(SEARCH)
        if not self._known.many_keys or not text.strip():
            return False
        if self._many is not None:
            self._tasks.run(
                self._many.search,
                text,
                MOST_SHOWN,
                on_done=lambda found: self._put_many(text, found),
                key=SEARCH,
                owner=self,
            )
        return True

    def _put_many(self, text: str, found: Sequence[tuple[float, KeyName]]) -> None:
        names = self._names()
        all_found = self._palette_model.rated(text) + [
            rated(score, key_entry(key, names, self._show_key), self._recent)
            for score, key in found
        ]
        all_found.sort(key=lambda each: -each.score)
        self.palette.panel.put_found(text, [each.entry for each in all_found[:MOST_SHOWN]])

    def _show_key(self, key: KeyName) -> None:
        for choice in self.choices:
            if choice.id == key.account_id:
                self._scope.choose(choice)
        self.key_asked.emit(key)

    def _run(self, entry: Entry) -> None:
        if entry.id:
            self._recent = [entry.name, *(name for name in self._recent if name != entry.name)]
            del self._recent[MOST_RECENT:]
        if entry.id and entry.kind in (Kind.PAGE, Kind.ACTION):
            # Ids of accounts and keys are remembered in this window alone, not in a file.
            self.remembered.emit(entry.name)
        entry.run()
