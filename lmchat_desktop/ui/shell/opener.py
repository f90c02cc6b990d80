"""Opens sessions on a pool, and closes those that nobody waits for any more."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lmchat_desktop.domain.clock import SystemClock
from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.settings.profiles import CacheKeeping
from lmchat_desktop.ui.shell.steps import load_workplace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.services.session import Session
    from lmchat_desktop.services.signin import Entrance
    from lmchat_desktop.settings.profiles import KnownPerson, Profile
    from lmchat_desktop.ui.shell.desk import Desk

logger = logging.getLogger(__name__)


class PassphraseWanted(Exception):
    """The cache was made with a passphrase, and none was typed yet."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is being opened, so that it can be tried again in another way.

    Attributes:
        profile: which backend.
        person_id: whose cache.
        entrance: with what right; None where nobody is signed in and what was kept is looked at.
        keeping: where what is read is kept; None for where it was kept last, at first the keyring.
        passphrase: what was typed, for `CacheKeeping.PASSPHRASE`.
    """

    profile: Profile
    person_id: str
    entrance: Entrance | None = None
    keeping: CacheKeeping | None = None
    passphrase: str = field(default="", repr=False)

    @classmethod
    def signed_in(cls, profile: Profile, entrance: Entrance) -> Attempt:
        """With a sign-in."""
        return cls(profile, entrance.person_id, entrance)

    def by_passphrase(self, passphrase: str) -> Attempt:
        """The same, with a cache that a passphrase opens."""
        return replace(self, keeping=CacheKeeping.PASSPHRASE, passphrase=passphrase)

    def in_memory(self) -> Attempt:
        """The same, with nothing kept."""
        return replace(self, keeping=CacheKeeping.MEMORY, passphrase="")

    def without_passphrase(self) -> Attempt:
        """The same, with what was typed forgotten."""
        return replace(self, passphrase="")


class SessionOpener:
    """Opens sessions; each is unclaimed, and closed with the window, until it was handed over."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._unclaimed: deque[Session] = deque()

    def open(self, attempt: Attempt, cancel: CancelToken) -> Session:
        """Open a session and remember its profile; to be called on a pool.

        A session of the same person that is still being closed is waited for.

        Raises:
            PassphraseWanted: the cache was made with a passphrase.
            CacheTrouble, SettingsTrouble, ApiTrouble: as `open_session` and `open_offline`.
        """
        from lmchat_desktop.services.places import cache_path

        desk = self._desk
        load_workplace(desk.preferences.value.page)
        desk.closings.wait_for(cache_path(desk.caches, attempt.profile, attempt.person_id), cancel)
        session = self._session(attempt, cancel)
        self._unclaimed.append(session)
        # Whoever cancels closes what is unclaimed afterwards: one of the two finds it.
        if cancel.cancelled:
            self.close_unclaimed()
            cancel.raise_if_cancelled()
        return session

    def has_cache(self, attempt: Attempt) -> bool:
        """Whether there is a cache on the disk for what is being opened; to be called on a pool."""
        from lmchat_desktop.services.places import cache_path

        return cache_path(self._desk.caches, attempt.profile, attempt.person_id).exists()

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

    def _session(self, attempt: Attempt, cancel: CancelToken) -> Session:
        from lmchat_desktop.services.opening import open_offline, open_session
        from lmchat_desktop.services.places import CacheChoice

        desk, entrance = self._desk, attempt.entrance
        known = self._known(attempt)
        keeping = attempt.keeping or _as_before(known)
        if keeping is CacheKeeping.PASSPHRASE and not attempt.passphrase:
            raise PassphraseWanted
        if entrance is None:
            if known is None:
                raise LookupError("nobody is known whose cache could be opened")
            return open_offline(
                attempt.profile,
                known,
                attempt.passphrase,
                caches=desk.caches,
                secrets=desk.secrets,
            )
        session = open_session(
            attempt.profile,
            entrance,
            caches=desk.caches,
            secrets=desk.secrets,
            choice=CacheChoice(keeping, attempt.passphrase),
            note_lease=self._lease_note(attempt),
            cancel=cancel,
        )
        try:
            self._note(attempt.profile, entrance, keeping, session.lease_until)
        except BaseException:
            session.close()
            raise
        return session

    def _known(self, attempt: Attempt) -> KnownPerson | None:
        profile = self._desk.profiles.get(attempt.profile.id)
        return profile.person(attempt.person_id) if profile is not None else None

    def _lease_note(self, attempt: Attempt) -> Callable[[datetime], None] | None:
        if self._desk.sandbox is not None:
            return None
        profiles, place = self._desk.profiles, (attempt.profile.id, attempt.person_id)
        return lambda until: profiles.note_lease(*place, until)

    def _note(
        self,
        opened: Profile,
        entrance: Entrance,
        keeping: CacheKeeping,
        lease_until: datetime | None,
    ) -> None:
        if self._desk.sandbox is not None:
            return
        person = entrance.known_person(SystemClock().now(), keeping, lease_until)
        try:
            self._desk.profiles.signed_in(opened.id, person)
        except SettingsTrouble as trouble:
            logger.warning("the profile was not saved: %s", trouble.code)


def _as_before(known: KnownPerson | None) -> CacheKeeping:
    """Where it was kept last; what was once kept in memory asks for the keyring again."""
    if known is not None and known.keeping is CacheKeeping.PASSPHRASE:
        return CacheKeeping.PASSPHRASE
    return CacheKeeping.KEYRING
