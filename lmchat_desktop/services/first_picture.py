"""What a person saw last: read at the start before a session is open, kept while one is.

Reading loads nothing heavy: no SQLAlchemy, pydantic, numpy or HTTP client.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lmchat_desktop import __version__
from lmchat_desktop.cache import first_picture
from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.trouble import CacheTrouble
from lmchat_desktop.domain.clock import SystemClock
from lmchat_desktop.domain.lease import has_ended
from lmchat_desktop.services.places import CachePlace
from lmchat_desktop.settings.errors import KeyringIsLocked, KeyringMissing
from lmchat_desktop.settings.profiles import CacheKeeping
from lmchat_desktop.settings.secrets import SecretKind

if TYPE_CHECKING:
    from concurrent.futures import Future
    from datetime import datetime
    from pathlib import Path

    from lmchat_desktop.cache.first_picture import StoredPicture
    from lmchat_desktop.cache.store import Cache
    from lmchat_desktop.domain.clock import Clock
    from lmchat_desktop.services.session import Session
    from lmchat_desktop.settings.profiles import KnownPerson, Profile
    from lmchat_desktop.settings.secrets import SecretStore

logger = logging.getLogger(__name__)

FORMAT = 1
"""Raised with every change of what is written."""

MOST_BYTES = 2**18
"""It usually takes a tenth of it."""

VERSION = f"{__version__}/{FORMAT}"
"""Only what this very version has written is read again."""


def look(
    caches: Path,
    secrets: SecretStore,
    profile: Profile,
    person: KnownPerson,
    *,
    clock: Clock | None = None,
) -> StoredPicture | None:
    """What the person saw last; None where it must not or cannot be shown. For a pool thread.

    Besides what `cache.first_picture.look` refuses, nothing is shown of a cache whose key is not
    in the keyring, that is open or about to be destroyed, or of someone who is not signed in.

    Raises:
        KeyringIsLocked: whoever asks it again has its prompt shown again.
    """
    clock = clock or SystemClock()
    if person.keeping is not CacheKeeping.KEYRING or has_ended(person.lease_until, clock.now()):
        return None
    place = CachePlace.of(caches, profile, person.person_id, secrets, person.keeping)
    try:
        if not place.path.exists():
            return None
        owner = (profile.id, person.person_id)
        key = secrets.get(*owner, SecretKind.CACHE_KEY)
        if key is None or secrets.get(*owner, SecretKind.TOKEN) is None:
            return None
        with place.alone():
            if place.condemned() is not None or not place.path.exists():
                return None
            return first_picture.look(
                place.path,
                RawKey(bytes.fromhex(key)),
                version=VERSION,
                person_id=person.person_id,
                clock=clock,
            )
    except KeyringIsLocked:
        raise
    except (CacheTrouble, KeyringMissing) as trouble:
        # The opening that follows meets the same, and tells the person.
        logger.info("what was shown last cannot be looked at: %s", trouble.code)
    except ValueError:
        logger.warning("what the keyring holds for a cache is not a key")
    return None


def forgettings(cache: Cache) -> int:
    """How often anything was forgotten; to be asked before reading what is going to be shown.

    Raises:
        CacheTrouble: the cache cannot be read.
    """
    from lmchat_desktop.cache import first_picture_rows

    with cache.read() as connection:
        return first_picture_rows.forgettings(connection)


def keep(session: Session, content: bytes, *, valid_until: datetime, read_at: int) -> None:
    """Keep what is shown for the next start, on the session's pool.

    Nothing is kept where it would not be shown, in memory or behind a passphrase, nor where names
    of outrageous length would make every start slow.

    Args:
        session: whose cache it was read from.
        content: what is shown.
        valid_until: when the oldest figure in it goes past its retention.
        read_at: `forgettings` as of the reading; what was read before something was forgotten is
            not kept.
    """
    if session.keeping is not CacheKeeping.KEYRING or len(content) > MOST_BYTES:
        return
    try:
        # Not with the cache's own later writes: those wait in a line, and are dropped at its close.
        session.work.submit(_keep, session.cache, content, valid_until, read_at).add_done_callback(
            _note_failure
        )
    except RuntimeError:
        logger.debug("what is shown is not kept, the session is closed")


def _keep(cache: Cache, content: bytes, valid_until: datetime, read_at: int) -> bool:
    from lmchat_desktop.cache import first_picture_rows

    with cache.write() as connection:
        return first_picture_rows.keep(
            connection, content, version=VERSION, valid_until=valid_until, read_at=read_at
        )


def forget(cache: Cache) -> None:
    """Forget what was shown, as at the sign-out.

    Raises:
        CacheTrouble: it could not be removed.
    """
    from lmchat_desktop.cache import first_picture_rows

    with cache.write() as connection:
        first_picture_rows.forget(connection)


def _note_failure(done: Future[bool]) -> None:
    error = None if done.cancelled() else done.exception()
    if error is not None:
        code = getattr(error, "code", type(error).__name__)
        logger.warning("what is shown could not be kept: %s", code)
