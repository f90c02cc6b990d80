"""Follows the backend's audit log: its newest head is only kept where it follows from the last."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from lmchat_desktop.cache import audit_heads
from lmchat_desktop.cache.audit_heads import SeenHead
from lmchat_desktop.cache.trouble import CacheBusy
from lmchat_desktop.client.audit import consistency_proof, fetch_checkpoint, fetch_key
from lmchat_desktop.client.errors import BadAnswer, Limited, Refused, SignedOut
from lmchat_desktop.contract.identity import Capability
from lmchat_desktop.domain.audit.checkpoint import Checkpoint
from lmchat_desktop.domain.audit.history import Comparison, Verdict, compare
from lmchat_desktop.domain.audit.note import BadNote, LogKey
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lmchat_desktop.cache.store import Cache
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.audit import AuditCheckpoint
    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.domain.audit.standing import Standing

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
"""How often the head is asked for without a sign that there is a newer one."""
AFTER_CHANGES = timedelta(seconds=30)
"""How often at most, where the feed tells of changes, or where the last look failed."""
_TURNS = 5
"""How often a head is compared anew because another one was kept meanwhile."""

_WITHDRAWN = said(
    "Sync",
    "The backend no longer proves that its audit log was only added to, as it did before. What was "
    "verified before stays kept. Ask whoever runs the backend why.",
)


class AuditFollower:
    """Keeps the newest head of the log that follows from those that were kept.

    Args:
        api: the backend.
        cache: where heads are kept.
    """

    def __init__(self, api: ApiClient, cache: Cache) -> None:
        self._api = api
        self._cache = cache
        self._told: tuple[str, AuditCheckpoint] | None = None
        self._asked_at: datetime | None = None
        self._unchecked = ""

    def sync(self, me: Me, changed_kinds: Collection[str], cancel: CancelToken) -> Standing | None:
        """Look at the log's head where it is time to; answers how the history stands.

        None where the person may not read the log, or it was never one that proves anything.

        Raises:
            ApiTrouble: the backend cannot be reached, or the sign-in is over. What concerns the
                log alone is told with the standing.
            CacheTrouble: a head could not be stored.
        """
        if Scope.AUDIT_READ.value not in me.scopes:
            return None
        if Capability.AUDIT_PROOFS not in me.capabilities:
            standing = self._stored(_WITHDRAWN)
            return None if standing.kept is None else standing
        if self._is_due(changed_kinds):
            return self.look(cancel)
        return self._stored(self._unchecked)

    def look(self, cancel: CancelToken | None = None) -> Standing:
        """Look at the log's head now.

        Raises:
            ApiTrouble, CacheTrouble: as `sync`.
        """
        self._asked_at = self._cache.clock.now()
        try:
            self._look(cancel)
            self._unchecked = ""
        except (SignedOut, Limited):
            raise
        except (Refused, BadAnswer) as trouble:
            log.warning("the audit log was not verified: %s", trouble.code)
            self._unchecked = trouble.message
        return self._stored(self._unchecked)

    def _is_due(self, changed_kinds: Collection[str]) -> bool:
        now, asked = self._cache.clock.now(), self._asked_at
        if asked is None or now < asked:
            return True
        soon = bool(changed_kinds or self._unchecked)
        return now >= asked + (AFTER_CHANGES if soon else EVERY)

    def _look(self, cancel: CancelToken | None) -> None:
        etag = None if self._told is None else self._told[0]
        # What has not changed is compared all the same: a person may have accepted it meanwhile.
        self._told = fetch_checkpoint(self._api, etag, cancel) or self._told
        assert self._told is not None
        for _ in range(_TURNS):
            if self._compared(self._told[1], cancel):
                return
        raise CacheBusy()

    def _compared(self, told: AuditCheckpoint, cancel: CancelToken | None) -> bool:
        """Compare and write down; False where another head was kept meanwhile."""
        with self._cache.read() as connection:
            kept = audit_heads.kept(connection)
            earlier = audit_heads.earlier(connection)
            heard = audit_heads.heard_restores(connection)
        key = fetch_key(self._api, cancel) if kept is None else LogKey.parse(kept.key)
        against = None if kept is None else kept.head
        comparison = compare(
            told.checkpoint,
            key,
            against,
            earlier=earlier,
            statements=told.restores,
            heard=heard,
        )
        seen = self._seen(comparison, key, told, cancel)
        with self._cache.write() as connection:
            return audit_heads.note(connection, seen, self._cache.clock.now(), against)

    def _seen(
        self,
        comparison: Comparison,
        key: LogKey,
        told: AuditCheckpoint,
        cancel: CancelToken | None,
    ) -> SeenHead:
        """What the comparison comes to, once the backend has proved what it can."""
        verdict, signed_by = comparison.verdict, key.text
        for step in comparison.steps:
            proof = []
            if step.needs_proof:
                proof = consistency_proof(self._api, step.first.size, step.second.size, cancel)
            if not step.holds(proof):
                verdict = Verdict.REWRITTEN
                break
        point = comparison.checkpoint
        if verdict is Verdict.OTHER_KEY:
            other = fetch_key(self._api, cancel)
            signed_by, point = other.text, _opened(told.checkpoint, other)
        head = None if point is None else point.head
        return SeenHead(verdict, signed_by, told.checkpoint, head, comparison.restores)

    def _stored(self, unchecked: str = "") -> Standing:
        with self._cache.read() as connection:
            return audit_heads.standing(connection, unchecked)


def _opened(note: str, key: LogKey) -> Checkpoint | None:
    try:
        return Checkpoint.opened(note, key)
    except BadNote:
        return None
