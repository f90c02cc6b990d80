"""Reads, before anything heavy is loaded, what the cache's person saw last: with SQLCipher alone.

It writes nothing and decides everything that the cache itself can tell against showing it.
`first_picture_rows` keeps it.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from lmchat_desktop.cache.secret import RawKey, key_literal
from lmchat_desktop.domain.clock import EffectiveClock, Reading
from lmchat_desktop.domain.lease import Lease, has_ended

if TYPE_CHECKING:
    from pathlib import Path

    from lmchat_desktop.domain.clock import Clock

log = logging.getLogger(__name__)

_BUSY_S = 0.2
_MOVABLE_CLOCK = "movable-clock"
"""As `contract.identity.Capability`, which is pydantic's."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUERY = """
SELECT shown.version, shown.rights, shown.valid_until_ms, shown.content,
       state.snapshot_under_way, state.me, state.last_sync_ms,
       state.newest_seen_ms, state.contact_ms, state.ahead_ms
FROM first_picture AS shown JOIN sync_state AS state ON state.id = shown.id
WHERE shown.content IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """What was shown last, and may be shown again.

    Attributes:
        content: as whoever showed it has written it.
        now: the effective time.
        last_sync_at: when the cache last equalled the backend; None if it never did.
        file_bytes: what the cache takes on the disk.
    """

    content: bytes
    now: datetime
    last_sync_at: datetime | None
    file_bytes: int


class _Person(msgspec.Struct):
    id: str


class _Device(msgspec.Struct):
    last_seen_at: datetime
    lease_until: datetime


class _Membership(msgspec.Struct):
    account_id: str
    role: str


class _Me(msgspec.Struct):
    person: _Person
    device: _Device | None
    memberships: list[_Membership]
    operator_roles: list[str]
    scopes: list[str]
    capabilities: list[str]
    server_time: datetime


class _Row(msgspec.Struct, array_like=True):
    version: str
    rights: str
    valid_until_ms: int
    content: bytes
    snapshot_under_way: int
    me: str
    last_sync_ms: int | None
    newest_ms: int | None
    contact_ms: int | None
    ahead_ms: int | None


def rights_of(me: str) -> str:
    """A digest of what the person may see, from `me` as `sync_state` holds it.

    Raises:
        msgspec.MsgspecError: it is not what it should be.
    """
    return _rights(msgspec.json.decode(me, type=_Me))


def look(
    path: Path, key: RawKey, *, version: str, person_id: str, clock: Clock
) -> StoredPicture | None:
    """What the person saw last; None where there is nothing, or anything speaks against it.

    Refused are: another version than `version`, another person, other rights than when it was
    shown, a snapshot of the feed under way, the end of the lease, the end of the retention of the
    oldest figure in it, and a file or row that cannot be read as it should.

    Args:
        path: the cache, closed and locked by the caller.
        key: what opens it.
        version: who may have written it.
        person_id: whose it has to be.
        clock: the machine's time, from which with what the cache knows follows the effective one.
    """
    import sqlcipher3

    try:
        with closing(
            sqlcipher3.connect(
                f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=_BUSY_S
            )
        ) as connection:
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f'PRAGMA key = "{key_literal(key, path)}"')
            row = connection.execute(_QUERY).fetchone()
        return None if row is None else _allowed(row, path, version, person_id, clock)
    except (sqlcipher3.Error, OSError, OverflowError, ValueError) as trouble:
        # What msgspec refuses is a ValueError. Opening the cache as usual will tell what is wrong.
        log.info("what was shown last cannot be read: %s", type(trouble).__name__)
        return None


def _allowed(
    read: tuple[Any, ...], path: Path, version: str, person_id: str, clock: Clock
) -> StoredPicture | None:
    row = msgspec.convert(read, type=_Row)
    if row.version != version or row.snapshot_under_way:
        return None
    me = msgspec.json.decode(row.me, type=_Me)
    if me.person.id != person_id or _rights(me) != row.rights:
        return None
    last_sync_at, contact = _instant(row.last_sync_ms), _instant(row.contact_ms)
    effective = EffectiveClock(clock, _reading(row, contact))
    effective.movable = _MOVABLE_CLOCK in me.capabilities
    now = effective.now()
    if has_ended(_lease(me, contact, last_sync_at).until, effective.reckoned()):
        return None
    if has_ended(_instant(row.valid_until_ms), now):
        return None
    return StoredPicture(row.content, now, last_sync_at, path.stat().st_size)


def _rights(me: _Me) -> str:
    told = (
        sorted(me.scopes),
        sorted(me.operator_roles),
        sorted((each.account_id, each.role) for each in me.memberships),
    )
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def _lease(me: _Me, contact: datetime | None, last_sync_at: datetime | None) -> Lease:
    """As `sync.lease.lease_of`."""
    device = me.device
    granted = None if device is None else device.lease_until - device.last_seen_at
    if contact is not None:
        return Lease(contact, granted)
    lease = Lease(me.server_time, granted)
    return lease if last_sync_at is None else lease.renewed(last_sync_at)


def _reading(row: _Row, contact: datetime | None) -> Reading | None:
    """As `state.known_time`."""
    newest = _instant(row.newest_ms)
    if newest is None:
        return None
    return Reading(newest, contact, timedelta(milliseconds=row.ahead_ms or 0))


def _instant(millis: int | None) -> datetime | None:
    return None if millis is None else _EPOCH + timedelta(milliseconds=millis)
