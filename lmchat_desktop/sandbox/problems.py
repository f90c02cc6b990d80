"""Troubles as RFC 9457 problem details: one shape for everything that is not a success."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from lmchat_desktop.contract.base import (
    PROBLEM_JSON,
    PROBLEM_TYPE_ROOT,
    FieldProblem,
    Problem,
    ProblemKind,
)
from lmchat_desktop.contract.operations import OPERATIONS
from lmchat_desktop.sandbox.database import Busy, StorageFull, Unstorable

logger = logging.getLogger(__name__)

_KINDS_OF_STATUS = {
    401: ProblemKind.UNAUTHENTICATED,
    403: ProblemKind.FORBIDDEN,
    404: ProblemKind.NOT_FOUND,
    409: ProblemKind.CONFLICT,
    429: ProblemKind.RATE_LIMITED,
    503: ProblemKind.UNAVAILABLE,
}


class ApiProblem(Exception):
    """Raised anywhere below a route to answer with a problem.

    Attributes:
        status: the HTTP status.
        kind: one of `ProblemKind`.
        detail: for a person, without personal data.
        headers: to be sent with the answer.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str = "",
        *,
        errors: Sequence[FieldProblem] = (),
        current_etag: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = list(errors)
        self.current_etag = current_etag
        self.headers = headers or {}

    def answer(self) -> Response:
        """The problem as a response."""
        problem = Problem(
            type=PROBLEM_TYPE_ROOT + self.kind,
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            errors=self.errors,
            current_etag=self.current_etag,
        )
        headers = {"Cache-Control": "no-store"} | self.headers
        return Response(
            problem.model_dump_json(exclude_none=True),
            self.status,
            headers=headers,
            media_type=PROBLEM_JSON,
        )


def not_found() -> ApiProblem:
    """What is not there, and what is not for this principal: the two cannot be told apart."""
    return ApiProblem(404, ProblemKind.NOT_FOUND, "There is nothing here.")


def invalid(pointer: str, detail: str, status: int = 422) -> ApiProblem:
    """One invalid field."""
    return ApiProblem(
        status,
        ProblemKind.INVALID,
        "The request is not valid.",
        errors=[FieldProblem(pointer=pointer, detail=detail)],
    )


def unauthenticated(detail: str, kind: str = ProblemKind.UNAUTHENTICATED) -> ApiProblem:
    """No session, or one that has ended."""
    return ApiProblem(401, kind, detail, headers={"WWW-Authenticate": "Bearer"})


def forbidden(detail: str) -> ApiProblem:
    """Signed in, but without the scope."""
    return ApiProblem(403, ProblemKind.FORBIDDEN, detail)


def unavailable(detail: str) -> ApiProblem:
    """Not now; soon."""
    return ApiProblem(503, ProblemKind.UNAVAILABLE, detail, headers={"Retry-After": "1"})


def install(app: FastAPI) -> None:
    """Answer every trouble of the application as a problem."""

    async def api_problem(_request: Request, error: Exception) -> Response:
        assert isinstance(error, ApiProblem)
        return error.answer()

    async def http_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = _KINDS_OF_STATUS.get(error.status_code, ProblemKind.INVALID)
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(_methods_at(request.url.path))
        detail = "There is nothing here." if error.status_code == 404 else error.detail
        return ApiProblem(error.status_code, kind, detail, headers=headers).answer()

    async def validation_problem(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = [field_problem(entry) for entry in error.errors()]
        malformed = any(entry["type"] == "json_invalid" for entry in error.errors())
        return ApiProblem(
            400 if malformed else 422,
            ProblemKind.INVALID,
            "The body is not JSON." if malformed else "The request is not valid.",
            errors=errors,
        ).answer()

    async def busy(_request: Request, _error: Exception) -> Response:
        return unavailable("The sandbox is busy. Try again.").answer()

    async def full(_request: Request, _error: Exception) -> Response:
        return ApiProblem(
            507, ProblemKind.STORAGE_FULL, "The sandbox's disk is full; nothing was changed."
        ).answer()

    async def unstorable(_request: Request, _error: Exception) -> Response:
        return ApiProblem(
            422, ProblemKind.INVALID, "A value has a character or a size that cannot be kept."
        ).answer()

    app.add_exception_handler(ApiProblem, api_problem)
    app.add_exception_handler(HTTPException, http_problem)
    app.add_exception_handler(RequestValidationError, validation_problem)
    app.add_exception_handler(Busy, busy)
    app.add_exception_handler(StorageFull, full)
    app.add_exception_handler(Unstorable, unstorable)


def _methods_at(path: str) -> list[str]:
    """All methods of a path; the router names those of its first operation there alone.

    A path that is written out is not one with a parameter too (OpenAPI 3.1, Paths Object).
    """
    found: dict[str, set[str]] = {}
    for operation in OPERATIONS:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", operation.path), path):
            found.setdefault(operation.path, set()).add(operation.method)
    nearest = min(found, key=lambda template: template.count("{"), default=None)
    return [] if nearest is None else sorted(found[nearest])


def internal(error: BaseException) -> Response:
    """An answer for a mistake of ours; the log names its place, never what was in the request."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "unknown" if place is None else f"{place.tb_frame.f_code.co_name}:{place.tb_lineno}"
    logger.error("internal error: %s at %s", type(error).__name__, where)
    return ApiProblem(
        500, ProblemKind.INTERNAL, "The sandbox failed. Nothing was changed."
    ).answer()


def field_problem(entry: dict[str, Any]) -> FieldProblem:
    """A validation error as a JSON pointer; its input is left out, since it can be a secret.

    A body's pointer is rooted in the body (`/name`); a query's is `/query/limit`.
    """
    place, *path = entry["loc"]
    if place != "body":
        path = [place, *path]
    elif entry["type"] == "json_invalid":
        path = []
    pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)
    return FieldProblem(pointer=pointer, detail=str(entry["msg"]))
