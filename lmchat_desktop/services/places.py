"""Where one person's cache at one backend lies, what opens it, and how both are destroyed."""

from __future__ import annotations

import hashlib
import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lmchat_desktop.cache import destruction
from lmchat_desktop.cache.lock import FileLock, lock_cache
from lmchat_desktop.cache.secret import CacheSecret, Passphrase, RawKey
from lmchat_desktop.cache.stores import DATABASE_NAME
from lmchat_desktop.cache.trouble import CacheMissingKey, CacheTrouble
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.profiles import CacheKeeping
from lmchat_desktop.settings.secrets import SecretKind, SecretStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lmchat_desktop.settings.profiles import Profile

logger = logging.getLogger(__name__)

_TURN = threading.Lock()
"""Taken while a cache is destroyed and while one is locked to be opened: the start-up sweep and an
opening in the same process wait for each other, where another process is told "in use"."""


@dataclass(frozen=True, slots=True)
class CacheChoice:
    """How a person wants the cache kept.

    Attributes:
        keeping: where.
        passphrase: what was typed, for `CacheKeeping.PASSPHRASE`.
    """

    keeping: CacheKeeping = CacheKeeping.KEYRING
    passphrase: str = field(default="", repr=False)


def cache_path(caches: Path, profile: Profile, person_id: str) -> Path:
    """The file of one person's cache at one backend; its name tells neither."""
    digest = hashlib.sha256(f"{profile.base_url}\n{person_id}".encode()).hexdigest()[:24]
    return caches / profile.id / digest / DATABASE_NAME


@dataclass(frozen=True, slots=True)
class CachePlace:
    """One person's cache in a file. Blocking: use it on a pool's thread.

    Attributes:
        path: the file.
        profile_id, person_id: by what the secret store knows the key.
        secrets: holds the key.
        keeping: what opens the file.
    """

    path: Path
    profile_id: str
    person_id: str
    secrets: SecretStore
    keeping: CacheKeeping = CacheKeeping.KEYRING

    @classmethod
    def of(
        cls,
        caches: Path,
        profile: Profile,
        person_id: str,
        secrets: SecretStore,
        keeping: CacheKeeping,
    ) -> CachePlace:
        """The place of a person's cache below the folder of all caches."""
        path = cache_path(caches, profile, person_id)
        return cls(path, profile.id, person_id, secrets, keeping)

    def hold(self) -> FileLock:
        """Lock the cache before its key is asked for, so that nobody destroys either meanwhile.

        Raises:
            CacheTrouble: it is open, or cannot be locked.
        """
        with _TURN:
            return lock_cache(self.path)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Look at the cache while nobody opens or destroys it; others of this process wait.

        Raises:
            CacheTrouble: it is open, or cannot be locked.
        """
        with _TURN:
            lock = lock_cache(self.path)
            try:
                yield
            finally:
                lock.release()

    def secret(self, passphrase: str = "") -> CacheSecret:
        """What opens the cache; a key is made and kept where there is neither key nor cache.

        Raises:
            KeyringMissing: there is no keyring, or it is locked.
            CacheMissingKey: there is a cache and no key.
            ValueError: a passphrase is needed and this one is empty.
        """
        if self.keeping is CacheKeeping.PASSPHRASE:
            return Passphrase(passphrase)
        kept = self.secrets.get(self.profile_id, self.person_id, SecretKind.CACHE_KEY)
        if kept is not None:
            try:
                return RawKey(bytes.fromhex(kept))
            except ValueError:
                logger.warning("what the keyring holds for a cache is not a key")
        if self.path.exists():
            raise CacheMissingKey()
        key = RawKey.random()
        self.secrets.set(self.profile_id, self.person_id, SecretKind.CACHE_KEY, key.value.hex())
        return key

    def condemned(self) -> str | None:
        """Why a destruction was begun here and not ended, or ended and not told; else None.

        Raises:
            CacheTrouble: it cannot be found out.
        """
        return destruction.condemned(self.path)

    def condemn(self, why: str) -> None:
        """Destroy the key now, also while this process has the cache open; `destroy` has to follow.

        Args:
            why: the code of the reason; it is noted first, so that a later start goes on.

        Raises:
            KeyringMissing: the key could not be removed from the keyring; it is noted all the same.
        """
        try:
            destruction.condemn(self.path, why)
        except CacheTrouble as trouble:
            # A full disk must not save the key; the note only helps a start after a crash.
            logger.warning("that a cache is destroyed could not be noted: %s", trouble.code)
        self._forget_key()

    def destroy(self, why: str, *, tell_later: bool = False) -> None:
        """Destroy the key, and then the files that it opened, with backups and what was set aside.

        Args:
            why: the code of the reason.
            tell_later: whether `condemned` goes on saying so, for the person to be told.

        Raises:
            CacheInUse: someone has it open; the key is untouched.
            CacheTrouble: a file could not be removed; the key is gone, and the next start goes on.
            KeyringMissing: the key could not be removed, and no file was; the next start goes on.
        """
        with _TURN:
            lock = lock_cache(self.path)
            try:
                self.condemn(why)
                destruction.remove(self.path, keep_note=tell_later)
            finally:
                lock.release()

    def destroy_now_or_later(self, why: str) -> None:
        """As `destroy`; what cannot be done now is logged, and left to the next start."""
        try:
            self.destroy(why)
        except (CacheTrouble, KeyringMissing) as trouble:
            logger.warning("a cache could not be destroyed yet: %s", trouble.code)

    def has_files(self) -> bool:
        """Whether anything of the cache lies here, be it a backup or what was set aside."""
        return destruction.has_files(self.path)

    def _forget_key(self) -> None:
        try:
            self.secrets.delete(self.profile_id, self.person_id, SecretKind.CACHE_KEY)
        except KeyringMissing as trouble:
            if self.keeping is CacheKeeping.KEYRING:
                raise
            # What a passphrase opens has no key there; only an older cache, set aside, may have.
            logger.info("no keyring was asked to forget a cache's key: %s", trouble.code)
