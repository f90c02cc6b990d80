"""Operations on the audit log: its entries, its signed head, and proofs."""

from __future__ import annotations

from lmchat_desktop.contract import openapi_text
from lmchat_desktop.contract.audit import (
    AuditCheckpoint,
    AuditEntry,
    AuditKey,
    ConsistencyProof,
    InclusionProof,
)
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.queries import AuditQuery, ConsistencyQuery, InclusionQuery
from lmchat_desktop.domain.scopes import Scope

AUDIT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_audit",
        "GET",
        "/v1/audit",
        "The audit log",
        "audit",
        answer=Page[AuditEntry],
        scope=Scope.AUDIT_READ,
        query=AuditQuery,
        traits=traits(Trait.PAGED),
        description=openapi_text.AUDIT_LOG,
    ),
    Operation(
        "get_audit_checkpoint",
        "GET",
        "/v1/audit/checkpoint",
        "The log's newest signed head",
        "audit",
        answer=AuditCheckpoint,
        scope=Scope.AUDIT_READ,
        traits=traits(Trait.ETAG, Trait.CONDITIONAL),
        description="The backend has noted a head outside the log's database before it answers it.",
        refusals=frozenset({507}),
    ),
    Operation(
        "get_audit_consistency",
        "GET",
        "/v1/audit/consistency",
        "A proof that the log has only grown between two sizes",
        "audit",
        answer=ConsistencyProof,
        scope=Scope.AUDIT_READ,
        query=ConsistencyQuery,
    ),
    Operation(
        "get_audit_key",
        "GET",
        "/v1/audit/key",
        "The public key that signs the log's heads",
        "audit",
        answer=AuditKey,
        scope=Scope.AUDIT_READ,
    ),
    Operation(
        "get_audit_proof",
        "GET",
        "/v1/audit/{seq}/proof",
        "A proof that an entry is in the log as it was at a size",
        "audit",
        answer=InclusionProof,
        scope=Scope.AUDIT_READ,
        query=InclusionQuery,
        refusals=frozenset({404}),
    ),
)
