"""What stood around the page when it was shown, and reading it back."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QCoreApplication

from lmchat_desktop.settings.preferences import PersonPlace
from lmchat_desktop.ui.shell.zones import preferred_zone

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from lmchat_desktop.cache.first_picture import StoredPicture
    from lmchat_desktop.settings.preferences import Preferences

logger = logging.getLogger(__name__)


class ShownRecord(msgspec.Struct, frozen=True):
    """What was shown.

    Attributes:
        language: marks the language that the texts are in.
        zone: of all times.
        pages: the pages that the rail offered.
        page: the one that was shown.
        content: as that page has told it (`Page.record`).
        badges: how many things were due on each page.
        backend, notice: the backend's name, and what everybody should know about it.
        scope_id, scope, is_service: whose data, with the name to show for it.
        several: whether there were others to choose.
        person, spoken: who was signed in, as the button shows it and a screen reader says it.
    """

    language: str
    zone: str
    pages: tuple[str, ...]
    page: str
    content: msgspec.Raw
    badges: dict[str, int]
    backend: str
    notice: str | None
    scope_id: str
    scope: str
    is_service: bool
    several: bool
    person: str
    spoken: str

    @property
    def name(self) -> str:
        """The scope's name, as the top bar takes it."""
        return self.scope


@dataclass(frozen=True, slots=True)
class Picture:
    """What may be shown again now.

    Attributes:
        shown: what was shown.
        now: the effective time.
        zone: of all times.
        last_sync_at: when the cache last equalled the backend; None if it never did.
        file_bytes: what the cache takes on the disk.
    """

    shown: ShownRecord
    now: datetime
    zone: ZoneInfo
    last_sync_at: datetime | None
    file_bytes: int


def language_mark() -> str:
    """Tells the language of the interface apart from others by one of its words."""
    return QCoreApplication.translate("Pages", "Overview")


def page_wanted(preferences: Preferences, who: str) -> str:
    """The page that `who` (`profile/person`) gets to see first."""
    return preferences.places.get(who, PersonPlace()).page or preferences.page


def picture_of(stored: StoredPicture, preferences: Preferences, who: str) -> Picture | None:
    """What was kept, if the interface would show the same page, scope, language and zone now."""
    try:
        shown = msgspec.json.decode(stored.content, type=ShownRecord)
    except ValueError as trouble:
        logger.warning("what was shown last cannot be used: %s", type(trouble).__name__)
        return None
    zone = preferred_zone(preferences.zone)
    wanted = (page_wanted(preferences, who), zone.key, language_mark())
    if (shown.page, shown.zone, shown.language) != wanted:
        return None
    if preferences.places.get(who, PersonPlace()).scope not in ("", shown.scope_id):
        return None
    return Picture(shown, stored.now, zone, stored.last_sync_at, stored.file_bytes)
