"""A call on its way: who makes it, in one consistent view of the database, and acts in one unit."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lmchat_desktop.contract.base import IDEMPOTENCY_KEY, ProblemKind
from lmchat_desktop.contract.operation import Operation, Trait
from lmchat_desktop.contract.operations import BY_ID
from lmchat_desktop.domain.scopes import Principal, Scope
from lmchat_desktop.sandbox import principals
from lmchat_desktop.sandbox.backend import Backend
from lmchat_desktop.sandbox.database import Busy, StorageFull
from lmchat_desktop.sandbox.events import ActUnit, Origin
from lmchat_desktop.sandbox.identifiers import hash_secret
from lmchat_desktop.sandbox.problems import (
    ApiProblem,
    forbidden,
    invalid,
    unauthenticated,
)
from lmchat_desktop.sandbox.uow import MAX_KEY, MIN_KEY, Act, Reply, Unit, record_change
from lmchat_desktop.sandbox.visibility import Visibility, visible

logger = logging.getLogger(__name__)

H = TypeVar("H", bound=Callable[..., Any])

ANSWER_HEADERS = "lmchat.headers"
"""Where in a request's scope the headers lie that its answer gets in any case."""
DEVICE_ID = "X-Device-Id"
SANDBOX_TOKEN = "X-Sandbox-Token"
NOBODY = "sandbox"
"""Who acts where nobody is signed in: the person who started the sandbox."""


class View:
    """What a caller sees: one state of the database, and who they are in that state."""

    def __init__(self, connection: Connection, now: datetime, principal: Principal) -> None:
        self.connection = connection
        self.now = now
        self.principal = principal
        self.sight: Visibility = visible(principal)


