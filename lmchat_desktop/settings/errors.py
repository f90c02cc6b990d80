"""What can go wrong with settings and secrets, in words for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from lmchat_desktop.domain.wording import Sentence


class SettingsTrouble(Exception):
    """A setting or secret could not be read or kept.

    Attributes:
        code: a stable name of the kind of trouble.
        message: what happened, what was not done, what to do next; to be shown as plain text.
        technical: details for a report, without secrets.
    """

    code: ClassVar[str] = "settings"

    def __init__(self, message: Sentence, technical: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.technical = technical


class DamagedFile(SettingsTrouble):
    """A settings file could not be read; it was kept aside and defaults are in use."""

    code = "damaged-settings"


class NewerFile(SettingsTrouble):
    """A settings file was written by a newer version; it is kept aside before anything is saved."""

    code = "newer-settings"


class NotSaved(SettingsTrouble):
    """A settings file could not be written: a full disk, a read-only folder."""

    code = "settings-not-saved"


class ReadOnlyFolder(SettingsTrouble):
    """The folder of a settings file cannot be written: what is changed ends with the run."""

    code = "settings-read-only"


class KeyringMissing(SettingsTrouble):
    """There is no keyring that can be trusted with a secret, or it is locked."""

    code = "keyring-missing"


class KeyringIsLocked(KeyringMissing):
    """There is a keyring, but it is locked, or the person dismissed its prompt."""

    code = "keyring-locked"
