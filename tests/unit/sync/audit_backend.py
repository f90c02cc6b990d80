"""A backend in memory that has an audit log alone, and lies on order."""

from __future__ import annotations

import httpx

from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.retry import NO_RETRY
from lmchat_desktop.contract.audit import AuditCheckpoint, AuditKey, ConsistencyProof
from lmchat_desktop.contract.base import Answer
from lmchat_desktop.domain.audit.checkpoint import Checkpoint, Head, Restore
from lmchat_desktop.domain.audit.merkle import Edge, Node, consistency_spans, hash_of, leaf_hash
from lmchat_desktop.domain.audit.note import Signer, to_base64
from tests.unit.sync.backend import problem


class LogBackend:
    """A log, as plain attributes that a test changes.

    Attributes:
        entries: what its leaves are made of.
        signer: its key.
        restores: signed statements.
        note: told instead of the signed head, where it is given.
        refused: paths that are answered with that status.
    """

    def __init__(self) -> None:
        self.entries = [f"entry {number}" for number in range(9)]
        self.signer = Signer(bytes(range(32)))
        self.restores: list[str] = []
        self.note: str | None = None
        self.refused: dict[str, int] = {}
        self.calls: list[str] = []

    def client(self) -> ApiClient:
        return ApiClient(
            "http://127.0.0.1:9",
            StaticToken("token"),
            transport=httpx.MockTransport(self._answer),
            retry=NO_RETRY,
        )

    def add(self, *entries: str) -> None:
        self.entries += entries

    def head(self, size: int | None = None) -> Head:
        size = len(self.entries) if size is None else size
        return Head(size, hash_of((0, size), self._nodes()))

    def restore(self, size: int) -> None:
        """Go back to a backup, and say so."""
        lost = self.head()
        del self.entries[size:]
        self.restores.append(Restore(lost, self.head(), 5).signed(self.signer))
        self.add("log.restored")

    def _nodes(self) -> dict[Node, bytes]:
        edge, nodes = Edge(), dict[Node, bytes]()
        for entry in self.entries:
            nodes.update(edge.append(leaf_hash(entry.encode())))
        return nodes

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v1/audit/")
        self.calls.append(path)
        if path in self.refused:
            return problem(self.refused[path], "not-found")
        if path == "key":
            return _json(AuditKey(origin=self.signer.key.name, key=self.signer.key.text))
        if path == "checkpoint":
            head = self.head()
            note = self.note or Checkpoint(self.signer.key.name, head, 7).signed(self.signer)
            etag = f'"{hash((note, tuple(self.restores)))}"'
            if request.headers.get("If-None-Match") == etag:
                return httpx.Response(304, headers={"ETag": etag})
            return _json(AuditCheckpoint(checkpoint=note, restores=self.restores), ETag=etag)
        first, second = (int(request.url.params[name]) for name in ("first", "second"))
        nodes = self._nodes()
        proof = [to_base64(hash_of(span, nodes)) for span in consistency_spans(first, second)]
        return _json(ConsistencyProof(first=first, second=second, proof=proof))


def _json(answer: Answer, **headers: str) -> httpx.Response:
    return httpx.Response(
        200,
        content=answer.model_dump_json(),
        headers={"Content-Type": "application/json", **headers},
    )
