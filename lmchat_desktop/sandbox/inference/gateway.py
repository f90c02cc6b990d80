"""Takes requests in, checks their keys, answers them, and has them written down."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from lmchat_desktop.domain.keys.admission import Refusal
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.backend import Backend
from lmchat_desktop.sandbox.entities import listed
from lmchat_desktop.sandbox.inference import gate
from lmchat_desktop.sandbox.inference.gate import Visitor
from lmchat_desktop.sandbox.inference.meter import Meter
from lmchat_desktop.sandbox.inference.recording import Served, record
from lmchat_desktop.sandbox.inference.replies import Reply, reply_to
from lmchat_desktop.sandbox.inference.routing import Route, route_for
from lmchat_desktop.sandbox.inference.wire import (
    ChatRequest,
    Refused,
    answered,
    chat_request,
    event,
)


class Gateway:
    """The endpoint over a backend."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.meter = Meter()

    def begin(self, request: Request, body: bytes) -> Completion:
        """A completion that is let through; what is asked is looked at when the key is known.

        Raises:
            Refused: it is not.
        """
        began_s = time.perf_counter()
        now = self.backend.clock.now()
        with self.backend.database.read() as connection:
            visitor = self._visitor(connection, request, now)
            asked = chat_request(body)
            gate.check(connection, visitor, now, asked.model)
            key = visitor.key
            route = route_for(connection, asked.model, listed(key.providers), listed(key.countries))
        reply = reply_to(asked.messages, asked.most_tokens)
        tokens = reply.input_tokens + reply.output_tokens
        headers = self.meter.take(visitor, tokens, now)
        return Completion(self, asked, visitor, route, reply, now, began_s, headers)

    def models(self, request: Request) -> Response:
        """The models that a key may call.

        Raises:
            Refused: the key may call none from there.
        """
        now = self.backend.clock.now()
        with self.backend.database.read() as connection:
            visitor = self._visitor(connection, request, now)
            allowed = listed(visitor.key.models)
            names = [
                name
                for name in connection.scalars(
                    select(tables.models.c.id).order_by(tables.models.c.id)
                )
                if allowed is None or name in allowed
            ]
        data = [
            {"id": name, "object": "model", "created": 0, "owned_by": "lmchat"} for name in names
        ]
        return answered({"object": "list", "data": data}, 200, {"Cache-Control": "no-store"})

    def _visitor(self, connection: Connection, request: Request, now: datetime) -> Visitor:
        """Whose key it is, where it may be used from there now."""
        visitor = gate.visitor_of(connection, request, self.backend.settings.token)
        try:
            gate.check(connection, visitor, now, None)
        except Refused as refused:
            if refused.code == Refusal.ADDRESS.code:
                with self.backend.database.write() as writing:
                    gate.note_foreign(writing, visitor, now)
            raise
        return visitor


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer on its way.

    Attributes:
        gateway: whose.
        asked: what was asked for.
        visitor: by whom.
        route: where it goes.
        reply: the answer.
        started_at: when it came, by the sandbox's clock.
        began_s: when, by a stopwatch.
        headers: what is left of the key's limits.
    """

    gateway: Gateway
    asked: ChatRequest
    visitor: Visitor
    route: Route
    reply: Reply
    started_at: datetime
    began_s: float
    headers: dict[str, str]

    def answer(self) -> Response:
        """All of it at once."""
        number = self._record(None)
        body = self._frame("chat.completion", _new_id()) | {
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": self.reply.text, "refusal": None},
                    "logprobs": None,
                    "finish_reason": self.reply.finish_reason,
                }
            ],
            "usage": self.reply.usage,
        }
        named = {"x-request-id": self.gateway.backend.request_ids.text(number)}
        return answered(body, 200, {"Cache-Control": "no-store"} | self.headers | named)

    def stream(self) -> Iterator[bytes]:
        """Piece by piece, as server-sent events; what was begun is written down in any case."""
        options = self.asked.stream_options
        with_usage = options is not None and options.include_usage
        frame = self._frame("chat.completion.chunk", _new_id())
        if with_usage:
            frame["usage"] = None
        first_ms: float | None = None
        recorded = False
        try:
            yield event(frame | _choice({"role": "assistant", "content": ""}))
            for piece in self.reply.pieces:
                first_ms = self._elapsed_ms() if first_ms is None else first_ms
                yield event(frame | _choice({"content": piece}))
            yield event(frame | _choice({}, self.reply.finish_reason))
            if with_usage:
                yield event(frame | {"choices": [], "usage": self.reply.usage})
            recorded = True
            self._record(first_ms)
            yield event("[DONE]")
        finally:
            if not recorded:
                self._record(first_ms)

    def _record(self, first_token_ms: float | None) -> int:
        served = Served(
            self.visitor,
            self.route,
            self.reply,
            self.started_at,
            self._elapsed_ms(),
            first_token_ms,
        )
        with self.gateway.backend.database.write() as connection:
            return record(connection, served, self.gateway.backend.clock.now())

    def _elapsed_ms(self) -> float:
        return (time.perf_counter() - self.began_s) * 1000

    def _frame(self, kind: str, name: str) -> dict[str, Any]:
        return {
            "id": name,
            "object": kind,
            "created": int(self.started_at.timestamp()),
            "model": self.asked.model,
        }


def _choice(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return {"choices": [choice]}


def _new_id() -> str:
    return f"chatcmpl-{uuid.uuid4().hex}"
