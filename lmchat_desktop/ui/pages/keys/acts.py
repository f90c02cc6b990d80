"""What the page's dialogs have done: each is called on a pool's thread, and may raise troubles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.keys import (
        ApiKey,
        KeyActResult,
        KeyCreate,
        KeyCreated,
        KeyRotate,
        KeysAct,
        KeyUpdate,
        KeyUseReport,
    )


class KeyActs(Protocol):
    """Acts on keys at the backend, as the session's person.

    An act that makes a secret takes an idempotency key: given again with the same wish it does
    nothing twice, whether or not its answer arrived the first time.
    """

    def get(self, key_id: str, cancel: CancelToken) -> ApiKey:
        """A key as it stands at the backend."""
        ...

    def create(self, wanted: KeyCreate, idempotency_key: str, cancel: CancelToken) -> KeyCreated:
        """Make a key."""
        ...

    def update(self, key_id: str, change: KeyUpdate, etag: str, cancel: CancelToken) -> ApiKey:
        """Change a key; `Stale` where it is another than the one with this ETag."""
        ...

    def rotate(
        self, key_id: str, wanted: KeyRotate, idempotency_key: str, cancel: CancelToken
    ) -> KeyCreated:
        """Give a key a new secret."""
        ...

    def move_rotation(self, key_id: str, until: datetime, cancel: CancelToken) -> ApiKey:
        """End the overlap at another instant; at the present or an earlier one: now."""
        ...

    def undo_rotation(self, key_id: str, cancel: CancelToken) -> ApiKey:
        """Go back to the secret before."""
        ...

    def revoke(self, key_id: str, reason: str, cancel: CancelToken) -> ApiKey:
        """End a key for good."""
        ...

    def use(self, key_id: str, hours: int, cancel: CancelToken) -> KeyUseReport:
        """What used a key in the last hours."""
        ...

    def act_on_many(
        self,
        wanted: KeysAct,
        idempotency_key: str,
        cancel: CancelToken,
        on_progress: Callable[[float | None, str], None],
    ) -> Sequence[KeyActResult]:
        """Do one act on many keys and wait for it; cancelling ends the waiting alone."""
        ...

    def keep_secret(self, key: ApiKey, secret: str) -> None:
        """Put a secret into the operating system's keyring.

        Raises:
            KeyringMissing: there is none, or it is locked.
        """
        ...
