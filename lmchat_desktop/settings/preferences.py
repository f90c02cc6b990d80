"""How a person likes the application: theme, time zone, window, tables."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.settings.versioned import VersionedFile

FILE_NAME = "preferences.json"
VERSION = 1
LOCAL_ZONE = "local"


class ThemeChoice(StrEnum):
    """Which colours are shown."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class WindowState(BaseModel):
    """A window's place in screen points, and whether it is maximised."""

    model_config = ConfigDict(frozen=True)

    x: int | None = None
    y: int | None = None
    width: int = Field(default=1280, ge=200, le=20_000)
    height: int = Field(default=800, ge=150, le=20_000)
    maximised: bool = False


class TableState(BaseModel):
    """How a table is shown.

    Attributes:
        columns: ids of the columns shown, in their order; empty for the default.
        widths: points by column id.
        sort: the sorted column's id, with "-" before it when descending; None for the default.
    """

    model_config = ConfigDict(frozen=True)

    columns: tuple[str, ...] = ()
    widths: dict[str, int] = {}
    sort: str | None = None


class Preferences(BaseModel):
    """All preferences.

    Attributes:
        theme: the colours.
        zone: "local", "UTC" or an IANA name.
        rail_collapsed: whether the navigation shows icons alone.
        window: the main window's place.
        page: the page shown last.
        tables: by the table's id.
        usage: the Usage page's choices (period, grouping, …) as texts, by name.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    theme: ThemeChoice = ThemeChoice.SYSTEM
    zone: str = LOCAL_ZONE
    rail_collapsed: bool = False
    window: WindowState = WindowState()
    page: str = "overview"
    tables: dict[str, TableState] = {}
    usage: dict[str, str] = {}

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone != LOCAL_ZONE:
            try:
                ZoneInfo(zone)
            except (OSError, ValueError) as trouble:
                # ZoneInfoNotFoundError is a KeyError, which pydantic would let through.
                raise ValueError("unknown time zone") from trouble
            except KeyError:
                raise ValueError("unknown time zone") from None
        return zone


class PreferenceStore:
    """The preferences, read once and saved at each change.

    Thread-safe. A change that cannot be saved still holds until the application ends.

    Args:
        folder: the configuration folder.
    """

    def __init__(self, folder: Path) -> None:
        self._file = VersionedFile(folder / FILE_NAME, Preferences, VERSION, {}, "preferences")
        self._lock = threading.Lock()
        self._value = self._file.read()

    @property
    def trouble(self) -> SettingsTrouble | None:
        """What was wrong with the file when it was read."""
        return self._file.trouble

    @property
    def value(self) -> Preferences:
        """The preferences as they stand."""
        return self._value

    def change(self, how: Callable[[Preferences], Preferences]) -> Preferences:
        """Change and save.

        Raises:
            NotSaved: the change holds, but only until the application ends.
        """
        with self._lock:
            changed = Preferences.model_validate(how(self._value).model_dump(warnings=False))
            if changed != self._value:
                self._value = changed
                self._file.write(changed)
            return changed

    def set(self, **fields: object) -> Preferences:
        """Change single fields by name and save; errors as for `change`."""
        unknown = fields.keys() - Preferences.model_fields.keys()
        if unknown:
            raise TypeError(f"no such preference: {', '.join(sorted(unknown))}")
        return self.change(lambda value: value.model_copy(update=fields))
