"""What all windows of one application share, handed to them by `bootstrap`."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.ui.shell.closing import Closings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lmchat_desktop.services.private_sandbox import PrivateSandbox
    from lmchat_desktop.settings.preferences import PreferenceStore
    from lmchat_desktop.settings.profiles import ProfileStore
    from lmchat_desktop.settings.secrets import SecretStore
    from lmchat_desktop.ui.theme.manager import ThemeManager

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What windows share; there is one for the application, or one for each test.

    Attributes:
        profiles: the known backends.
        preferences: what the person likes.
        secrets: the keyring, or secrets in memory.
        theme: the live theme.
        caches: the folder of the encrypted caches.
        open_browser: opens an address in the system's browser; False where it cannot.
        sandbox: the private sandbox that this application runs on, if it does.
        sync_interval_s: seconds between two looks at the backend while all is well; None for sync's
            own.
        closings: what was left and is being closed.
    """

    profiles: ProfileStore
    preferences: PreferenceStore
    secrets: SecretStore
    theme: ThemeManager
    caches: Path
    open_browser: Callable[[str], bool]
    sandbox: PrivateSandbox | None = None
    sync_interval_s: float | None = None
    closings: Closings = field(default_factory=Closings)

    def prefer(self, **fields: object) -> None:
        """Change preferences by name; they hold for this run where they cannot be saved."""
        try:
            self.preferences.set(**fields)
        except SettingsTrouble as trouble:
            logger.warning("preferences were not saved: %s", trouble.code)
