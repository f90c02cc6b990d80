"""The audit log: its entries, its signed head, and proofs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import ColumnElement, Row, and_, select, true
from starlette.responses import Response

from lmchat_desktop.contract.audit import (
    AuditCheckpoint,
    AuditEntry,
    AuditKey,
    ConsistencyProof,
    InclusionProof,
)
from lmchat_desktop.contract.base import ProblemKind
from lmchat_desktop.contract.queries import AuditQuery, ConsistencyQuery, InclusionQuery
from lmchat_desktop.domain.audit.note import to_base64
from lmchat_desktop.sandbox import audit_log, tables
from lmchat_desktop.sandbox.audit_log import DamagedTree, entry_of
from lmchat_desktop.sandbox.calls import Call, Caller, View, serve
from lmchat_desktop.sandbox.clock import from_ms, to_ms
from lmchat_desktop.sandbox.identifiers import NumberedIds
from lmchat_desktop.sandbox.pages import Pager
from lmchat_desktop.sandbox.problems import ApiProblem, invalid, not_found
from lmchat_desktop.sandbox.routes.answers import answer

router = APIRouter()


@serve(router, "list_audit")
def list_audit(call: Caller, query: Annotated[AuditQuery, Query()]) -> Response:
    """Acts that the caller may see."""
    with _tree(call) as view:
        size = query.proof_size
        if size is not None:
            _check_size(view, size, "/query/proof_size")
        statement = select(tables.audit).where(view.sight.of_kind("audit"), condition_of(query))
        pager = Pager(call.backend.cursors, "audit", view.principal.person_id, query)
        rows, more = pager.rows(
            view.connection,
            statement,
            [tables.audit.c.seq],
            descending=query.sort == "-seq",
        )
        proofs: dict[int, list[bytes]] = {}
        if size is not None:
            proofs = audit_log.inclusion_proofs(view.connection, (row.seq for row in rows), size)
        data = [_entry(row, call.backend.event_ids, proofs.get(row.seq)) for row in rows]
        return answer(pager.page(rows, data, more, lambda row: [row.seq]))


@serve(router, "get_audit_checkpoint")
def get_audit_checkpoint(call: Caller) -> Response:
    """The newest signed head, unless the caller has it."""
    with _tree(call) as view:
        signed = call.backend.log.sign(view.connection)
    if call.none_match(signed.etag):
        return Response(status_code=304, headers={"ETag": signed.etag, "Cache-Control": "no-store"})
    told = AuditCheckpoint(checkpoint=signed.note, restores=list(signed.restores))
    return answer(told, ETag=signed.etag)


@serve(router, "get_audit_consistency")
def get_audit_consistency(call: Caller, query: Annotated[ConsistencyQuery, Query()]) -> Response:
    """That the log has only grown."""
    with _tree(call) as view:
        _check_size(view, query.second, "/query/second")
        if query.first > query.second:
            raise invalid("/query/first", "it is larger than the second")
        proof = audit_log.consistency_proof(view.connection, query.first, query.second)
    return answer(
        ConsistencyProof(first=query.first, second=query.second, proof=list(map(to_base64, proof)))
    )


@serve(router, "get_audit_key")
def get_audit_key(call: Caller) -> Response:
    """The public key."""
    with call.view():
        key = call.backend.log.key
    return answer(AuditKey(origin=key.name, key=key.text))


@serve(router, "get_audit_proof")
def get_audit_proof(call: Caller, seq: str, query: Annotated[InclusionQuery, Query()]) -> Response:
    """That an entry that the caller may see is in the log."""
    place = int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 19 else -1
    with _tree(call) as view:
        seen = select(tables.audit.c.seq).where(
            tables.audit.c.seq == place, view.sight.of_kind("audit")
        )
        if place < 0 or view.connection.scalar(seen) is None:
            raise not_found()
        _check_size(view, query.size, "/query/size")
        if place >= query.size:
            raise invalid("/query/size", "the entry is not in a tree of this size")
        proof = audit_log.inclusion_proofs(view.connection, [place], query.size)[place]
    return answer(InclusionProof(seq=place, size=query.size, proof=list(map(to_base64, proof))))


def condition_of(query: AuditQuery) -> ColumnElement[bool]:
    """What was asked for, as a condition on entries."""
    row = tables.audit.c
    conditions = [
        column == value
        for column, value in (
            (row.account_id, query.account_id),
            (row.actor_id, query.actor_id),
            (row.action, query.action),
            (row.entity_id, query.entity_id),
            (row.entity_kind, query.entity_kind),
        )
        if value is not None
    ]
    if query.start is not None:
        conditions.append(row.at_ms >= to_ms(query.start))
    if query.end is not None:
        conditions.append(row.at_ms < to_ms(query.end))
    if query.proof_size is not None:
        conditions.append(row.seq < query.proof_size)
    return and_(true(), *conditions)


@contextmanager
def _tree(call: Call) -> Iterator[View]:
    """A view in which the tree is looked at.

    Raises:
        ApiProblem: 500, where the tree lacks what it must have.
    """
    with call.view() as view:
        try:
            yield view
        except DamagedTree as damage:
            raise ApiProblem(
                500, ProblemKind.INTERNAL, "The audit log's tree is damaged."
            ) from damage


def _check_size(view: View, size: int, pointer: str) -> None:
    if size > audit_log.size_of(view.connection):
        raise invalid(pointer, "the log is not that long")


def _entry(row: Row[Any], ids: NumberedIds, proof: list[bytes] | None) -> AuditEntry:
    entry = entry_of(row)
    return AuditEntry.model_validate(
        {
            "id": ids.text(entry.seq + 1),
            "seq": entry.seq,
            "at": from_ms(entry.at_ms),
            "action": entry.action,
            "entity_kind": entry.entity_kind,
            "salts": {name: to_base64(salt) for name, salt in entry.salts.items()},
            "commitments": {name: to_base64(made) for name, made in entry.commitments.items()},
            "proof": None if proof is None else list(map(to_base64, proof)),
        }
        | dict(entry.values)
    )
