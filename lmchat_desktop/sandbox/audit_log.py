"""The audit log as it is kept: entries, and the Merkle tree over them, written in one transaction.

Whoever appends holds the writing transaction, of which there is one at a time; so entries are
numbered without a gap in the order in which they are committed, also where a transaction is undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from lmchat_desktop.domain.audit import merkle
from lmchat_desktop.domain.audit.checkpoint import Head
from lmchat_desktop.domain.audit.leaf import VALUES, Entry, commitments_of, new_salts
from lmchat_desktop.domain.audit.merkle import HASH_BYTES, Edge, Node, Span
from lmchat_desktop.sandbox import tables

_CHUNK = 500
"""Rows of one insert, and positions of one question."""


class DamagedTree(Exception):
    """The tree lacks a node that it must have: somebody was at the database."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that is to be written.

    Attributes:
        at_ms, action, entity_kind: as they are of an entry.
        values: by name, those that can name a person.
    """

    at_ms: int
    action: str
    entity_kind: str
    values: Mapping[str, str | None] = field(repr=False)


def append(connection: Connection, entries: Sequence[NewEntry]) -> None:
    """Write entries, in their order, with their leaves and all that the tree gains by them."""
    edge = _edge(connection)
    rows: list[dict[str, Any]] = []
    nodes: list[dict[str, Any]] = []
    for new in entries:
        salts = new_salts()
        entry = Entry(edge.size, new.at_ms, new.action, new.entity_kind, new.values, salts, {})
        made = commitments_of(entry)
        rows.append(
            {
                "seq": entry.seq,
                "at_ms": entry.at_ms,
                "action": entry.action,
                "entity_kind": entry.entity_kind,
                "commitments": b"".join(made[name] for name in VALUES),
            }
            | {name: new.values[name] for name in VALUES}
            | {f"{name}_salt": salts[name] for name in VALUES}
        )
        nodes += (
            {"level": level, "position": position, "hash": hashed}
            for (level, position), hashed in edge.append(entry.leaf())
        )
    for table, made_rows in ((tables.audit, rows), (tables.audit_nodes, nodes)):
        for start in range(0, len(made_rows), _CHUNK):
            connection.execute(insert(table), made_rows[start : start + _CHUNK])


def erase_value(connection: Connection, seq: int, name: str) -> None:
    """Erase a personal value of an entry with its salt; the leaf and the tree stay as they are.

    Raises:
        ValueError: there is no such value.
    """
    if name not in VALUES:
        raise ValueError(f"no such value of an entry: {name}")
    audit = tables.audit
    connection.execute(
        update(audit).where(audit.c.seq == seq).values({name: None, f"{name}_salt": None})
    )


def size_of(connection: Connection) -> int:
    """How many entries the tree has."""
    nodes = tables.audit_nodes.c
    newest = connection.scalar(select(func.max(nodes.position)).where(nodes.level == 0))
    return 0 if newest is None else int(newest) + 1


def head_of(connection: Connection, size: int | None = None) -> Head:
    """The head of the tree, now or when it had so many entries.

    Raises:
        DamagedTree: it cannot be told.
    """
    if size is None:
        size = size_of(connection)
    return Head(size, _hashes(connection, [(0, size)])[0])


def entry_of(row: Row[Any]) -> Entry:
    """A row of `tables.audit` as an entry, with what of it is still there."""
    stored = row._mapping
    salts = {name: stored[f"{name}_salt"] for name in VALUES}
    made: bytes = row.commitments
    return Entry(
        row.seq,
        row.at_ms,
        row.action,
        row.entity_kind,
        {name: stored[name] for name in VALUES},
        {name: salt for name, salt in salts.items() if salt is not None},
        {
            name: made[place * HASH_BYTES : (place + 1) * HASH_BYTES]
            for place, name in enumerate(VALUES)
            if salts[name] is None
        },
    )


def inclusion_proofs(
    connection: Connection, places: Iterable[int], size: int
) -> dict[int, list[bytes]]:
    """For each place of an entry, the proof that it is there in the tree of that size.

    Raises:
        DamagedTree: it cannot be proved.
    """
    spans = {place: merkle.inclusion_spans(place, size) for place in places}
    return _proofs(connection, spans)


def consistency_proof(connection: Connection, first: int, second: int) -> list[bytes]:
    """The proof that the tree of one size is the beginning of that of another.

    Raises:
        DamagedTree: it cannot be proved.
    """
    return _hashes(connection, merkle.consistency_spans(first, second))


def _edge(connection: Connection) -> Edge:
    size = size_of(connection)
    wanted = merkle.nodes_of((0, size))
    known = _nodes(connection, wanted)
    return Edge(size, [known[node] for node in wanted])


def _proofs(connection: Connection, spans: Mapping[int, Sequence[Span]]) -> dict[int, list[bytes]]:
    distinct = list(dict.fromkeys(span for each in spans.values() for span in each))
    hashes = dict(zip(distinct, _hashes(connection, distinct), strict=True))
    return {place: [hashes[span] for span in each] for place, each in spans.items()}


def _hashes(connection: Connection, spans: Sequence[Span]) -> list[bytes]:
    known = _nodes(connection, {node for span in spans for node in merkle.nodes_of(span)})
    return [merkle.hash_of(span, known) for span in spans]


def _nodes(connection: Connection, wanted: Collection[Node]) -> dict[Node, bytes]:
    """Nodes of the tree, each found by its key.

    Raises:
        DamagedTree: one of them is not there.
    """
    nodes = tables.audit_nodes.c
    known: dict[Node, bytes] = {}
    ordered = sorted(wanted)
    for start in range(0, len(ordered), _CHUNK):
        levels: dict[int, list[int]] = defaultdict(list)
        for level, position in ordered[start : start + _CHUNK]:
            levels[level].append(position)
        sought = (
            and_(nodes.level == level, nodes.position.in_(positions))
            for level, positions in levels.items()
        )
        rows = connection.execute(select(tables.audit_nodes).where(or_(*sought)))
        known.update(((row.level, row.position), row.hash) for row in rows)
    if len(known) < len(wanted):
        raise DamagedTree
    return known
