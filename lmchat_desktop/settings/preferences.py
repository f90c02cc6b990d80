"""How a person likes the application: theme, time zone, window, tables."""

from __future__ import annotations

import logging
import threading
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import msgspec

from lmchat_desktop.domain.wording import said
from lmchat_desktop.settings.errors import NotSaved
from lmchat_desktop.settings.merging import merged
from lmchat_desktop.settings.versioned import VersionedFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from lmchat_desktop.settings.errors import SettingsTrouble

logger = logging.getLogger(__name__)

FILE_NAME = "preferences.json"
VERSION = 1
LOCAL_ZONE = "local"
MOST_PLACES = 50
MOST_RECENT = 20
LOCK_AFTER_MIN = (5, 15, 30, 0)
"""What is offered for `Preferences.lock_after_min`, in its order; 0 is never."""


class ThemeChoice(StrEnum):
    """Which colours are shown."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class WindowState(msgspec.Struct, frozen=True):
    """A window's place in screen points while it is not maximised, whether it is, and its screen.

    The screen is named as the system names it; empty where that is not known.
    """

    x: int | None = None
    y: int | None = None
    width: Annotated[int, msgspec.Meta(ge=200, le=20_000)] = 1280
    height: Annotated[int, msgspec.Meta(ge=150, le=20_000)] = 800
    maximised: bool = False
    screen: str = ""


class PersonPlace(msgspec.Struct, frozen=True):
    """Where a person was in the application.

    Attributes:
        page: the id of the page shown last.
        scope: "service" or the id of the account whose data were shown; empty for the first.
    """

    page: str = ""
    scope: str = ""


class TableState(msgspec.Struct, frozen=True):
    """How a table is shown.

    Attributes:
        columns: ids of the columns shown, in their order; empty for the default.
        widths: points by column id.
        sort: the sorted column's id, with "-" before it when descending; None for the default.
    """

    columns: tuple[str, ...] = ()
    widths: dict[str, int] = {}
    sort: str | None = None


class Preferences(msgspec.Struct, frozen=True):
    """All preferences.

    Attributes:
        theme: the colours.
        zone: "local", "UTC" or an IANA name.
        rail_collapsed: whether the navigation shows icons alone.
        window: the main window's place.
        page: the page shown last, by whoever it was.
        places: where each person was, the latest last; by "PROFILE_ID/PERSON_ID".
        lock_after_min: minutes without key or mouse after which the windows lock; 0 for never by
            itself, not with the desktop either.
        notify: whether the desktop shows a notice of what becomes due.
        recent: the palette's pages and actions that were chosen last, the latest first, by id.
        tables: by the table's id.
        usage: the Usage page's choices (period, grouping, …) as texts, by name.
    """

    theme: ThemeChoice = ThemeChoice.SYSTEM
    zone: str = LOCAL_ZONE
    rail_collapsed: bool = False
    window: WindowState = WindowState()
    page: str = "overview"
    places: dict[str, PersonPlace] = {}
    lock_after_min: Annotated[int, msgspec.Meta(ge=0, le=1440)] = 15
    notify: bool = True
    recent: tuple[str, ...] = ()
    tables: dict[str, TableState] = {}
    usage: dict[str, str] = {}

    def __post_init__(self) -> None:
        """Refuse a zone that this machine does not know, with `ValueError`."""
        if self.zone == LOCAL_ZONE:
            return
        try:
            ZoneInfo(self.zone)
        except (OSError, ValueError) as trouble:
            raise ValueError("unknown time zone") from trouble
        except KeyError:
            # ZoneInfoNotFoundError repeats the name, which can hold anything.
            raise ValueError("unknown time zone") from None

    def placed(self, who: str, **fields: str) -> Preferences:
        """The preferences with the place of a person changed; the oldest beyond 50 are dropped."""
        place = msgspec.structs.replace(self.places.get(who, PersonPlace()), **fields)
        others = {key: kept for key, kept in self.places.items() if key != who}
        latest = list(others.items())[-(MOST_PLACES - 1) :]
        return msgspec.structs.replace(self, places={**dict(latest), who: place})

    def recently(self, chosen: str) -> Preferences:
        """The preferences with an entry of the palette as the one chosen last."""
        others = [kept for kept in self.recent if kept != chosen]
        return msgspec.structs.replace(self, recent=(chosen, *others)[:MOST_RECENT])

    def changed(self, **fields: object) -> Preferences:
        """The preferences with single fields changed; a store checks what they hold."""
        return msgspec.structs.replace(self, **fields)


class PreferenceStore:
    """The preferences, read once and saved at each change.

    Thread-safe. A change that cannot be saved still holds until the application ends. What another
    process changes is kept, and seen at the next start.

    Args:
        folder: the configuration folder.
        saver: saves, one change after the other, so that whoever changes something need not wait
            for the disk; what cannot be saved is then told to whoever listens, and tried again
            with the next change and at the end. Without it each change is saved before it comes
            back.
    """

    def __init__(self, folder: Path, saver: Executor | None = None) -> None:
        self._file = VersionedFile(
            folder / FILE_NAME, Preferences, VERSION, {}, said("Settings", "preferences")
        )
        self._saver = saver
        self._lock = threading.Lock()
        self._saving = threading.Lock()
        self._told: Callable[[SettingsTrouble], None] | None = None
        self._unsaved = False
        self._value = self._saved = self._file.read()

    @property
    def trouble(self) -> SettingsTrouble | None:
        """What was wrong with the file when it was read."""
        return self._file.trouble

    def listen(self, told: Callable[[SettingsTrouble], None]) -> None:
        """Have `told` hear, on the saver's thread, when changes begin not to be saved."""
        self._told = told

    @property
    def value(self) -> Preferences:
        """The preferences as they stand."""
        return self._value

    def change(self, how: Callable[[Preferences], Preferences]) -> Preferences:
        """Change and save.

        Raises:
            ValueError: a field does not hold what it may; nothing is changed.
            NotSaved: the change holds, but only until the application ends; never with a saver.
        """
        with self._lock:
            changed = _checked(how(self._value))
            if changed == self._value:
                return changed
            self._value = changed
        if self._saver is None:
            self._save()
        else:
            self._saver.submit(self._save_later)
        return changed

    def set(self, **fields: object) -> Preferences:
        """Change single fields by name and save; errors as for `change`."""
        unknown = fields.keys() - set(Preferences.__struct_fields__)
        if unknown:
            raise TypeError(f"no such preference: {', '.join(sorted(unknown))}")
        return self.change(lambda value: value.changed(**fields))

    def close(self) -> None:
        """Wait until every change is saved; call it off the interface thread. None comes after.

        What could not be saved before is tried once more.
        """
        if self._saver is not None:
            self._saver.submit(self._save_later)
            self._saver.shutdown(wait=True)

    def _save(self) -> None:
        with self._saving:
            value = self._value
            saved = self._saved
            if value != saved:
                self._file.change(
                    lambda held: value if held is None else merged(saved, value, held)
                )
                self._saved = value

    def _save_later(self) -> None:
        try:
            self._save()
        except NotSaved as trouble:
            logger.warning("preferences were not saved: %s", trouble.code)
            if not self._unsaved and self._told is not None:
                self._told(trouble)
            self._unsaved = True
        else:
            self._unsaved = False


def _checked(value: Preferences) -> Preferences:
    """The same, each field of its type and within its bounds; `ValueError` where one is not."""
    try:
        return msgspec.convert(msgspec.to_builtins(value), Preferences)
    except msgspec.ValidationError as trouble:
        raise ValueError(str(trouble)) from trouble
