"""The two searches over the window: the command palette and the scope picker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.ui.shell.commands import Action, palette_entries
from lmchat_desktop.ui.shell.overlay import SearchOverlay
from lmchat_desktop.ui.shell.palette_model import Entry, PaletteModel
from lmchat_desktop.ui.shell.scope_picker import ScopePickerModel, scope_choices
from lmchat_desktop.ui.shell.search_list import SearchList

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.contract.keys import ApiKey
    from lmchat_desktop.ui.shell.context import ScopeChoice, ScopeHolder
    from lmchat_desktop.ui.shell.known import Known
    from lmchat_desktop.ui.shell.page_host import PageHost

PALETTE_PX = 640
PICKER_PX = 420


class Finder(QObject):
    """Finds pages, actions, accounts and keys in the palette, and accounts in the picker.

    Attributes:
        palette, picker: the overlays.
        page_asked: a page's id.
        key_asked: an `ApiKey` whose usage is to be shown.
    """

    page_asked = Signal(str)
    key_asked = Signal(object)

    def __init__(
        self,
        window: QWidget,
        picker_button: QWidget,
        scope: ScopeHolder,
        pages: PageHost,
        actions: Callable[[], list[Action]],
    ) -> None:
        super().__init__(window)
        self._scope = scope
        self._pages = pages
        self._actions = actions
        self._keys: tuple[ApiKey, ...] = ()
        self._palette_model = PaletteModel()
        self._picker_model = ScopePickerModel()
        nothing = self.tr("Nothing is called that here")
        palette = SearchList(
            self._palette_model.find, self.tr("Search pages, accounts, keys, commands"), nothing
        )
        self.palette = SearchOverlay(window, palette, PALETTE_PX)
        self.palette.setObjectName("palette")
        picker = SearchList(self._picker_model.find, self.tr("Search accounts"), nothing)
        self.picker = SearchOverlay(window, picker, PICKER_PX, below=picker_button)
        self.picker.setObjectName("scope-picker")
        for panel in (palette, picker):
            panel.chosen.connect(self._run)

    @property
    def choices(self) -> list[ScopeChoice]:
        """The scopes that can be chosen."""
        return self._picker_model.choices

    def take(self, me: Me, known: Known) -> None:
        """Offer what is known now; a scope that is gone gives way to the first."""
        self._keys = known.keys
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
        self._palette_model.fill(
            palette_entries(
                self._pages.entries,
                self._actions(),
                self.choices,
                self._keys,
                go=self.page_asked.emit,
                choose=self._scope.choose,
                show_key=self._show_key,
            )
        )
        self.palette.open_overlay()

    def open_picker(self) -> None:
        """Open the scope picker, where there is a choice."""
        if len(self.choices) > 1:
            self.palette.close_overlay()
            self.picker.open_overlay()
            current = self._scope.id
            self.picker.panel.select_where(lambda entry: entry.id == current)

    def _show_key(self, key: ApiKey) -> None:
        for choice in self.choices:
            if choice.id == key.account_id:
                self._scope.choose(choice)
        self.key_asked.emit(key)

    def _run(self, entry: Entry) -> None:
        entry.run()
