"""What stands in the way of a session, and the ways on, as facts for the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.cache.trouble import CacheTrouble, LeaseEnded
from lmchat_desktop.client.errors import ApiTrouble, SignedOut
from lmchat_desktop.services.redaction import redacted_traceback
from lmchat_desktop.services.sandbox_process import SandboxFailed
from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.ui.wording import translated

translate = QCoreApplication.translate


class Way(StrEnum):
    """A way on. None deletes anything.

    `PASSPHRASE` makes a cache with a passphrase where there is none, and else opens it.
    """

    TRY_AGAIN = "try-again"
    SET_ASIDE = "set-aside"
    PASSPHRASE = "passphrase"
    IN_MEMORY = "in-memory"
    SIGN_IN = "sign-in"
    OTHER_PROFILE = "other-profile"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One screen.

    Attributes:
        code: the stable name of the case.
        title: what happened, in a few words.
        message: what happened, what was and was not done, what to do next.
        ways: the ways on, the first being the one that most people want.
        details: for a report; without secrets, addresses or content.
    """

    code: str
    title: str
    message: str
    ways: tuple[Way, ...]
    details: str


_CACHE_WAYS = {
    "wrong-key": (Way.TRY_AGAIN, Way.PASSPHRASE, Way.SET_ASIDE, Way.IN_MEMORY),
    "missing-key": (Way.TRY_AGAIN, Way.PASSPHRASE, Way.SET_ASIDE, Way.IN_MEMORY),
    "newer-cache": (Way.SET_ASIDE, Way.IN_MEMORY, Way.TRY_AGAIN),
    "damaged-cache": (Way.SET_ASIDE, Way.TRY_AGAIN, Way.IN_MEMORY),
    "migration-failed": (Way.TRY_AGAIN, Way.SET_ASIDE, Way.IN_MEMORY),
    "lease-ended": (Way.TRY_AGAIN, Way.OTHER_PROFILE),
    "nothing-kept": (Way.SIGN_IN, Way.OTHER_PROFILE),
}
LOCKED = "locked"
"""The code of a cache that waits for its passphrase."""


def locked_cache(profile: str, *, signed_in: bool) -> Trouble:
    """The screen that asks for the passphrase of a cache.

    Args:
        profile: the backend's name.
        signed_in: whether the backend can be asked; else what was kept is all there is to see.
    """
    if signed_in:
        words = translate(
            "Trouble",
            "What you have read from {name} is kept on this device under a passphrase. Enter it to "
            "go on.",
        )
        others: tuple[Way, ...] = (Way.SET_ASIDE, Way.IN_MEMORY, Way.OTHER_PROFILE)
    else:
        words = translate(
            "Trouble",
            "What you have read from {name} is kept on this device under a passphrase. Enter it to "
            "see that again, as it was last synced, or sign in to bring it up to date.",
        )
        others = (Way.SIGN_IN, Way.OTHER_PROFILE)
    title = translate("Trouble", "Your local cache is locked")
    ways = (Way.PASSPHRASE, *others, Way.QUIT)
    return Trouble(LOCKED, title, words.replace("{name}", profile), ways, _details(LOCKED, ""))


def unread_sign_in(error: SettingsTrouble) -> Trouble:
    """The screen for a sign-in that is kept in a keyring which is locked."""
    ways = (Way.TRY_AGAIN, Way.SIGN_IN, Way.OTHER_PROFILE, Way.QUIT)
    return replace(trouble_of(error), ways=ways)


def trouble_of(error: BaseException, *, by_passphrase: bool = False) -> Trouble:
    """The screen for an error that kept a session from opening.

    Args:
        error: what happened.
        by_passphrase: whether a passphrase was typed, which can be typed again.
    """
    if isinstance(error, CacheTrouble):
        return _cache(error, by_passphrase)
    if isinstance(error, ApiTrouble):
        return _api(error)
    if isinstance(error, SettingsTrouble):
        return Trouble(
            error.code,
            _settings_titles().get(error.code, translate("Trouble", "The settings cannot be used")),
            translated(error.message),
            (Way.TRY_AGAIN, Way.PASSPHRASE, Way.IN_MEMORY, Way.QUIT),
            _details(error.code, error.technical),
        )
    if isinstance(error, SandboxFailed):
        return Trouble(
            "sandbox-failed",
            translate("Trouble", "The sandbox did not start"),
            translate(
                "Trouble",
                "The private sandbox backend ended before it could be used. Nothing else was "
                "changed. Try again; the details below say what it wrote.",
            ),
            (Way.TRY_AGAIN, Way.QUIT),
            _details("sandbox-failed", f"{error}\n{error.tail}"),
        )
    return Trouble(
        "fault",
        translate("Trouble", "Something went wrong in this application"),
        translate(
            "Trouble",
            "This should not happen. Nothing was changed on the backend. Try again; if it stays "
            "so, report it with the details below.",
        ),
        (Way.TRY_AGAIN, Way.QUIT),
        redacted_traceback(type(error), error, error.__traceback__),
    )


