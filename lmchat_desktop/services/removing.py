"""Removing a backend from this device: its caches and their keys, its sign-ins, its profile."""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING

from lmchat_desktop.services.places import CachePlace
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.profiles import CacheKeeping

if TYPE_CHECKING:
    from pathlib import Path

    from lmchat_desktop.settings.profiles import Profile, ProfileStore
    from lmchat_desktop.settings.secrets import SecretStore

logger = logging.getLogger(__name__)

REMOVED = "backend-removed"
"""Why a cache is destroyed, for a start that has to go on with it."""


def remove_backend(
    profile: Profile, *, profiles: ProfileStore, caches: Path, secrets: SecretStore
) -> None:
    """Forget a backend and everything that was kept of it here; call it off the interface thread.

    The profile goes last, so that what was cut off can be asked for again. The backend is not
    told: this device's access ends there with its lease, or when somebody signs out or ends it.

    Raises:
        CacheInUse: a window has a cache of it open; caches of other people may be gone already.
        CacheTrouble: a file could not be removed.
        KeyringMissing: there is no keyring to remove keys and sign-ins from, or it is locked.
        NotSaved: all is gone but the profile itself.
    """
    from lmchat_desktop.services.signin import SignInKeeper

    current = profiles.get(profile.id)
    for person in current.people if current is not None else ():
        place = CachePlace.of(caches, profile, person.person_id, secrets, person.keeping)
        place.destroy(REMOVED)
        try:
            SignInKeeper(secrets).forget(profile, person.person_id)
        except KeyringMissing:
            # Whoever chose to do without a keyring has no sign-in there.
            if person.keeping is CacheKeeping.KEYRING:
                raise
    _remove_folder(caches / profile.id)
    profiles.remove(profile.id)


def _remove_folder(folder: Path) -> None:
    """Remove what is left without content: folders and locks."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as trouble:
        logger.warning("a backend's empty folder could not be removed: %s", trouble.strerror)
