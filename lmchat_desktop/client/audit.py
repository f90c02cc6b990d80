"""The audit log: its entries, its signed head, and proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lmchat_desktop.client.call import JSON_TYPE, segment
from lmchat_desktop.client.errors import BadAnswer, Effect
from lmchat_desktop.contract.audit import (
    AuditCheckpoint,
    AuditEntry,
    AuditKey,
    ConsistencyProof,
    Hashes,
    InclusionProof,
)
from lmchat_desktop.contract.base import Page
from lmchat_desktop.domain.audit.note import LogKey, from_base64
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from datetime import datetime

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken

MAX_CHECKPOINT = 4 * 2**20

_NOT_THE_KEY = said(
    "Client",
    "What the backend gives as the key of its audit log is none. The log was not verified. Tell "
    "whoever runs the backend.",
)


def list_audit(
    api: ApiClient,
    *,
    account_id: str | None = None,
    actor_id: str | None = None,
    action: str | None = None,
    entity_id: str | None = None,
    entity_kind: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    proof_size: int | None = None,
    sort: Literal["-seq", "seq"] = "-seq",
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[AuditEntry]:
    """A page of the acts that this person may see; None leaves a condition out.

    With `proof_size` they are those of the tree of that size, each with its proof.
    """
    return api.get(
        "/v1/audit",
        Page[AuditEntry],
        params={
            "account_id": account_id,
            "actor_id": actor_id,
            "action": action,
            "entity_id": entity_id,
            "entity_kind": entity_kind,
            "start": start,
            "end": end,
            "proof_size": proof_size,
            "sort": sort,
            "cursor": cursor,
            "limit": limit,
        },
        cancel=cancel,
    )


def fetch_checkpoint(
    api: ApiClient, etag: str | None = None, cancel: CancelToken | None = None
) -> tuple[str, AuditCheckpoint] | None:
    """The newest signed head with its ETag; None where it still has the given one.

    Raises:
        BadAnswer: it is not what was agreed.
    """
    from lmchat_desktop.client.answers import parse

    found = api.download(
        "/v1/audit/checkpoint", JSON_TYPE, etag=etag, limit=MAX_CHECKPOINT, cancel=cancel
    )
    if found is None:
        return None
    return found.etag, parse(found.body, AuditCheckpoint, Effect.READING)


def fetch_key(api: ApiClient, cancel: CancelToken | None = None) -> LogKey:
    """The key that the backend says signs its log.

    Raises:
        BadAnswer: it is none.
    """
    told = api.get("/v1/audit/key", AuditKey, cancel=cancel)
    try:
        return LogKey.parse(told.key)
    except ValueError as error:
        raise BadAnswer(_NOT_THE_KEY, str(error)) from error


def consistency_proof(
    api: ApiClient, first: int, second: int, cancel: CancelToken | None = None
) -> list[bytes]:
    """A proof that the log has only grown between two sizes; nothing is verified here."""
    told = api.get(
        "/v1/audit/consistency",
        ConsistencyProof,
        params={"first": first, "second": second},
        cancel=cancel,
    )
    return hashes(told.proof)


def inclusion_proof(
    api: ApiClient, seq: int, size: int, cancel: CancelToken | None = None
) -> list[bytes]:
    """A proof that an entry is in the log of a size; nothing is verified here.

    Raises:
        NotFound: there is no such entry, or not for this person.
    """
    told = api.get(
        f"/v1/audit/{segment(str(seq))}/proof", InclusionProof, params={"size": size}, cancel=cancel
    )
    return hashes(told.proof)


def hashes(proof: Hashes) -> list[bytes]:
    """The hashes of a proof; one that is not in base 64 proves nothing."""
    found = []
    for each in proof:
        try:
            found.append(from_base64(each))
        except ValueError:
            # Of another length than a hash, so that no proof with it is ever taken for one.
            found.append(b"")
    return found
