"""Adds backends to this device, and takes them off it with everything that was kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.cache.trouble import CacheTrouble
from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.ui.shell import steps
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from lmchat_desktop.settings.profiles import Profile
    from lmchat_desktop.ui.shell.desk import Desk
    from lmchat_desktop.ui.tasks.runner import TaskRunner


class Backends(QObject):
    """The list of backends, changed on a pool.

    Args:
        desk: holds the profiles.
        tasks: runs the work.
        key: the key of a window's steps, so that a later one makes this one void.
        parent: the owner.

    Attributes:
        started: what is being done, in a few words.
        changed: the profile to choose or None, kind and text of a message.
        failed: an error that nobody expects.
    """

    started = Signal(str)
    changed = Signal(object, str, str)
    failed = Signal(object)

    def __init__(self, desk: Desk, tasks: TaskRunner, key: object, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._key = key

    def add(self, name: str, base_url: str) -> None:
        """Remember a backend, and choose it."""
        self._tasks.run(
            self._desk.profiles.add,
            name,
            base_url,
            on_done=lambda profile: self.changed.emit(profile, "info", ""),
            on_failed=lambda error: self._not_done(None, error),
            key=self._key,
            owner=self,
        )

    def remove(self, profile: Profile) -> None:
        """Forget a backend with everything that was kept of it here."""
        self.started.emit(self.tr("Removing {name}").replace("{name}", profile.name))
        desk = self._desk
        self._tasks.run(
            steps.remove_backend,
            profile,
            desk.profiles,
            desk.caches,
            desk.secrets,
            on_done=lambda _none: self._removed(profile),
            on_failed=lambda error: self._not_done(profile, error),
            key=self._key,
            owner=self,
        )

    def _removed(self, profile: Profile) -> None:
        words = self.tr("{name} was removed.").replace("{name}", profile.name)
        self.changed.emit(None, "good", words)

    def _not_done(self, chosen: Profile | None, error: BaseException) -> None:
        if isinstance(error, CacheTrouble | SettingsTrouble):
            self.changed.emit(chosen, "bad", translated(error.message))
        else:
            self.failed.emit(error)
