"""The audit log: every act of an operator or owner, append-only, with proofs that it is so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Count, Instant
from lmchat_desktop.domain.audit.leaf import VALUES, Entry
from lmchat_desktop.domain.audit.note import from_base64

Hash = Annotated[
    str, Field(pattern="^[A-Za-z0-9+/]{43}=$", description="32 bytes in base 64 (RFC 4648, 4)")
]
Hashes = list[Hash]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class AuditEntry(Answer):
    """One act: who did what to which entity, when and why.

    `actor_id`, `device_id`, `entity_id`, `account_id` and `reason` are in the leaf as salted
    commitments. Each of them has either its salt in `salts`, or, where it was erased or is not for
    the caller, its commitment in `commitments`, and then it is null.
    """

    id: str
    seq: Count = Field(description="the number of its leaf, from 0, without gaps")
    at: Instant
    actor_id: str | None
    device_id: str | None = None
    action: str
    entity_kind: str
    entity_id: str | None
    account_id: str | None = None
    reason: str | None = ""
    salts: dict[str, Hash]
    commitments: dict[str, Hash] = Field(default={})
    proof: Hashes | None = Field(
        default=None,
        description="where `proof_size` was given: that the entry is in the tree of that size",
    )

    def opened(self) -> Entry:
        """The entry as its leaf is made of it.

        Raises:
            ValueError: a salt or a commitment is not in base 64.
        """
        return Entry(
            self.seq,
            (self.at - _EPOCH) // timedelta(milliseconds=1),
            self.action,
            self.entity_kind,
            {name: getattr(self, name) for name in VALUES},
            {name: from_base64(salt) for name, salt in self.salts.items()},
            {name: from_base64(made) for name, made in self.commitments.items()},
        )


class AuditCheckpoint(Answer):
    """The log's newest signed head, and the signed statements of restored backups."""

    checkpoint: str = Field(description="a signed note (C2SP tlog-checkpoint)")
    restores: list[str] = Field(
        default=[], description="signed notes, oldest first; see the text on restores"
    )


class ConsistencyProof(Answer):
    """That the tree of one size is the beginning of the tree of another (RFC 6962, 2.1.2)."""

    first: Count
    second: Count
    proof: Hashes


class InclusionProof(Answer):
    """That an entry is in the tree of a size (RFC 6962, 2.1.1)."""

    seq: Count
    size: Count
    proof: Hashes


class AuditKey(Answer):
    """The key that signs the log's heads."""

    origin: str = Field(description="the log's name, as in its checkpoints")
    key: str = Field(description="`name+id+base64`, as signed notes have it: Ed25519")
