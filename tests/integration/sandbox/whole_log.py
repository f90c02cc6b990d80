"""The audit log of a sandbox, verified from its first entry to its signed head."""

from __future__ import annotations

import base64
from typing import Any

from lmchat_desktop.contract.audit import AuditEntry
from lmchat_desktop.domain.audit.checkpoint import Checkpoint, Head
from lmchat_desktop.domain.audit.merkle import Edge, is_included
from lmchat_desktop.domain.audit.note import LogKey
from tests.integration.sandbox.api import Api


def key_of(api: Api) -> LogKey:
    return LogKey.parse(api.get("/v1/audit/key")["key"])


def head_of(api: Api) -> Head:
    return Checkpoint.opened(api.get("/v1/audit/checkpoint")["checkpoint"], key_of(api)).head


def hashes(proof: list[str]) -> list[bytes]:
    return [base64.b64decode(each) for each in proof]


def entries(api: Api, **asked: Any) -> list[AuditEntry]:
    return [AuditEntry.model_validate(one) for one in api.every("/v1/audit", limit=50, **asked)]


def verified(api: Api) -> list[AuditEntry]:
    """All entries, after each was proved and none is missing."""
    head = head_of(api)
    found = entries(api, proof_size=head.size, sort="seq")
    assert [one.seq for one in found] == list(range(head.size))
    edge = Edge()
    for one in found:
        leaf = one.opened().leaf()
        edge.append(leaf)
        assert one.proof is not None
        assert is_included(one.seq, head.size, leaf, hashes(one.proof), head.root)
    assert edge.root == head.root
    return found
