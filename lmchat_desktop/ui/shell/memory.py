"""What a person finds again: page, scope, and what they chose last in the palette."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.settings.preferences import PersonPlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.services.session import Session
    from lmchat_desktop.settings.preferences import Preferences, PreferenceStore

logger = logging.getLogger(__name__)


class PersonMemory:
    """Remembers in the preferences where a person was; by ids alone, since these are no secret.

    What cannot be saved holds until the application ends, and is logged.
    """

    def __init__(self, preferences: PreferenceStore, session: Session) -> None:
        self._preferences = preferences
        self._who = f"{session.profile.id}/{session.person_id}"

    @property
    def page(self) -> str:
        """The page to begin with."""
        value = self._preferences.value
        return value.places.get(self._who, PersonPlace()).page or value.page

    @property
    def scope(self) -> str:
        """The id of the scope to begin with; empty for the first."""
        return self._preferences.value.places.get(self._who, PersonPlace()).scope

    def page_shown(self, page_id: str) -> None:
        """Begin with this page the next time."""
        self._change(lambda value: value.placed(self._who, page=page_id).changed(page=page_id))

    def scope_chosen(self, scope_id: str) -> None:
        """Begin with this scope the next time."""
        self._change(lambda value: value.placed(self._who, scope=scope_id))

    def entry_chosen(self, name: str) -> None:
        """Offer this page or action first in the palette."""
        self._change(lambda value: value.recently(name))

    def _change(self, how: Callable[[Preferences], Preferences]) -> None:
        try:
            self._preferences.change(how)
        except SettingsTrouble as trouble:
            logger.warning("preferences were not saved: %s", trouble.code)
