"""A small versioned JSON file: migrated when old, kept aside when damaged or from the future."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from lmchat_desktop.domain.wording import in_order, said
from lmchat_desktop.settings.errors import (
    DamagedFile,
    NewerFile,
    NotSaved,
    ReadOnlyFolder,
    SettingsTrouble,
)
from lmchat_desktop.settings.paths import keep_aside, leftovers, write_private
from lmchat_desktop.settings.turns import turn

if TYPE_CHECKING:
    from pathlib import Path

    from lmchat_desktop.domain.wording import Sentence

M = TypeVar("M", bound=msgspec.Struct)

Migration = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the data of one version into that of the next."""

MAX_BYTES = 4 * 2**20

_UNUSABLE = (msgspec.MsgspecError, ValueError, TypeError, KeyError, RecursionError)


class VersionedFile(Generic[M]):
    """Reads and writes `{"version": N, "data": {…}}`, in turns with other processes.

    Attributes:
        path: the file.
        trouble: what was last wrong with the file, or None; to be told to the person.

    Args:
        path: the file.
        model: what it holds; `model()` is the default.
        version: the version that is written.
        migrations: by the version that each starts from; every version below `version` has one.
        what: the content's name in a message, such as "preferences", in the plural.
    """

    def __init__(
        self,
        path: Path,
        model: type[M],
        version: int,
        migrations: Mapping[int, Migration],
        what: Sentence,
    ) -> None:
        self.path = path
        self.trouble: SettingsTrouble | None = None
        self._model = model
        self._version = version
        self._migrations = migrations
        self._what = what
        self._unread: str | None = None

    def read(self) -> M:
        """What the file holds; the default where there is none or it cannot be used."""
        held = self._read(in_turn=False)
        if self.trouble is None or isinstance(self.trouble, ReadOnlyFolder):
            self.trouble = self._read_only()
        return self._model() if held is None else held

    def change(self, how: Callable[[M | None], M]) -> M:
        """Read the file, replace it with what `how` makes of it, and answer that.

        No other process changes it in between. What is already there is not written again; a file
        that could not be read is kept aside first, and `how` is given None for it.

        Raises:
            NotSaved: the file is as it was.
            Exception: what `how` raises; the file is as it was.
        """
        try:
            with turn(self.path):
                held = self._read(in_turn=True)
                value = how(held)
                if held is None or value != held:
                    self._replace(value)
                return value
        except OSError as trouble:
            raise self._not_saved(trouble) from trouble

    def write(self, value: M) -> None:
        """Replace the file; one that could not be read is kept aside first.

        Raises:
            NotSaved: the file is as it was.
        """
        self.change(lambda _held: value)

    def _replace(self, value: M) -> None:
        content = msgspec.json.format(
            msgspec.json.encode({"version": self._version, "data": value}), indent=1
        )
        if self._unread is not None:
            keep_aside(self.path, self._unread)
            self._unread = None
        write_private(self.path, content)
        for left in leftovers(self.path):
            left.unlink(missing_ok=True)

    def _read_only(self) -> ReadOnlyFolder | None:
        folder = self.path.parent
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        if os.access(folder, os.W_OK | os.X_OK):
            return None
        return ReadOnlyFolder(
            said(
                "Settings",
                "The folder of the {what} cannot be written, so what you change is lost when the "
                "application ends. Nothing else is affected. Check the folder's permissions and "
                "the disk, and start again.",
                what=self._what,
            ),
            str(folder),
        )

    def _not_saved(self, trouble: OSError) -> NotSaved:
        return NotSaved(
            said(
                "Settings",
                "The {what} could not be saved, so this change is lost when the application "
                "ends. Check that the disk has room and the folder can be written.",
                what=self._what,
            ),
            f"{type(trouble).__name__}: errno {trouble.errno}",
        )

    def _read(self, *, in_turn: bool) -> M | None:
        self._unread = None
        try:
            content = self._content()
        except FileNotFoundError:
            return None
        except OSError as trouble:
            self._unread = "unreadable"
            self.trouble = DamagedFile(
                said(
                    "Settings",
                    "The {what} could not be read. Defaults are in use; the file is as it was. "
                    "Check the folder's permissions and start again.",
                    what=self._what,
                ),
                f"{type(trouble).__name__}: errno {trouble.errno}",
            )
            return None
        try:
            return self._parsed(content)
        except _FromTheFuture as found:
            self._unread = "newer"
            self.trouble = NewerFile(
                said(
                    "Settings",
                    "The {what} were saved by a newer version of the application. Defaults are in "
                    "use. Nothing was changed; before anything is saved, the file is kept aside.",
                    what=self._what,
                ),
                f"version {found.version}, known up to {self._version}",
            )
        except _UNUSABLE as trouble:
            return self._damaged(content, trouble, in_turn=in_turn)
        return None

    def _damaged(self, content: bytes, trouble: Exception, *, in_turn: bool) -> M | None:
        """Keep the file aside, unless another process has done so and written a good one since."""
        if in_turn:
            self._set_aside(trouble)
            return None
        try:
            with turn(self.path):
                try:
                    now = self._content()
                except FileNotFoundError:
                    now = None
                if now == content:
                    self._set_aside(trouble)
                    return None
        except OSError:
            self._told_damaged(trouble, None)
            return None
        return self._read(in_turn=False)

    def _content(self) -> bytes:
        with self.path.open("rb") as file:
            return file.read(MAX_BYTES + 1)

    def _parsed(self, content: bytes) -> M:
        if len(content) > MAX_BYTES:
            raise ValueError("too large")
        raw = msgspec.json.decode(content)
        version, data = int(raw["version"]), raw["data"]
        if version > self._version:
            raise _FromTheFuture(version)
        while version < self._version:
            data = self._migrations[version](data)
            version += 1
        return msgspec.convert(data, self._model)

    def _set_aside(self, trouble: Exception) -> None:
        try:
            aside = keep_aside(self.path, "damaged")
        except OSError:
            self._told_damaged(trouble, None)
        else:
            self._told_damaged(trouble, aside)

    def _told_damaged(self, trouble: Exception, aside: Path | None) -> None:
        if aside is None:
            self._unread = "damaged"
            place = said("Settings", "The file is as it was, because it could not be renamed.")
        else:
            place = said("Settings", "The file was kept as {name}.", name=aside.name)
        self.trouble = DamagedFile(
            in_order(
                said("Settings", "The {what} are damaged and could not be read.", what=self._what),
                place,
                said("Settings", "Defaults are in use: set again what you miss."),
            ),
            type(trouble).__name__,
        )


class _FromTheFuture(Exception):
    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version