class Call:
    """A call that may go on: within its limit, signed in where it has to be, with its scope.

    Attributes:
        body: the bytes that were sent.
    """

    def __init__(
        self, backend: Backend, operation: Operation, request: Request, body: bytes
    ) -> None:
        self.backend = backend
        self.operation = operation
        self.request = request
        self.body = body

    @contextmanager
    def view(self) -> Iterator[View]:
        """One state of the database, with the caller as they are in it.

        Raises:
            ApiProblem: 401 or 403, they may not (any more).
        """
        with self.backend.database.read() as connection:
            now = self.backend.clock.now()
            yield View(connection, now, self._admit(connection, now).principal)

    def check(self) -> None:
        """Refuse the call before its body is looked at, and note that its device was here.

        Raises:
            ApiProblem: 401 or 403.
        """
        if self.operation.has(Trait.PUBLIC) or self._knows_sandbox_token():
            return
        if self.operation.has(Trait.SANDBOX_TOKEN):
            raise unauthenticated("This needs the token that the sandbox was started with.")
        with self.backend.database.read() as connection:
            session = self._admit(connection, self.backend.clock.now())
        device = session.principal.device_id
        if session.seen_due and device is not None:
            try:
                self._note_seen(device, session.principal.person_id)
            except (Busy, StorageFull) as trouble:
                # What was asked for may need no writing; the next call notes it.
                logger.warning("device not noted: %s", type(trouble).__name__)

    def act(self, work: Callable[[Unit, Visibility], Reply]) -> Response:
        """Do the work as one unit, in the name of the caller as they are at that moment."""
        who = NOBODY
        if not self.by_sandbox:
            with self.backend.database.read() as connection:
                who = self._admit(connection, self.backend.clock.now()).principal.person_id
        sights: list[Visibility] = []
        origin = Origin.of(self.request)

        def begin(connection: Connection, now: datetime) -> Unit:
            session = self._admit(connection, now)
            sights.append(visible(session.principal))
            return ActUnit(connection, now, session.principal, origin)

        def begin_as_sandbox(connection: Connection, now: datetime) -> Unit:
            principal = Principal(NOBODY, frozenset(), {})
            sights.append(visible(principal))
            return ActUnit(connection, now, principal, origin)

        answer = self.backend.units.run(
            self._remembered(who),
            begin_as_sandbox if self.by_sandbox else begin,
            lambda unit: work(unit, sights[-1]),
        )
        self.backend.errands.wake()
        return answer

    def if_match(self, current: str) -> None:
        """Refuse a change of something else than the caller saw.

        Raises:
            ApiProblem: 428 without If-Match, 412 with the present ETag.
        """
        given = self.request.headers.get("If-Match")
        if given is None:
            raise ApiProblem(
                428,
                ProblemKind.PRECONDITION_REQUIRED,
                "Send the ETag of what you saw as If-Match.",
            )
        tags = [tag.strip() for tag in given.split(",")]
        if current not in tags and tags != ["*"]:
            raise ApiProblem(
                412,
                ProblemKind.STALE,
                "It was changed meanwhile.",
                current_etag=current,
                headers={"ETag": current},
            )

    def none_match(self, current: str) -> bool:
        """Whether the caller has this already."""
        given = self.request.headers.get("If-None-Match", "")
        return current in [tag.strip().removeprefix("W/") for tag in given.split(",")]

    def _note_seen(self, device: str, person_id: str) -> None:
        with self.backend.database.write() as connection:
            now = self.backend.clock.now()
            principals.note_seen(connection, device, now)
            record_change(connection, now, "device", device, person_id=person_id)

    def _admit(self, connection: Connection, now: datetime) -> principals.Session:
        session = principals.authenticate(
            connection,
            now,
            self.request.headers.get("Authorization"),
            self.request.headers.get(DEVICE_ID),
            needs_device=not self.operation.has(Trait.NO_DEVICE),
        )
        scope = self.operation.scope
        if scope is not None and not session.principal.may(scope):
            raise forbidden(f"This needs {scope.value}.")
        return session

    @property
    def by_sandbox(self) -> bool:
        """Whether nobody is signed in: the call is public, or shows the sandbox's token."""
        return self.operation.has(Trait.PUBLIC) or self._knows_sandbox_token()

    def _knows_sandbox_token(self) -> bool:
        if not (
            self.operation.has(Trait.SANDBOX_TOKEN) or self.operation.has(Trait.SANDBOX_EITHER)
        ):
            return False
        shown = self.request.headers.get(SANDBOX_TOKEN, "")
        return secrets.compare_digest(shown.encode(), self.backend.settings.token.encode())

    def _remembered(self, who: str) -> Act | None:
        required = self.operation.has(Trait.IDEMPOTENT)
        if not required and not self.operation.has(Trait.IDEMPOTENT_OPTIONAL):
            return None
        key = self.request.headers.get(IDEMPOTENCY_KEY)
        if key is None:
            if required:
                raise invalid(f"/header/{IDEMPOTENCY_KEY}", "it is required", 400)
            return None
        if not MIN_KEY <= len(key) <= MAX_KEY:
            raise invalid(
                f"/header/{IDEMPOTENCY_KEY}", f"it has {MIN_KEY} to {MAX_KEY} characters", 400
            )
        asked = f"{self.request.method} {self.request.url.path}\n".encode()
        return Act(who, key, asked + self.body)


def need(unit: Unit, scope: Scope, account_id: str) -> None:
    """Refuse an act on an account that its actor sees but may not change.

    Raises:
        ApiProblem: 403.
    """
    if not unit.principal.may(scope, account_id):
        raise forbidden(f"This needs {scope.value} in this account.")


async def _call(request: Request) -> Call:
    operation = BY_ID[request.scope["route"].name]
    backend: Backend = request.app.state.backend
    allowance = backend.limiter.take(_name(request))
    request.scope[ANSWER_HEADERS].update(allowance.headers())
    if not allowance.granted:
        raise ApiProblem(429, ProblemKind.RATE_LIMITED, "Too many calls. Wait a moment.")
    call = Call(backend, operation, request, await request.body())
    await run_in_threadpool(call.check)
    return call


def _name(request: Request) -> str:
    """Whose bucket a call is taken from: the session's, by a hash of what it shows."""
    shown = request.headers.get("Authorization") or request.headers.get(SANDBOX_TOKEN)
    if shown is not None:
        return hash_secret(shown)
    return "" if request.client is None else request.client.host


Caller = Annotated[Call, Depends(_call)]
"""The parameter by which a route is given its call."""


def serve(router: APIRouter, operation_id: str) -> Callable[[H], H]:
    """Serve an operation of the contract with the decorated function."""
    operation = BY_ID[operation_id]

    def bind(handler: H) -> H:
        router.add_api_route(
            operation.path,
            handler,
            methods=[operation.method],
            name=operation.id,
            response_model=None,
            status_code=operation.status,
        )
        return handler

    return bind
