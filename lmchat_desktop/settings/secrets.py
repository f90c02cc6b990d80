"""Secrets in the operating system's keyring, and never in a file of ours."""

from __future__ import annotations

import threading
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from lmchat_desktop.domain.wording import in_order, said
from lmchat_desktop.settings.errors import KeyringIsLocked, KeyringMissing

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

    from lmchat_desktop.domain.wording import Sentence

SERVICE = "lmchat-desktop"


class SecretKind(StrEnum):
    """What a secret is for."""

    TOKEN = "token"
    REFRESH = "refresh"
    CACHE_KEY = "cache-key"
    API_KEY = "api-key"
    """The secret of an inference key; it is kept in the place of a person's, by the key's id."""


class SecretStore(Protocol):
    """Keeps secrets by profile, person and kind. Blocking: call it on a pool's thread."""

    def get(self, profile_id: str, person_id: str, kind: SecretKind) -> str | None:
        """A secret; None where there is none."""
        ...

    def set(self, profile_id: str, person_id: str, kind: SecretKind, secret: str) -> None:
        """Keep a secret in the place of an older one."""
        ...

    def delete(self, profile_id: str, person_id: str, kind: SecretKind) -> None:
        """Forget a secret; without effect where there is none."""
        ...


class MemorySecrets:
    """Secrets that end with the process."""

    def __init__(self) -> None:
        self._secrets: dict[tuple[str, str, SecretKind], str] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"MemorySecrets({len(self._secrets)} kept)"

    def get(self, profile_id: str, person_id: str, kind: SecretKind) -> str | None:
        """A secret; None where there is none."""
        with self._lock:
            return self._secrets.get((profile_id, person_id, kind))

    def set(self, profile_id: str, person_id: str, kind: SecretKind, secret: str) -> None:
        """Keep a secret until the process ends."""
        with self._lock:
            self._secrets[profile_id, person_id, kind] = secret

    def delete(self, profile_id: str, person_id: str, kind: SecretKind) -> None:
        """Forget a secret."""
        with self._lock:
            self._secrets.pop((profile_id, person_id, kind), None)


class KeyringSecrets:
    """Secrets in the operating system's keyring.

    Nothing is imported or asked before the first use. A keyring that keeps nothing, keeps plain
    text, is locked or does not answer is a `KeyringMissing`; there is no fallback to a file.
    """

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        self._backend = backend
        self._checked = False
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return "KeyringSecrets()"

    def check(self) -> None:
        """Look something up, and raise `KeyringMissing` where no trusted keyring answers."""
        self.get("", "", SecretKind.TOKEN)

    def get(self, profile_id: str, person_id: str, kind: SecretKind) -> str | None:
        """A secret; None where there is none."""
        backend = self._trusted()
        name = _name(profile_id, person_id, kind)
        try:
            return backend.get_password(SERVICE, name)
        except Exception as trouble:
            raise _unusable(trouble, _NOT_READ) from None

    def set(self, profile_id: str, person_id: str, kind: SecretKind, secret: str) -> None:
        """Keep a secret, and make sure that it is there."""
        backend = self._trusted()
        name = _name(profile_id, person_id, kind)
        try:
            backend.set_password(SERVICE, name, secret)
            kept = backend.get_password(SERVICE, name)
        except Exception as trouble:
            raise _unusable(trouble, _NOT_KEPT) from None
        if kept != secret:
            raise KeyringMissing(
                said(
                    "Settings",
                    "The keyring took the secret but does not give it back. The secret was not "
                    "kept. Check the system's keyring; until then you can work without one.",
                ),
                type(backend).__name__,
            )

    def delete(self, profile_id: str, person_id: str, kind: SecretKind) -> None:
        """Forget a secret; without effect where there is none."""
        backend = self._trusted()
        name = _name(profile_id, person_id, kind)
        try:
            if backend.get_password(SERVICE, name) is not None:
                backend.delete_password(SERVICE, name)
        except Exception as trouble:
            raise _unusable(trouble, _NOT_REMOVED) from None

    def _trusted(self) -> KeyringBackend:
        with self._lock:
            if self._backend is None:
                self._backend = _system_keyring()
            if not self._checked:
                reason = refusal_of(self._backend)
                if reason is not None:
                    self._backend = None
                    raise KeyringMissing(
                        said(
                            "Settings",
                            "There is no keyring here that can be trusted with a secret: "
                            "{reason}. Nothing was kept. Start the system's keyring (such as "
                            "GNOME Keyring or KWallet), or work with a passphrase or in memory.",
                            reason=reason,
                        ),
                        reason,
                    )
                self._checked = True
            return self._backend


def refusal_of(backend: KeyringBackend) -> Sentence | None:
    """Why a keyring is not trusted with a secret; None where it is."""
    module = type(backend).__module__
    if module.startswith("keyring.backends.chainer"):
        return said("Settings", "none of those that are set up can be")
    if module.startswith("keyring.backends.null"):
        return said("Settings", "the one that is set up keeps nothing")
    if module.startswith("keyring.backends.fail"):
        return said("Settings", "none is running or unlocked for this session")
    if module.startswith("keyrings.alt") or "plaintext" in type(backend).__name__.lower():
        return said(
            "Settings",
            "the one that is set up writes secrets to a file that other programs can read",
        )
    try:
        usable = backend.priority > 0
    except Exception as trouble:
        return said(
            "Settings",
            "{name} cannot be used ({error})",
            name=type(backend).__name__,
            error=type(trouble).__name__,
        )
    if usable:
        return None
    return said(
        "Settings", "{name} is not recommended by its own makers", name=type(backend).__name__
    )


def _system_keyring() -> KeyringBackend:
    """The keyring in use; of a chain, its first member that can be trusted."""
    try:
        import keyring
        from keyring.backends.chainer import ChainerBackend

        found = keyring.get_keyring()
        if not isinstance(found, ChainerBackend):
            return found
        members = [member for member in found.backends if refusal_of(member) is None]
        return members[0] if members else found
    except Exception as trouble:
        raise _unusable(trouble, _NOT_READ) from None


_NOT_READ = said("Settings", "The secret was not read.")
_NOT_KEPT = said("Settings", "The secret was not kept.")
_NOT_REMOVED = said("Settings", "The secret was not removed.")


def _unusable(trouble: Exception, not_done: Sentence) -> KeyringMissing:
    if _is_locked(trouble):
        return KeyringIsLocked(
            in_order(
                said("Settings", "The keyring is locked."),
                not_done,
                said("Settings", "Unlock it and try again."),
            ),
            type(trouble).__name__,
        )
    return KeyringMissing(
        in_order(
            said("Settings", "The keyring does not answer as it should."),
            not_done,
            said(
                "Settings",
                "Check that the system's keyring is running and unlocked, and try again.",
            ),
        ),
        f"{type(trouble).__module__}.{type(trouble).__name__}",
    )


def _is_locked(trouble: BaseException) -> bool:
    """Whether the keyring is locked, or the person dismissed a prompt of it.

    `keyring` puts its own error before that of SecretStorage, which is not there on every system.
    """
    from keyring.errors import KeyringLocked

    if isinstance(trouble, KeyringLocked) or type(trouble).__name__ == "PromptDismissedException":
        return True
    return trouble.__cause__ is not None and _is_locked(trouble.__cause__)


def _name(profile_id: str, person_id: str, kind: SecretKind) -> str:
    return f"{profile_id}/{person_id}/{kind.value}"
