"""A window's steps that need client and cache. They run on a pool, and load there what they need.

Neither the first frame nor a later one waits for a database driver or an HTTP client to be loaded.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.services.signin import Entrance
    from lmchat_desktop.settings.preferences import Preferences
    from lmchat_desktop.settings.profiles import KnownPerson, Profile, ProfileStore
    from lmchat_desktop.settings.secrets import SecretStore
    from lmchat_desktop.ui.shell.first_picture.record import Picture


def recall(secrets: SecretStore, profile: Profile, person: KnownPerson) -> Entrance | None:
    """The last sign-in of a person, or None.

    Raises:
        KeyringMissing: there is no keyring, or it is locked.
    """
    from lmchat_desktop.services.signin import SignInKeeper

    return SignInKeeper(secrets).recall(profile, person)


def look(
    caches: Path,
    secrets: SecretStore,
    profile: Profile,
    person: KnownPerson,
    preferences: Preferences,
) -> Picture | None:
    """What the person saw last, if it may be shown again; what shows it is loaded then.

    Raises:
        KeyringIsLocked: as `services.first_picture.look`.
    """
    from lmchat_desktop.services.first_picture import look as look_into
    from lmchat_desktop.ui.pages.registry import PAGES
    from lmchat_desktop.ui.shell.first_picture.record import page_wanted, picture_of

    who = f"{profile.id}/{person.person_id}"
    page_id = page_wanted(preferences, who)
    entry = next((each for each in PAGES if each.page_id == page_id), None)
    if entry is None or entry.load_first is None:
        return None
    stored = look_into(caches, secrets, profile, person)
    picture = None if stored is None else picture_of(stored, preferences, who)
    if picture is not None:
        importlib.import_module("lmchat_desktop.ui.shell.first_picture.view")
        entry.load_first()
    return picture


def sign_in_with_browser(
    profile: Profile, open_browser: Callable[[str], bool], cancel: CancelToken
) -> Entrance:
    """Sign in with the system's browser.

    Raises:
        ApiTrouble: it did not come to its end.
    """
    from lmchat_desktop.services.signin import with_browser

    return with_browser(profile, open_browser, cancel, in_words=translated)


def sign_in_with_token(profile: Profile, token: str, cancel: CancelToken) -> Entrance:
    """Sign in with a pasted personal token.

    Raises:
        ApiTrouble: it did not come to its end.
    """
    from lmchat_desktop.services.signin import with_token

    return with_token(profile, token, cancel)


def set_aside(caches: Path, profile: Profile, person_id: str) -> Path:
    """Rename a cache that cannot be used.

    Raises:
        CacheTrouble: it is open elsewhere or cannot be renamed.
    """
    from lmchat_desktop.services.opening import set_cache_aside

    return set_cache_aside(caches, profile, person_id)


def remove_backend(
    profile: Profile, profiles: ProfileStore, caches: Path, secrets: SecretStore
) -> None:
    """Forget a backend with everything that was kept of it here.

    Raises:
        CacheTrouble, SettingsTrouble: as `services.removing`.
    """
    from lmchat_desktop.services import removing

    removing.remove_backend(profile, profiles=profiles, caches=caches, secrets=secrets)


def load_workplace(page_id: str) -> None:
    """Load what the window shows next, while it still shows that it is opening.

    Args:
        page_id: the page that is shown first; of an unknown one nothing is loaded.
    """
    from lmchat_desktop.ui.pages.registry import PAGES

    importlib.import_module("lmchat_desktop.ui.shell.workspace")
    for entry in PAGES:
        if entry.page_id == page_id:
            entry.load()
