"""One installation's caches on disk with their keys, for tests of how they are destroyed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from lmchat_desktop.cache.store import Cache, open_cache
from lmchat_desktop.domain.clock import Clock
from lmchat_desktop.domain.wording import said
from lmchat_desktop.services.places import CachePlace
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.profiles import (
    CacheKeeping,
    KnownPerson,
    Profile,
    ProfileStore,
    SignInMethod,
)
from lmchat_desktop.settings.secrets import MemorySecrets, SecretKind
from tests.unit.cache.test_store import add

PASSPHRASE = "correct horse"


class LockedSecrets(MemorySecrets):
    """Secrets that can be locked, as a keyring can."""

    locked = False

    def delete(self, profile_id: str, person_id: str, kind: SecretKind) -> None:
        if self.locked:
            raise KeyringMissing(said("Settings", "The keyring is locked."))
        super().delete(profile_id, person_id, kind)


class LeaseDesk:
    """A profile store with one backend, and people whose caches exist."""

    def __init__(self, folder: Path) -> None:
        self.caches = folder / "caches"
        self.secrets = LockedSecrets()
        self.profiles = ProfileStore(folder / "config")
        self.profile = self.profiles.add("Bench", "https://backend.test")

    def know(
        self,
        person_id: str,
        lease_until: datetime | None,
        keeping: CacheKeeping = CacheKeeping.KEYRING,
    ) -> CachePlace:
        """Remember a person, who has a filled, closed cache."""
        known = KnownPerson(person_id, SignInMethod.BROWSER, None, None, keeping, lease_until)
        self.profiles.update(self.current().with_person(known))
        place = CachePlace.of(self.caches, self.profile, person_id, self.secrets, keeping)
        if keeping is not CacheKeeping.MEMORY:
            self.open(place).close()
        return place

    def current(self) -> Profile:
        found = self.profiles.get(self.profile.id)
        assert found is not None
        return found

    def open(self, place: CachePlace, clock: Clock | None = None) -> Cache:
        cache = open_cache(place.path, place.secret(PASSPHRASE), clock=clock)
        add(cache)
        return cache

    def key(self, place: CachePlace) -> str | None:
        return self.secrets.get(place.profile_id, place.person_id, SecretKind.CACHE_KEY)


def names(place: CachePlace) -> list[str]:
    """What lies in the cache's folder."""
    return sorted(file.name for file in place.path.parent.iterdir())


DESTROYED = ["cache.db.lock"]
