"""Opens sessions on a pool, and closes those that nobody waits for any more."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lmchat_desktop.domain.clock import SystemClock
from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.settings.profiles import CacheKeeping
from lmchat_desktop.ui.shell.steps import load_workplace

if TYPE_CHECKING:
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.services.session import Session
    from lmchat_desktop.services.signin import Entrance
    from lmchat_desktop.settings.profiles import Profile
    from lmchat_desktop.ui.shell.desk import Desk

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is being opened, so that it can be tried again in another way.

    Attributes:
        profile: which backend.
        entrance: who, and with what right.
        keeping: where what is read is kept.
        passphrase: what was typed, for `CacheKeeping.PASSPHRASE`.
    """

    profile: Profile
    entrance: Entrance
    keeping: CacheKeeping = CacheKeeping.KEYRING
    passphrase: str = field(default="", repr=False)


class SessionOpener:
    """Opens sessions; each is unclaimed, and closed with the window, until it was handed over."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._unclaimed: deque[Session] = deque()

    def open(self, attempt: Attempt, cancel: CancelToken) -> Session:
        """Open a session and remember its profile; to be called on a pool.

        A session of the same person that is still being closed is waited for.

        Raises:
            CacheTrouble, SettingsTrouble, ApiTrouble: as `open_session`.
        """
        from lmchat_desktop.services.opening import CacheChoice, Keeping, cache_path, open_session

        desk = self._desk
        load_workplace()
        desk.closings.wait_for(
            cache_path(desk.caches, attempt.profile, attempt.entrance.person_id), cancel
        )
        session = open_session(
            attempt.profile,
            attempt.entrance,
            caches=desk.caches,
            secrets=desk.secrets,
            choice=CacheChoice(Keeping(attempt.keeping), attempt.passphrase),
            cancel=cancel,
        )
        try:
            self._note(attempt)
        except BaseException:
            session.close()
            raise
        self._unclaimed.append(session)
        # Whoever cancels closes what is unclaimed afterwards: one of the two finds it.
        if cancel.cancelled:
            self.close_unclaimed()
            cancel.raise_if_cancelled()
        return session

    def has_cache(self, attempt: Attempt) -> bool:
        """Whether there is a cache on the disk for what is being opened; to be called on a pool."""
        from lmchat_desktop.services.opening import cache_path

        place = cache_path(self._desk.caches, attempt.profile, attempt.entrance.person_id)
        return place.exists()

    def claim(self, session: Session) -> None:
        """Hand a session over: whoever took it closes it."""
        self._unclaimed.remove(session)

    def close_unclaimed(self) -> None:
        """Close what was opened and not handed over, as after a cancellation."""
        while True:
            try:
                session = self._unclaimed.popleft()
            except IndexError:
                return
            session.close()

    def _note(self, attempt: Attempt) -> None:
        if self._desk.sandbox is not None:
            return
        profiles = self._desk.profiles
        profile = profiles.get(attempt.profile.id)
        if profile is None:
            return
        try:
            known = attempt.entrance.known_person(SystemClock().now())
            profiles.update(profile.with_person(known))
            profiles.used(profile.id)
        except SettingsTrouble as trouble:
            logger.warning("the profile was not saved: %s", trouble.code)
