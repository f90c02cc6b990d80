"""What a person does with keys. Every call waits for the backend: it belongs on a pool's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client import jobs
from lmchat_desktop.client import keys as calls
from lmchat_desktop.contract.keys import KeyActResult, KeyRevoke, RotationMove
from lmchat_desktop.settings.secrets import KeyringSecrets, SecretKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.base import Page
    from lmchat_desktop.contract.jobs import Job
    from lmchat_desktop.contract.keys import (
        ApiKey,
        KeyCreate,
        KeyCreated,
        KeyRotate,
        KeysAct,
        KeyStandings,
        KeySuggestion,
        KeyUpdate,
        KeyUseReport,
        SuggestionCounts,
        SuggestionKind,
    )
    from lmchat_desktop.settings.secrets import SecretStore


class BulkUnfinished(Exception):
    """A bulk act has ended before each key's turn had come.

    Attributes:
        message: what happened, for people.
        results: what became of the keys whose turn came.
    """

    def __init__(self, message: str, results: Sequence[KeyActResult]) -> None:
        super().__init__(message)
        self.message = message
        self.results = tuple(results)


class KeyService:
    """The acts on keys of one person at one backend.

    Args:
        api: the backend.
        profile_id: under which a secret is put into the keyring.
        keyring: where secrets are put; the system's own, unless a test has another.
    """

    def __init__(self, api: ApiClient, profile_id: str, keyring: SecretStore | None = None) -> None:
        self._api = api
        self._profile_id = profile_id
        self._keyring = keyring if keyring is not None else KeyringSecrets()

    def get(self, key_id: str, cancel: CancelToken) -> ApiKey:
        """A key as it stands at the backend."""
        return calls.get_key(self._api, key_id, cancel)

    def create(self, wanted: KeyCreate, idempotency_key: str, cancel: CancelToken) -> KeyCreated:
        """Make a key."""
        return calls.create_key(self._api, wanted, idempotency_key=idempotency_key, cancel=cancel)

    def update(self, key_id: str, change: KeyUpdate, etag: str, cancel: CancelToken) -> ApiKey:
        """Change a key; `Stale` where it is another than the one with this ETag."""
        return calls.update_key(self._api, key_id, change, etag, cancel)

    def rotate(
        self, key_id: str, wanted: KeyRotate, idempotency_key: str, cancel: CancelToken
    ) -> KeyCreated:
        """Give a key a new secret."""
        return calls.rotate_key(
            self._api, key_id, wanted, idempotency_key=idempotency_key, cancel=cancel
        )

    def move_rotation(self, key_id: str, until: datetime, cancel: CancelToken) -> ApiKey:
        """End the overlap at another instant; at the present or an earlier one: now."""
        wanted = RotationMove(old_ends_at=until)
        return calls.move_rotation(self._api, key_id, wanted, cancel=cancel)

    def undo_rotation(self, key_id: str, cancel: CancelToken) -> ApiKey:
        """Go back to the secret before."""
        return calls.undo_rotation(self._api, key_id, cancel=cancel)

    def revoke(self, key_id: str, reason: str, cancel: CancelToken) -> ApiKey:
        """End a key for good."""
        return calls.revoke_key(self._api, key_id, KeyRevoke(reason=reason), cancel=cancel)

    def use(self, key_id: str, hours: int, cancel: CancelToken) -> KeyUseReport:
        """What used a key in the last hours."""
        return calls.get_key_use(self._api, key_id, hours=hours, cancel=cancel)

    def act_on_many(
        self,
        wanted: KeysAct,
        idempotency_key: str,
        cancel: CancelToken,
        on_progress: Callable[[float | None, str], None],
    ) -> Sequence[KeyActResult]:
        """Do one act on many keys and wait for it; cancelling ends the waiting alone.

        With the same idempotency key the same job is waited for again.

        Raises:
            BulkUnfinished: the job ended before each key's turn had come.
            ApiTrouble: the backend did not answer; the job may go on.
        """

        def looked(job: Job) -> None:
            total = job.total or len(wanted.key_ids)
            on_progress(job.done / total if total else None, job.detail)

        job = calls.act_on_keys(self._api, wanted, idempotency_key=idempotency_key, cancel=cancel)
        job = jobs.wait_for_job(self._api, job.id, cancel, on_progress=looked)
        results = results_of(job)
        if len(results) < len(wanted.key_ids):
            raise BulkUnfinished(job.detail, results)
        return results

    def standings(self, key_ids: Sequence[str], cancel: CancelToken) -> KeyStandings:
        """Where keys stand, of `MAX_STANDINGS` at most."""
        return calls.list_standings(self._api, key_ids, cancel)

    def suggestions(
        self,
        account_id: str | None,
        kind: SuggestionKind | None,
        cursor: str | None,
        cancel: CancelToken,
    ) -> Page[KeySuggestion]:
        """A page of the keys that should be looked at."""
        return calls.list_suggestions(
            self._api, account_id=account_id, kind=kind, cursor=cursor, cancel=cancel
        )

    def suggestion_counts(self, account_id: str | None, cancel: CancelToken) -> SuggestionCounts:
        """How many keys should be looked at, by the reason why."""
        return calls.count_suggestions(self._api, account_id=account_id, cancel=cancel)

    def keep_secret(self, key: ApiKey, secret: str) -> None:
        """Put a secret into the operating system's keyring.

        Raises:
            KeyringMissing: there is none, or it is locked.
        """
        self._keyring.set(self._profile_id, key.id, SecretKind.API_KEY, secret)


def results_of(job: Job) -> tuple[KeyActResult, ...]:
    """What became of the keys of a bulk act so far, in the order in which they were named."""
    return tuple(KeyActResult.model_validate(each) for each in (job.result or {}).get("keys", ()))
