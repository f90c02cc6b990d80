"""Makes small logs and exports of them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace

from lmchat_desktop.domain.audit.checkpoint import Checkpoint, Head
from lmchat_desktop.domain.audit.leaf import VALUES, Entry, commitments_of
from lmchat_desktop.domain.audit.merkle import Edge, Node, hash_of, inclusion_spans
from lmchat_desktop.domain.audit.note import Signer
from lmchat_desktop.evidence.audit_export import ExportWriter, Header

SIGNER = Signer(bytes(range(32)))
KEY = SIGNER.key


def entry(seq: int) -> Entry:
    values: dict[str, str | None] = {name: f"{name} {seq}" for name in VALUES}
    salts = {name: hashlib.sha256(f"{name}{seq}".encode()).digest() for name in VALUES}
    return Entry(seq, 1_764_353_204_000 + seq, "key.create", "key", values, salts, {})


def erased(whole: Entry, name: str) -> Entry:
    return replace(
        whole,
        values=dict(whole.values) | {name: None},
        salts={each: salt for each, salt in whole.salts.items() if each != name},
        commitments={name: commitments_of(whole)[name]},
    )


class SmallLog:
    """A log of so many entries."""

    def __init__(self, size: int) -> None:
        self.entries = [entry(seq) for seq in range(size)]
        edge = Edge()
        self.nodes: dict[Node, bytes] = {}
        for each in self.entries:
            self.nodes.update(edge.append(each.leaf()))
        self.size = size

    def head(self, size: int | None = None) -> Head:
        size = self.size if size is None else size
        return Head(size, hash_of((0, size), self.nodes))

    def note(self, size: int | None = None, signer: Signer = SIGNER) -> str:
        return Checkpoint(signer.key.name, self.head(size), 1_764_353_204_123).signed(signer)

    def proof(self, seq: int) -> list[bytes]:
        return [hash_of(span, self.nodes) for span in inclusion_spans(seq, self.size)]

    def exported(
        self,
        seqs: Sequence[int] | None = None,
        entries: Sequence[Entry] | None = None,
        signer: Signer = SIGNER,
        key: str = "",
    ) -> bytes:
        """An export of some entries, all of them where they are not named."""
        chosen = entries or self.entries
        stream = io.BytesIO()
        header = Header(
            key or signer.key.text, self.note(signer=signer), "2026-11-28T18:00:00.000Z", {}
        )
        writer = ExportWriter(stream, header)
        for seq in range(self.size) if seqs is None else seqs:
            writer.add(chosen[seq], self.proof(seq))
        writer.close()
        return stream.getvalue()
