"""Opening a session: where its cache lies, what opens it, and who is asked about the person."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from lmchat_desktop.cache import state
from lmchat_desktop.cache.secret import CacheSecret, Passphrase, RawKey
from lmchat_desktop.cache.store import Cache, open_cache, set_aside
from lmchat_desktop.cache.stores import DATABASE_NAME
from lmchat_desktop.cache.trouble import CacheMissingKey
from lmchat_desktop.client import identity
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.domain.clock import Clock, SystemClock
from lmchat_desktop.services.session import Session
from lmchat_desktop.services.signin import Entrance, SignInKeeper
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.secrets import SecretKind, SecretStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.identity import Me, TokenAnswer
    from lmchat_desktop.settings.profiles import Profile

logger = logging.getLogger(__name__)


class Keeping(StrEnum):
    """Where a session keeps what it has read."""

    KEYRING = "keyring"
    """An encrypted file, its random key in the secret store."""
    PASSPHRASE = "passphrase"
    """An encrypted file, opened by what the person types."""
    MEMORY = "memory"
    """Nowhere: it is gone when the session closes."""


@dataclass(frozen=True, slots=True)
class CacheChoice:
    """How a person wants the cache kept.

    Attributes:
        keeping: where.
        passphrase: what was typed, for `Keeping.PASSPHRASE`.
    """

    keeping: Keeping = Keeping.KEYRING
    passphrase: str = field(default="", repr=False)


def cache_path(caches: Path, profile: Profile, person_id: str) -> Path:
    """The file of one person's cache at one backend; its name tells neither."""
    digest = hashlib.sha256(f"{profile.base_url}\n{person_id}".encode()).hexdigest()[:24]
    return caches / profile.id / digest / DATABASE_NAME


def set_cache_aside(caches: Path, profile: Profile, person_id: str) -> Path:
    """Rename a cache that cannot be used; its key, if there is one, stays for both.

    Raises:
        CacheTrouble: it is open elsewhere or cannot be renamed.
    """
    return set_aside(cache_path(caches, profile, person_id), SystemClock().now())


def open_session(
    profile: Profile,
    entrance: Entrance,
    *,
    caches: Path,
    secrets: SecretStore,
    choice: CacheChoice | None = None,
    clock: Clock | None = None,
    cancel: CancelToken | None = None,
    new_client: Callable[..., ApiClient] = ApiClient,
) -> Session:
    """Open a person's cache and make their session; call it off the interface thread.

    The backend is asked only where nothing is known of the person yet, so that what was seen last
    is shown at once, also offline.

    Args:
        profile: which backend.
        entrance: a sign-in, of this run or recalled.
        caches: the folder of all caches.
        secrets: holds the cache's key and the tokens.
        choice: where to keep what is read.
        clock: the machine's time, unless a test has another.
        cancel: ends the asking.
        new_client: makes the client, unless a test has another.

    Raises:
        KeyringMissing: there is no keyring, or it is locked; `choice` can do without.
        CacheTrouble: the cache cannot be used; nothing was changed or deleted.
        ApiTrouble: nothing is known of the person yet, and the backend cannot be asked.
    """
    choice = choice or CacheChoice()
    keeper = SignInKeeper(secrets)
    kept = choice.keeping is Keeping.KEYRING

    def renewed(answer: TokenAnswer) -> None:
        if not kept:
            return
        try:
            keeper.renewed(profile, entrance.person_id, answer)
        except KeyringMissing as trouble:
            logger.warning("renewed tokens could not be kept: %s", trouble.code)

    path, secret = _place(profile, entrance.person_id, caches, secrets, choice)
    cache = open_cache(path, secret, clock=clock)
    try:
        client = new_client(
            profile.base_url,
            entrance.credentials(renewed),
            device_id=entrance.device_id,
            clock=cache.clock,
        )
        try:
            me = entrance.me or _known(cache) or identity.me(client, cancel)
            cache.saw(me.server_time)
            with cache.write() as connection:
                state.note_me(connection, me)
            if kept and entrance.me is not None:
                keeper.keep(profile, entrance)
            return Session(profile, client, cache, me, keeper)
        except BaseException:
            client.close()
            raise
    except BaseException:
        cache.close()
        raise


def _known(cache: Cache) -> Me | None:
    with cache.read() as connection:
        return state.load(connection).me


def _place(
    profile: Profile, person_id: str, caches: Path, secrets: SecretStore, choice: CacheChoice
) -> tuple[Path | None, CacheSecret | None]:
    if choice.keeping is Keeping.MEMORY:
        return None, None
    path = cache_path(caches, profile, person_id)
    if choice.keeping is Keeping.PASSPHRASE:
        return path, Passphrase(choice.passphrase)
    kept = secrets.get(profile.id, person_id, SecretKind.CACHE_KEY)
    if kept is not None:
        try:
            return path, RawKey(bytes.fromhex(kept))
        except ValueError:
            logger.warning("what the keyring holds for a cache is not a key")
    if path.exists():
        raise CacheMissingKey()
    key = RawKey.random()
    secrets.set(profile.id, person_id, SecretKind.CACHE_KEY, key.value.hex())
    return path, key
