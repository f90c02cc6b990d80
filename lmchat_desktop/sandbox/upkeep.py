"""What time itself brings: keys expire, memories end, and uses of keys and providers are noted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, or_, select, union_all, update

from lmchat_desktop.contract.invitations import InvitationState
from lmchat_desktop.sandbox import feed, meta, retention, tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.database import upsert
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.names import write_first_aliases, write_names
from lmchat_desktop.sandbox.tables.keys import EXPIRES
from lmchat_desktop.sandbox.uow import forget_answers, record_change

HOUR_MS = 3_600_000
DAY_MS = 86_400_000
ENDED_TOKENS_KEPT = timedelta(days=30)
ADDRESSES_KEPT = timedelta(days=30)


def tidy(connection: Connection, now: datetime) -> None:
    """Tell the feed of keys that have expired and of overlaps that have ended; once an hour,
    forget what has had its time.
    """
    now_ms = to_ms(now)
    before_ms = meta.read_int(connection, Meta.EXPIRED_UNTIL)
    ended = [
        row
        for instant in (EXPIRES, tables.keys.c.old_ends_ms)
        for row in connection.execute(
            select(tables.keys.c.id, tables.keys.c.account_id)
            .where(instant > before_ms, instant <= now_ms, tables.keys.c.revoked_ms.is_(None))
            .order_by(tables.keys.c.id)
        )
    ]
    for row in ended:
        record_change(connection, now, "key", row.id, row.account_id)
    _note_ended_invitations(connection, before_ms, now)
    if now_ms // HOUR_MS != before_ms // HOUR_MS:
        feed.prune(connection, now)
        forget_answers(connection, now)
        _forget_sign_ins(connection, now)
        retention.forget(connection, now)
        _forget_addresses(connection, now)
    meta.write(connection, Meta.EXPIRED_UNTIL, max(now_ms, before_ms))


def _note_ended_invitations(connection: Connection, before_ms: int, now: datetime) -> None:
    invitations = tables.invitations.c
    ended = connection.execute(
        select(invitations.id, invitations.account_id).where(
            invitations.expires_ms > before_ms,
            invitations.expires_ms <= to_ms(now),
            invitations.state == InvitationState.OPEN.value,
        )
    ).all()
    for row in ended:
        record_change(connection, now, "invitation", row.id, row.account_id)


def note_use(
    connection: Connection, hours: Collection[int], accounts: Collection[str], now: datetime
) -> None:
    """Note when keys were last used (to the hour) and who received an account's data (to the day).

    Args:
        connection: a writing transaction.
        hours: starts of UTC hours with new requests, epoch milliseconds.
        accounts: ids of the accounts that made them.
        now: the instant of the change feed's entries.
    """
    if not hours or not accounts:
        return
    numbers = connection.scalars(
        select(tables.accounts.c.number).where(tables.accounts.c.id.in_(sorted(accounts)))
    ).all()
    start_ms, end_ms = min(hours), max(hours) + HOUR_MS
    _note_keys(connection, numbers, start_ms, end_ms, now)
    _note_recipients(connection, numbers, start_ms, end_ms)


def note_first_names(connection: Connection) -> None:
    """Let everybody be found by name, e-mail and telephone number, after a seed."""
    write_first_aliases(connection)
    write_names(connection)


def _note_keys(
    connection: Connection, numbers: Collection[int], start_ms: int, end_ms: int, now: datetime
) -> None:
    requests, keys = tables.requests.c, tables.keys.c
    used = (
        select(requests.key_no, func.max(requests.started_ms).label("last_ms"))
        .where(
            requests.account_no.in_(numbers),
            requests.started_ms >= start_ms,
            requests.started_ms < end_ms,
        )
        .group_by(requests.key_no)
        .subquery()
    )
    newer = connection.execute(
        select(keys.id, keys.account_id, used.c.last_ms)
        .join(used, used.c.key_no == keys.number)
        .where(or_(keys.last_used_ms.is_(None), keys.last_used_ms < used.c.last_ms - HOUR_MS))
        .order_by(keys.id)
    ).all()
    for row in newer:
        connection.execute(
            update(tables.keys).where(keys.id == row.id).values(last_used_ms=row.last_ms)
        )
        record_change(connection, now, "key", row.id, row.account_id)


def _note_recipients(
    connection: Connection, numbers: Collection[int], start_ms: int, end_ms: int
) -> None:
    requests, tries = tables.requests, tables.attempts
    within = (
        requests.c.account_no.in_(numbers),
        requests.c.started_ms >= start_ms,
        requests.c.started_ms < end_ms,
    )
    given = union_all(
        select(requests.c.account_no, requests.c.provider_no, requests.c.started_ms).where(*within),
        select(requests.c.account_no, tries.c.provider_no, requests.c.started_ms)
        .join(tries, tries.c.request_id == requests.c.id)
        .where(*within),
    ).subquery()
    found = connection.execute(
        select(
            given.c.account_no,
            given.c.provider_no,
            func.min(given.c.started_ms).label("first_ms"),
            func.max(given.c.started_ms).label("last_ms"),
        ).group_by(given.c.account_no, given.c.provider_no)
    ).all()
    known = {
        (row.account_no, row.provider_no): row
        for row in connection.execute(
            select(tables.recipients).where(tables.recipients.c.account_no.in_(numbers))
        )
    }
    for row in found:
        before = known.get((row.account_no, row.provider_no))
        first_ms = row.first_ms if before is None else min(before.first_ms, row.first_ms)
        last_ms = row.last_ms if before is None else max(before.last_ms, row.last_ms)
        if (
            before is None
            or first_ms < before.first_ms
            or last_ms // DAY_MS > before.last_ms // DAY_MS
        ):
            upsert(
                connection,
                tables.recipients,
                {
                    "account_no": row.account_no,
                    "provider_no": row.provider_no,
                    "first_ms": first_ms,
                    "last_ms": last_ms,
                },
            )


def _forget_addresses(connection: Connection, now: datetime) -> None:
    """Forget from where keys were used."""
    before_ms = to_ms(now - ADDRESSES_KEPT)
    uses, refusals = tables.key_uses, tables.key_refusals
    connection.execute(delete(uses).where(uses.c.hour < before_ms // HOUR_MS))
    connection.execute(delete(refusals).where(refusals.c.last_ms < before_ms))


def _forget_sign_ins(connection: Connection, now: datetime) -> None:
    tokens, codes = tables.tokens, tables.oauth_codes
    before_ms = to_ms(now - ENDED_TOKENS_KEPT)
    connection.execute(
        delete(tokens).where(
            or_(tokens.c.expires_ms <= before_ms, tokens.c.revoked_ms <= before_ms)
        )
    )
    connection.execute(delete(codes).where(codes.c.expires_ms <= to_ms(now) - DAY_MS))
