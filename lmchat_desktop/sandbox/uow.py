"""One unit of work: effect, audit entry, change-feed entry and idempotency record commit together.

On SQLite the unit is one BEGIN IMMEDIATE transaction; on PostgreSQL an advisory lock held to the
commit lets one unit at a time write, so that the feed's order is the order of commits.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, delete, insert, select
from starlette.responses import Response

from lmchat_desktop.contract.base import PROBLEM_JSON, ProblemKind
from lmchat_desktop.domain.scopes import Principal
from lmchat_desktop.sandbox import audit_log, sealing, tables
from lmchat_desktop.sandbox.audit_log import NewEntry
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.database import Database, upsert
from lmchat_desktop.sandbox.problems import ApiProblem

MEMORY = timedelta(hours=24)
"""How long the answer of an act is given again."""
MIN_KEY, MAX_KEY = 16, 255

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """What an act answers.

    Attributes:
        status: the HTTP status.
        body: the answer's type, None for an empty body, or bytes that are JSON already.
        headers: such as Location or ETag.
        secret: the body holds a secret, so that it is remembered sealed.
        remembered: whether a repetition is answered the same; not so for an act that was refused.
    """

    status: int
    body: BaseModel | bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    secret: bool = False
    remembered: bool = True

    def content(self) -> bytes:
        """The body's bytes."""
        if isinstance(self.body, BaseModel):
            return self.body.model_dump_json().encode()
        return self.body or b""

    def response(self) -> Response:
        """The answer as a response."""
        return _response(self.status, self.headers, self.content())


class Unit:
    """An act under way, in its transaction.

    Attributes:
        connection: the writing transaction.
        now: the instant of the act.
        principal: the person who acts, as they are in this transaction.
    """

    def __init__(self, connection: Connection, now: datetime, principal: Principal) -> None:
        self.connection = connection
        self.now = now
        self.principal = principal

    def audit(
        self,
        action: str,
        kind: str,
        entity_id: str,
        account_id: str | None = None,
        reason: str = "",
    ) -> None:
        """Who did what to which entity, and why."""
        values = {
            "actor_id": self.principal.person_id,
            "device_id": self.principal.device_id,
            "entity_id": entity_id,
            "account_id": account_id,
            "reason": reason,
        }
        audit_log.append(self.connection, [NewEntry(to_ms(self.now), action, kind, values)])

    def changed(
        self,
        kind: str,
        entity_id: str,
        *,
        account_id: str | None = None,
        person_id: str | None = None,
    ) -> None:
        """An entity of the change feed is another now, or gone."""
        record_change(self.connection, self.now, kind, entity_id, account_id, person_id)


def record_change(
    connection: Connection,
    now: datetime,
    kind: str,
    entity_id: str,
    account_id: str | None = None,
    person_id: str | None = None,
) -> None:
    """Write an entry of the change feed."""
    connection.execute(
        insert(tables.changes).values(
            at_ms=to_ms(now),
            kind=kind,
            entity_id=entity_id,
            account_id=account_id,
            person_id=person_id,
        )
    )


@dataclass(frozen=True, slots=True)
class Act:
    """What is remembered of a call, so that its repetition does nothing and answers the same.

    Attributes:
        who: the person, or a fixed name where nobody is signed in yet.
        key: the Idempotency-Key.
        request: method, path and body of the call.
    """

    who: str
    key: str = field(repr=False)
    request: bytes = field(repr=False)

    @property
    def hash(self) -> str:
        """Under which the answer is kept; the key cannot be had from it."""
        return hashlib.sha256(
            b"\0".join((b"act", self.who.encode(), self.key.encode()))
        ).hexdigest()

    @property
    def request_hash(self) -> str:
        """Tells whether a repetition asks for the same."""
        return hashlib.sha256(self.request).hexdigest()


class Units:
    """Runs acts, each at most once."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._lock = threading.Lock()
        self._under_way: set[str] = set()

    def run(
        self,
        act: Act | None,
        begin: Callable[[Connection, datetime], Unit],
        work: Callable[[Unit], Reply],
    ) -> Response:
        """Do the work, unless the act was done before: then answer as then.

        Args:
            act: what to remember; None for what may be repeated.
            begin: makes the unit in its transaction, so that who acts is asked as of the act.
            work: does the effect, with its audit and change entries.

        Raises:
            ApiProblem: what the work raises; 409 while the same act is under way; 422 where its
                key was used for another call. Nothing was changed then.
        """
        if act is None:
            with self._database.write() as connection:
                return work(begin(connection, self._now())).response()
        with self._claimed(act.hash), self._database.write() as connection:
            now = self._now()
            unit = begin(connection, now)
            earlier = _remembered(connection, act, now)
            if earlier is not None:
                return earlier
            reply = work(unit)
            if reply.remembered:
                _remember(connection, act, now, reply)
            return reply.response()

    @contextmanager
    def _claimed(self, name: str) -> Iterator[None]:
        with self._lock:
            if name in self._under_way:
                raise ApiProblem(
                    409,
                    ProblemKind.IDEMPOTENCY_UNDER_WAY,
                    "The same call is under way.",
                    headers={"Retry-After": "1"},
                )
            self._under_way.add(name)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.discard(name)


def forget_answers(connection: Connection, now: datetime) -> None:
    """Delete the answers whose time is over."""
    connection.execute(
        delete(tables.idempotency).where(tables.idempotency.c.created_ms <= to_ms(now - MEMORY))
    )


def _remembered(connection: Connection, act: Act, now: datetime) -> Response | None:
    row = connection.execute(
        select(tables.idempotency).where(
            tables.idempotency.c.hash == act.hash,
            tables.idempotency.c.created_ms > to_ms(now - MEMORY),
        )
    ).first()
    if row is None:
        return None
    if row.request_hash != act.request_hash:
        raise ApiProblem(
            422,
            ProblemKind.IDEMPOTENCY_REUSED,
            "This Idempotency-Key was used for another call.",
        )
    body: bytes = sealing.unseal(act.key, act.hash, row.body) if row.sealed else row.body
    return _response(row.status, json.loads(row.headers), body)


def _remember(connection: Connection, act: Act, now: datetime, reply: Reply) -> None:
    body = reply.content()
    upsert(
        connection,
        tables.idempotency,
        {
            "hash": act.hash,
            "person_id": act.who,
            "created_ms": to_ms(now),
            "request_hash": act.request_hash,
            "status": reply.status,
            "headers": json.dumps(reply.headers),
            "body": sealing.seal(act.key, act.hash, body) if reply.secret else body,
            "sealed": reply.secret,
        },
    )


def _response(status: int, headers: dict[str, str], body: bytes) -> Response:
    every: dict[str, Any] = {"Cache-Control": "no-store"} | headers
    media_type = None if not body else PROBLEM_JSON if status >= 400 else JSON
    return Response(body, status, headers=every, media_type=media_type)
