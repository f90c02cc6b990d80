"""What keeps people's data secret: the encrypted cache and the system's keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.cache import schema
from lmchat_desktop.cache.engines import memory_engine
from lmchat_desktop.cache.secret import CacheSecret, RawKey
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.cache.stores import DATABASE_NAME
from lmchat_desktop.cache.trouble import WrongKey
from lmchat_desktop.services.places import CachePlace
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.keyrings import usable_keyrings
from lmchat_desktop.settings.profiles import CacheKeeping
from lmchat_desktop.settings.secrets import KeyringSecrets, SecretKind
from lmchat_desktop.tour.self_check.findings import Finding, NotSound, State

if TYPE_CHECKING:
    from pathlib import Path

    from lmchat_desktop.tour.self_check.findings import Place

OWNER = "self-check"
IN_CLEAR = (b"SQLite format 3", b"alembic_version", b"CREATE TABLE")
"""What the bytes of a cache would contain if it were not encrypted."""


def cache(place: Place) -> Finding:
    """A cache in a file: opened by its key alone, whole, unreadable, and brought up to date."""
    path, key = place.folder / "check-cache" / DATABASE_NAME, RawKey.random()
    version = _use(path, key)
    _use(path, key)
    try:
        _use(path, RawKey.random())
    except WrongKey:
        pass
    else:
        raise NotSound("the cache opened with another key")
    bytes_ = _all_bytes(path)
    found = [mark for mark in IN_CLEAR if mark in bytes_]
    if found:
        raise NotSound(f"the cache holds {found[0]!r} in clear")
    engine = memory_engine()
    try:
        with engine.begin() as connection:
            schema.upgrade(connection)
            revision = schema.stored_revision(connection)
    finally:
        engine.dispose()
    if revision != schema.REVISIONS[-1]:
        raise NotSound(f"the migrations end at {revision}, not at {schema.REVISIONS[-1]}")
    return Finding(
        f"SQLCipher {version}: opened by its key alone, nothing in clear, "
        f"migrations up to {revision}"
    )


def keyring(place: Place) -> Finding:
    """A secret in the system's keyring, and with `Place.keep` a cache whose key is there."""
    secrets = KeyringSecrets()
    try:
        secrets.set(OWNER, OWNER, SecretKind.TOKEN, OWNER)
        found = KeyringSecrets().get(OWNER, OWNER, SecretKind.TOKEN)
        secrets.delete(OWNER, OWNER, SecretKind.TOKEN)
    except KeyringMissing as trouble:
        if place.keep is not None:
            raise NotSound(f"{trouble.message} ({trouble.technical})") from trouble
        return Finding(f"{trouble.message} ({trouble.technical})", State.NOTE)
    if found != OWNER:
        raise NotSound("the keyring gave back another secret than it was given")
    words = f"{', '.join(usable_keyrings())}: a secret was kept, found and forgotten"
    if place.keep is None:
        return Finding(words)
    return Finding(f"{words}; {_across_runs(place.keep, secrets)}")


def _across_runs(folder: Path, secrets: KeyringSecrets) -> str:
    path = folder.absolute() / OWNER / DATABASE_NAME
    kept = CachePlace(path, OWNER, str(path), secrets, CacheKeeping.KEYRING)
    left = path.exists()
    _use(path, kept.secret())
    if not left:
        return "a cache was left for the next run, with its key in the keyring"
    kept.destroy(OWNER)
    return "the cache of the last run was opened with its key from the keyring, and destroyed"


def _use(path: Path, secret: CacheSecret) -> str:
    """Open a cache, read all of it and close it; answers SQLCipher's version."""
    opened = open_cache(path, secret)
    try:
        opened.check()
        with opened.read() as connection:
            return str(connection.exec_driver_sql("PRAGMA cipher_version").scalar())
    finally:
        opened.close()


def _all_bytes(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