def trouble_of_ending(code: str, detail: str) -> Trouble:
    """The screen for a session that was ended, by the code of the last sync state."""
    if code == LeaseEnded.code:
        return _cache(LeaseEnded())
    return Trouble(
        code,
        _api_titles()[code],
        _signed_out()[code],
        (Way.SIGN_IN, Way.OTHER_PROFILE, Way.QUIT),
        _details(code, detail),
    )


def _cache(error: CacheTrouble, by_passphrase: bool = False) -> Trouble:
    ways = _CACHE_WAYS.get(error.code, (Way.TRY_AGAIN, Way.IN_MEMORY))
    if by_passphrase and Way.PASSPHRASE in ways:
        # The same passphrase once more would not open it either.
        ways = (
            Way.PASSPHRASE,
            *(way for way in ways if way not in (Way.PASSPHRASE, Way.TRY_AGAIN)),
        )
    return Trouble(
        error.code,
        _cache_titles().get(error.code, translate("Trouble", "The local cache cannot be used")),
        translated(error.message),
        (*ways, Way.QUIT),
        _details(error.code, type(error.__cause__).__name__ if error.__cause__ else ""),
    )


def _api(error: ApiTrouble) -> Trouble:
    if isinstance(error, SignedOut):
        return trouble_of_ending(error.code, error.technical)
    title = _api_titles().get(error.code, translate("Trouble", "The backend refused"))
    return Trouble(
        error.code,
        title,
        translated(error.message),
        (Way.TRY_AGAIN, Way.OTHER_PROFILE, Way.QUIT),
        _details(error.code, error.technical),
    )


def _details(code: str, technical: str) -> str:
    from lmchat_desktop import __version__

    lines = [f"lmchat desktop {__version__}", f"code: {code}"]
    return "\n".join([*lines, technical.strip()] if technical.strip() else lines)


def _settings_titles() -> dict[str, str]:
    return {
        "keyring-missing": translate("Trouble", "There is no keyring to keep the cache's key"),
        "keyring-locked": translate("Trouble", "The keyring is locked"),
    }


def _cache_titles() -> dict[str, str]:
    return {
        "wrong-key": translate("Trouble", "The local cache does not open with this key"),
        "missing-key": translate("Trouble", "The key of the local cache is missing"),
        "newer-cache": translate("Trouble", "The local cache is from a newer version"),
        "damaged-cache": translate("Trouble", "The local cache is damaged"),
        "cache-in-use": translate("Trouble", "The local cache is already open"),
        "cache-busy": translate("Trouble", "The local cache is held by another program"),
        "disk-full": translate("Trouble", "The disk is full"),
        "cache-unwritable": translate("Trouble", "The local cache cannot be written"),
        "migration-failed": translate("Trouble", "The local cache could not be brought up to date"),
        "lease-ended": translate("Trouble", "This device was away for too long"),
        "nothing-kept": translate("Trouble", "Nothing was kept on this device"),
    }


def _api_titles() -> dict[str, str]:
    return {
        "unreachable": translate("Trouble", "The backend does not answer"),
        "untrusted": translate("Trouble", "The backend cannot prove who it is"),
        "bad-answer": translate("Trouble", "The backend's answer cannot be read"),
        "cut-short": translate("Trouble", "The backend's answer was cut short"),
        "signed-out": translate("Trouble", "You are signed out"),
        "device-revoked": translate("Trouble", "This device's access was ended"),
        "limited": translate("Trouble", "The backend asks for a pause"),
        "backend-trouble": translate("Trouble", "The backend has a problem"),
        "sign-in-declined": translate("Trouble", "The sign-in was declined"),
        "sign-in-timed-out": translate("Trouble", "The sign-in was not finished in time"),
        "sign-in-failed": translate("Trouble", "The sign-in did not succeed"),
        "bad-address": translate("Trouble", "The profile's address cannot be used"),
        "insecure-address": translate("Trouble", "The profile's address is not safe"),
    }


def _signed_out() -> dict[str, str]:
    return {
        "signed-out": translate(
            "Trouble",
            "The backend no longer accepts this sign-in: it has ended, or somebody ended it "
            "elsewhere. Nothing was changed or deleted; what was read stays encrypted on this "
            "machine. Sign in again to go on.",
        ),
        "device-revoked": translate(
            "Trouble",
            "You or an operator took this device's access away. Sync has stopped, and the key of "
            "the local cache was destroyed with everything that was kept here. Nothing was changed "
            "on the backend. If that was not meant, sign in again: this installation is then "
            "registered as a new device, and a new cache is filled.",
        ),
    }
