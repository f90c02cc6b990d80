"""The heads of the backend's audit log that were seen: those that were believed, and findings.

A head that does not follow from the kept one never takes its place by itself; it lies beside it
until a person accepts it, with a reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from lmchat_desktop.cache.columns import from_millis, to_millis
from lmchat_desktop.cache.tables import audit_heads
from lmchat_desktop.domain.audit.checkpoint import Head
from lmchat_desktop.domain.audit.history import Verdict, spread
from lmchat_desktop.domain.audit.standing import Accepted, Finding, KeptHead, Standing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

_NOTE_KEPT = 16_384
"""How much is kept of what could not be read as a head."""
_GOOD = [verdict.value for verdict in Verdict if verdict.is_good]


@dataclass(frozen=True, slots=True)
class SeenHead:
    """A head as the log showed it, and what came of it.

    Attributes:
        verdict: how it stands to the kept one.
        key: the key that signed it, as a line; "" where it is not known.
        note: what the log answered.
        head: the tree; None where it cannot be read.
        restores: ids of the statements of restores that came with it.
    """

    verdict: Verdict
    key: str
    note: str
    head: Head | None
    restores: Collection[str] = ()


def kept(connection: Connection) -> KeptHead | None:
    """The newest head that was believed."""
    row = connection.execute(_newest(_is_kept())).first()
    return None if row is None else _kept_head(row)


def earlier(connection: Connection) -> list[Head]:
    """The heads that were believed before the kept one, since the log was last put back."""
    row = connection.execute(_newest(_is_kept())).first()
    if row is None:
        return []
    heads = audit_heads.c
    broken = connection.scalar(
        select(func.max(heads.id)).where(
            or_(heads.accepted_ms.is_not(None), heads.verdict == Verdict.RESTORED.value)
        )
    )
    rows = connection.execute(
        select(audit_heads)
        .where(_is_kept(), heads.id < row.id, heads.id >= (broken or 0))
        .order_by(heads.id)
    )
    return [Head(each.size, each.root) for each in rows]


def heard_restores(connection: Connection) -> frozenset[str]:
    """Ids of the statements of restores that were known when the kept head was believed."""
    row = connection.execute(_newest(_is_kept())).first()
    return frozenset() if row is None else frozenset(json.loads(row.restores))


def note(connection: Connection, seen: SeenHead, now: datetime, against: Head | None) -> bool:
    """Write down a head: the kept one, or a finding beside it.

    Args:
        connection: of a write.
        seen: the head.
        now: the time.
        against: what it was compared with.

    Returns:
        False where another head is kept by now, so that it has to be compared again.
    """
    heads = audit_heads.c
    present = kept(connection)
    if (None if present is None else present.head) != against:
        return False
    now_ms = to_millis(now)
    values: dict[str, Any] = {
        "key": seen.key,
        "checkpoint": seen.note[:_NOTE_KEPT],
        "size": None if seen.head is None else seen.head.size,
        "root": None if seen.head is None else seen.head.root,
        "verdict": seen.verdict.value,
        "restores": json.dumps(sorted(seen.restores)),
        "checked_ms": now_ms,
    }
    newest = connection.execute(_newest(heads.id.is_not(None))).first()
    if not seen.verdict.is_good:
        open_one = connection.execute(
            _newest(and_(_is_open(), heads.verdict == seen.verdict.value))
        ).first()
        if open_one is not None and newest is not None and open_one.id == newest.id:
            connection.execute(update(audit_heads).where(heads.id == open_one.id).values(values))
            return True
    elif seen.verdict is Verdict.SAME and newest is not None and _believed(newest):
        connection.execute(
            update(audit_heads).where(heads.id == newest.id).values(checked_ms=now_ms)
        )
        return True
    connection.execute(insert(audit_heads).values(values | {"seen_ms": now_ms}))
    if seen.verdict is Verdict.GROWN:
        _thin_out(connection)
    return True


def accept(connection: Connection, shown: Finding, reason: str, now: datetime) -> bool:
    """A person accepts what was found: its head is the kept one, where no newer one is.

    Args:
        connection: of a write.
        shown: the finding that the person saw.
        reason: why, in the person's words.
        now: the time.

    Returns:
        False where that is not what is found now, and nothing was changed.
    """
    row = connection.execute(_newest(_is_open())).first()
    if row is None or _what(_finding(row)) != _what(shown):
        return False
    connection.execute(
        update(audit_heads)
        .where(audit_heads.c.id == row.id)
        .values(accepted_ms=to_millis(now), reason=reason)
    )
    return True


def accepted(connection: Connection) -> list[Accepted]:
    """What people have accepted, newest first."""
    heads = audit_heads.c
    rows = connection.execute(
        select(audit_heads).where(heads.accepted_ms.is_not(None)).order_by(heads.id.desc())
    )
    return [Accepted(_finding(row), from_millis(row.accepted_ms), row.reason or "") for row in rows]


def standing(connection: Connection, unchecked: str = "") -> Standing:
    """What is known of the log's history."""
    row = connection.execute(_newest(_is_open())).first()
    finding = None
    if row is not None:
        finding = _finding(row)
    return Standing(kept(connection), finding, unchecked)


def _thin_out(connection: Connection) -> None:
    """Of the heads that the log has simply grown from, keep the fewer the older they are."""
    heads = audit_heads.c
    kept_ones = connection.execute(select(heads.id, heads.size, heads.verdict).where(_is_kept()))
    rows = kept_ones.all()
    worth = spread([row.size for row in rows])
    newest = max(row.id for row in rows)
    gone = [
        row.id
        for row in rows
        if row.verdict == Verdict.GROWN.value and row.size not in worth and row.id < newest
    ]
    connection.execute(delete(audit_heads).where(heads.id.in_(gone)))


def _is_kept() -> ColumnElement[bool]:
    heads = audit_heads.c
    return and_(
        heads.size.is_not(None), or_(heads.verdict.in_(_GOOD), heads.accepted_ms.is_not(None))
    )


def _believed(row: Row[Any]) -> bool:
    return row.verdict in _GOOD or (row.size is not None and row.accepted_ms is not None)


def _is_open() -> ColumnElement[bool]:
    heads = audit_heads.c
    return and_(heads.verdict.not_in(_GOOD), heads.accepted_ms.is_(None))


def _newest(condition: ColumnElement[bool]) -> Any:
    return select(audit_heads).where(condition).order_by(audit_heads.c.id.desc()).limit(1)


def _finding(row: Row[Any]) -> Finding:
    return Finding(
        Verdict(row.verdict),
        None if row.size is None else Head(row.size, row.root),
        row.key,
        from_millis(row.seen_ms),
        from_millis(row.checked_ms),
    )


def _what(finding: Finding) -> tuple[Verdict, Head | None, str]:
    return finding.verdict, finding.head, finding.key


def _kept_head(row: Row[Any]) -> KeptHead:
    return KeptHead(
        Head(row.size, row.root),
        row.key,
        row.checkpoint,
        Verdict(row.verdict),
        from_millis(row.seen_ms),
        from_millis(row.checked_ms),
        row.reason or "",
    )
