"""Keys in memory that act as a backend does, and that can lose answers and wait for the test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import Conflict, Effect, NotFound, Stale, Unreachable
from lmchat_desktop.contract.base import Problem
from lmchat_desktop.contract.keys import (
    ApiKey,
    KeyActResult,
    KeyCreate,
    KeyCreated,
    KeyOutcome,
    KeyRotate,
    KeysAct,
    KeyState,
    KeyUpdate,
    KeyUse,
    KeyUseReport,
    UsedSecret,
)
from lmchat_desktop.domain.wording import in_order, said

ACCOUNT = "acct_robotics"
LONGEST = timedelta(days=90)


def make_key(now: datetime, number: int = 1, **more: object) -> ApiKey:
    """A key that works and was never rotated."""
    fields: dict[str, object] = {
        "id": f"key_{number:04d}",
        "account_id": ACCOUNT,
        "name": f"chat production {number}",
        "hint": f"sk-lmc-{number:04d}…{number:04d}",
        "state": KeyState.ACTIVE,
        "created_at": now - timedelta(days=200),
        "created_by": "person_1",
        "last_used_at": now - timedelta(hours=1),
        "etag": '"1"',
    }
    return ApiKey(**(fields | more))  # type: ignore[arg-type]


def in_rotation(now: datetime, **more: object) -> ApiKey:
    """A key that was rotated an hour ago, with an overlap of a week."""
    fields: dict[str, object] = {
        "rotated_at": now - timedelta(hours=1),
        "hint": "sk-lmc-N3w1…a9Zk",
        "old_hint": "sk-lmc-0ld1…b7Qe",
        "old_ends_at": now - timedelta(hours=1) + timedelta(days=7),
    }
    return make_key(now, **(fields | more))  # type: ignore[arg-type]


def lost() -> Unreachable:
    """No answer came, and it is not known what was done."""
    return Unreachable(
        in_order(said("Client", "The backend cannot be reached."), Effect.UNKNOWN.value)
    )


def conflict(detail: str) -> Conflict:
    problem = Problem(type="conflict", title="Conflict", status=409, detail=detail)
    return Conflict(said("Client", "{detail}.", detail=detail), problem=problem)


class MemoryKeys:
    """The acts on keys, as the contract has them.

    Attributes:
        keys: all keys by id.
        uses: what used a key, by id.
        called: the name of each act and its idempotency key or key id, in order.
        trouble: raised by the next acts, one each, before they are done.
        lost_answers: so many of the next answers are lost after the act was done.
        refused: ids of keys that a bulk act refuses, with the reason.
        break_after: a bulk act's connection is lost once so many keys are done.
        gate: while cleared, acts wait; a cancelled one leaves.
        secrets_made: how many secrets were made in all.
        kept: secrets that were put into the keyring, by the key's id.
    """

    def __init__(self, now: Callable[[], datetime], *keys: ApiKey) -> None:
        self.now = now
        self.keys = {key.id: key for key in keys}
        self.uses: dict[str, list[KeyUse]] = {}
        self.called: list[tuple[str, str]] = []
        self.trouble: list[Exception] = []
        self.lost_answers = 0
        self.refused: dict[str, str] = {}
        self.break_after: int | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.secrets_made = 0
        self.kept: dict[str, str] = {}
        self.jobs: dict[str, dict[str, KeyActResult]] = {}
        self._answers: dict[str, KeyCreated] = {}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Acts wait for the end of this."""
        self.gate.clear()
        try:
            yield
        finally:
            self.gate.set()

    def _call(self, act: str, by: str, cancel: CancelToken) -> None:
        self.called.append((act, by))
        while not self.gate.wait(0.01):
            cancel.raise_if_cancelled()
        if self.trouble:
            raise self.trouble.pop(0)

    def _answered(self) -> None:
        if self.lost_answers:
            self.lost_answers -= 1
            raise lost()

    def _key(self, key_id: str) -> ApiKey:
        if key_id not in self.keys:
            problem = Problem(type="not-found", title="Not found", status=404)
            raise NotFound(said("Client", "There is no such key."), problem=problem)
        return self.keys[key_id]

    def _put(self, key_id: str, **change: object) -> ApiKey:
        etag = f'"{len(self.called) + 1}"'
        self.keys[key_id] = self._key(key_id).model_copy(update={**change, "etag": etag})
        return self.keys[key_id]

    def _overlap(self, key: ApiKey) -> bool:
        return key.old_ends_at is not None and key.old_ends_at > self.now()

    def get(self, key_id: str, cancel: CancelToken) -> ApiKey:
        self._call("get", key_id, cancel)
        return self._key(key_id)

    def create(self, wanted: KeyCreate, idempotency_key: str, cancel: CancelToken) -> KeyCreated:
        self._call("create", idempotency_key, cancel)
        if idempotency_key not in self._answers:
            self.secrets_made += 1
            more = wanted.model_dump(exclude_none=True)
            key = make_key(self.now(), 9_000 + self.secrets_made, last_used_at=None, **more)
            self.keys[key.id] = key
            secret = f"sk-lmc-secret-{self.secrets_made}"
            self._answers[idempotency_key] = KeyCreated(key=key, secret=secret)
        self._answered()
        return self._answers[idempotency_key]

    def update(self, key_id: str, change: KeyUpdate, etag: str, cancel: CancelToken) -> ApiKey:
        self._call("update", key_id, cancel)
        if self._key(key_id).etag != etag:
            problem = Problem(type="precondition-failed", title="Stale", status=412)
            raise Stale(said("Client", "Somebody changed it."), problem=problem)
        self._put(key_id, **change.model_dump(exclude_unset=True))
        self._answered()
        return self.keys[key_id]

    def keep_secret(self, key: ApiKey, secret: str) -> None:
        self.kept[key.id] = secret

    def rotate(
        self, key_id: str, wanted: KeyRotate, idempotency_key: str, cancel: CancelToken
    ) -> KeyCreated:
        self._call("rotate", idempotency_key, cancel)
        if idempotency_key not in self._answers:
            self._answers[idempotency_key] = self._rotate(key_id, wanted)
        self._answered()
        return self._answers[idempotency_key]

    def _rotate(self, key_id: str, wanted: KeyRotate) -> KeyCreated:
        key = self._key(key_id)
        if key.state is not KeyState.ACTIVE:
            raise conflict("The key cannot be used")
        if self._overlap(key):
            raise conflict("The last rotation is not over")
        self.secrets_made += 1
        ends_at = self.now() + timedelta(seconds=wanted.overlap_s)
        if key.expires_at is not None:
            ends_at = min(ends_at, key.expires_at)
        key = self._put(
            key_id,
            rotated_at=self.now(),
            old_hint=key.hint,
            old_ends_at=ends_at,
            hint=f"sk-lmc-n{self.secrets_made:03d}…n{self.secrets_made:03d}",
        )
        return KeyCreated(key=key, secret=f"sk-lmc-secret-{self.secrets_made}")

    def move_rotation(self, key_id: str, until: datetime, cancel: CancelToken) -> ApiKey:
        self._call("move", key_id, cancel)
        key = self._key(key_id)
        if not self._overlap(key) or key.rotated_at is None:
            raise conflict("No secret before is still working")
        if until > key.rotated_at + LONGEST or until > (key.expires_at or until):
            raise conflict("That is too late")
        self._put(key_id, old_ends_at=max(until, self.now()))
        self._answered()
        return self.keys[key_id]

    def undo_rotation(self, key_id: str, cancel: CancelToken) -> ApiKey:
        self._call("undo", key_id, cancel)
        key = self._key(key_id)
        if not self._overlap(key):
            raise conflict("No secret before is still working")
        self._put(key_id, hint=key.old_hint, rotated_at=None, old_hint=None, old_ends_at=None)
        self._answered()
        return self.keys[key_id]

    def revoke(self, key_id: str, reason: str, cancel: CancelToken) -> ApiKey:
        self._call("revoke", reason, cancel)
        if self._key(key_id).state is not KeyState.REVOKED:
            self._put(key_id, state=KeyState.REVOKED, revoked_at=self.now())
        self._answered()
        return self.keys[key_id]

    def use(self, key_id: str, hours: int, cancel: CancelToken) -> KeyUseReport:
        self._call("use", key_id, cancel)
        start = self.now() - timedelta(hours=hours)
        found = [use for use in self.uses.get(key_id, []) if use.last_at >= start]
        old = [use for use in found if use.secret is UsedSecret.OLD]
        return KeyUseReport(
            key_id=key_id,
            start=start,
            end=self.now(),
            requests=sum(use.requests for use in found),
            data=found,
            has_more=False,
            old_requests=sum(use.requests for use in old),
            old_last_at=max((use.last_at for use in old), default=None),
        )

    def used(
        self,
        key_id: str,
        address: str,
        requests: int,
        *,
        secret: UsedSecret = UsedSecret.PRESENT,
        ago: timedelta = timedelta(minutes=5),
        model: str = "llama-4-maverick",
    ) -> None:
        """Something has used a key."""
        at = self.now() - ago
        use = KeyUse(
            address=address,
            model=model,
            secret=secret,
            requests=requests,
            first_at=at,
            last_at=at,
        )
        self.uses.setdefault(key_id, []).append(use)

    def act_on_many(
        self,
        wanted: KeysAct,
        idempotency_key: str,
        cancel: CancelToken,
        on_progress: Callable[[float | None, str], None],
    ) -> Sequence[KeyActResult]:
        self._call(wanted.act, idempotency_key, cancel)
        job = self.jobs.setdefault(idempotency_key, {})
        for key_id in wanted.key_ids:
            if key_id in job:
                continue
            if self.break_after is not None and len(job) >= self.break_after:
                self.break_after = None
                raise lost()
            while not self.gate.wait(0.01):
                cancel.raise_if_cancelled()
            job[key_id] = self._one(key_id, wanted)
            on_progress(len(job) / len(wanted.key_ids), "")
        return [job[key_id] for key_id in wanted.key_ids]

    def _one(self, key_id: str, wanted: KeysAct) -> KeyActResult:
        key = self.keys.get(key_id)
        if key is None:
            return KeyActResult(key_id=key_id, outcome=KeyOutcome.MISSING)
        if key_id in self.refused:
            return KeyActResult(
                key_id=key_id, outcome=KeyOutcome.REFUSED, detail=self.refused[key_id]
            )
        if wanted.act == "revoke":
            if key.state is KeyState.REVOKED:
                return KeyActResult(key_id=key_id, outcome=KeyOutcome.UNCHANGED)
            self._put(key_id, state=KeyState.REVOKED, revoked_at=self.now())
        else:
            if key.state is KeyState.REVOKED:
                return KeyActResult(
                    key_id=key_id, outcome=KeyOutcome.REFUSED, detail="It is revoked"
                )
            self._put(key_id, expires_at=wanted.expires_at)
        return KeyActResult(key_id=key_id, outcome=KeyOutcome.DONE)
