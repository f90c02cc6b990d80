"""What a person does with keys. Every call waits for the backend: it belongs on a pool thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lmchat_desktop.client import jobs
from lmchat_desktop.client import keys as calls
from lmchat_desktop.client.errors import Stale
from lmchat_desktop.client.pages import pages
from lmchat_desktop.contract.identity import Capability
from lmchat_desktop.contract.keys import (
    MAX_STANDINGS,
    KeyActResult,
    KeyCreate,
    KeyOutcome,
    KeyRevoke,
    KeyRotate,
    KeysAct,
    KeyUpdate,
    RotationMove,
)
from lmchat_desktop.domain.keys import conflict
from lmchat_desktop.domain.scopes import Principal, Scope
from lmchat_desktop.services.once import OnceOnly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.contract.jobs import Job
    from lmchat_desktop.contract.keys import (
        ApiKey,
        KeyCreated,
        KeyStanding,
        KeySuggestion,
        KeyUseReport,
        SuggestionCounts,
        SuggestionKind,
    )
    from lmchat_desktop.domain.keys.conflict import Merge

EDITABLE = tuple(KeyUpdate.model_fields)
"""The fields of a key that can be changed, in their order."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that was not made, because somebody else had changed the key.

    Attributes:
        theirs: the key as it stands now.
        merge: what can be put together, and in which fields one has to choose.
    """

    theirs: ApiKey
    merge: Merge


@dataclass(frozen=True, slots=True)
class BulkResult:
    """How an act on many keys ended.

    Attributes:
        job: the job as it ended.
        keys: what became of each key whose turn came, in the order in which they were named.
        left: the ids of those whose turn did not come.
    """

    job: Job
    keys: tuple[KeyActResult, ...]
    left: tuple[str, ...]

    def count(self, outcome: KeyOutcome) -> int:
        """How many keys ended so."""
        return sum(each.outcome is outcome for each in self.keys)


class KeyService:
    """The use cases of keys.

    Args:
        api: the backend.
        me: tells who is signed in, as last known.
    """

    def __init__(self, api: ApiClient, me: Callable[[], Me]) -> None:
        self._api = api
        self._me = me

    def may_write(self, account_id: str | None = None) -> bool:
        """Whether the person may change keys of an account; of any, where None."""
        me = self._me()
        roles = {each.account_id: each.role for each in me.memberships}
        principal = Principal(me.person.id, frozenset(me.operator_roles), roles)
        return principal.may(Scope.KEYS_WRITE, account_id)

    @property
    def rotates(self) -> bool:
        """Whether the backend offers rotation."""
        return Capability.KEY_ROTATION in self._me().capabilities

    def creation(self, cancel: CancelToken | None = None) -> OnceOnly[KeyCreate, KeyCreated]:
        """The making of one key, which a lost answer never makes twice."""
        return OnceOnly(
            lambda wanted, key: calls.create_key(
                self._api, wanted, idempotency_key=key, cancel=cancel
            )
        )

    def rotation(
        self, key_id: str, cancel: CancelToken | None = None
    ) -> OnceOnly[KeyRotate, KeyCreated]:
        """One rotation of a key; a lost answer's secret is had by asking again."""
        return OnceOnly(
            lambda wanted, key: calls.rotate_key(
                self._api, key_id, wanted, idempotency_key=key, cancel=cancel
            )
        )

    def end_overlap(self, key_id: str, at: datetime, cancel: CancelToken | None = None) -> ApiKey:
        """Let the secret before stop at another instant; a past one is now."""
        return calls.move_rotation(self._api, key_id, RotationMove(old_ends_at=at), cancel=cancel)

    def undo_rotation(self, key_id: str, cancel: CancelToken | None = None) -> ApiKey:
        """Go back to the secret before."""
        return calls.undo_rotation(self._api, key_id, cancel=cancel)

    def revoke(self, key_id: str, reason: str = "", cancel: CancelToken | None = None) -> ApiKey:
        """End a key for good."""
        return calls.revoke_key(self._api, key_id, KeyRevoke(reason=reason), cancel=cancel)

    def update(
        self, base: ApiKey, mine: Mapping[str, Any], cancel: CancelToken | None = None
    ) -> ApiKey | Changed:
        """Change fields of a key as it was seen.

        Args:
            base: the key as the person saw it.
            mine: the fields that they want otherwise, by name.
            cancel: ends it early.

        Returns:
            The key as it stands then; `Changed` where somebody else was first, and nothing was
            changed.
        """
        wanted = {
            name: value
            for name, value in mine.items()
            if not conflict.same(name, value, getattr(base, name))
        }
        if not wanted:
            return base
        try:
            return calls.update_key(self._api, base.id, KeyUpdate(**wanted), base.etag, cancel)
        except Stale:
            theirs = calls.get_key(self._api, base.id, cancel)
        return Changed(theirs, conflict.merge(fields_of(base), wanted, fields_of(theirs)))

    def decide(
        self, changed: Changed, keep_mine: frozenset[str], cancel: CancelToken | None = None
    ) -> ApiKey | Changed:
        """Send what is mine alone, and of the fields in conflict those that I keep."""
        return self.update(changed.theirs, changed.merge.decided(keep_mine), cancel)

    def bulk(self, cancel: CancelToken | None = None) -> OnceOnly[KeysAct, Job]:
        """The beginning of one act on many keys; the job goes on by itself."""
        return OnceOnly(
            lambda wanted, key: calls.act_on_keys(
                self._api, wanted, idempotency_key=key, cancel=cancel
            )
        )

    def wait_for_bulk(
        self,
        wanted: KeysAct,
        job_id: str,
        cancel: CancelToken,
        on_progress: Callable[[Job], None] | None = None,
    ) -> BulkResult:
        """Wait until an act on many keys has ended, through restarts of the backend too."""
        job = jobs.wait_for_job(self._api, job_id, cancel, on_progress=on_progress)
        done = results_of(job)
        return BulkResult(job, done, tuple(wanted.key_ids[len(done) :]))

    def standings(
        self, ids: Sequence[str], cancel: CancelToken | None = None
    ) -> dict[str, KeyStanding]:
        """Where keys stand, by their ids; those that are not to be seen are left out."""
        found: dict[str, KeyStanding] = {}
        for at in range(0, len(ids), MAX_STANDINGS):
            part = ids[at : at + MAX_STANDINGS]
            answer = calls.list_standings(self._api, part, cancel)
            found |= {each.key_id: each for each in answer.data}
        return found

    def use(self, key_id: str, hours: int = 24, cancel: CancelToken | None = None) -> KeyUseReport:
        """What used a key in the last hours."""
        return calls.get_key_use(self._api, key_id, hours=hours, cancel=cancel)

    def suggestions(
        self,
        account_id: str | None = None,
        kind: SuggestionKind | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[KeySuggestion]:
        """The keys that should be looked at, page after page as they are asked for."""
        return pages(
            lambda cursor: calls.list_suggestions(
                self._api, account_id=account_id, kind=kind, cursor=cursor, cancel=cancel
            )
        )

    def suggestion_counts(
        self, account_id: str | None = None, cancel: CancelToken | None = None
    ) -> SuggestionCounts:
        """How many keys should be looked at, by the reason why."""
        return calls.count_suggestions(self._api, account_id=account_id, cancel=cancel)


def fields_of(key: ApiKey) -> dict[str, Any]:
    """What can be changed of a key, by name."""
    return {name: getattr(key, name) for name in EDITABLE}


def results_of(job: Job) -> tuple[KeyActResult, ...]:
    """What became of the keys of a bulk act so far."""
    return tuple(KeyActResult.model_validate(each) for each in (job.result or {}).get("keys", ()))
