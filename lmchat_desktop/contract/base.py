"""What every resource of the API shares: wire types, pages, problems and header names."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)

API_PREFIX = "/v1"

ZIP_ARCHIVE = "application/zip"
ARROW_STREAM = "application/vnd.apache.arrow.stream"
PROBLEM_JSON = "application/problem+json"
MERGE_PATCH_JSON = "application/merge-patch+json"

IDEMPOTENCY_KEY = "Idempotency-Key"
MAX_PAGE = 1000
PROBLEM_TYPE_ROOT = "https://lmchat.net/problems/"


def instant_text(at: datetime) -> str:
    """An instant as RFC 3339 in UTC with milliseconds and `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_RFC_3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


def _written_out(value: object) -> object:
    """Refuse a number of seconds, which pydantic would take for a moment too (RFC 3339, 5.6)."""
    if isinstance(value, datetime) or (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        return value
    raise ValueError("it is not a date and a time with an offset, as RFC 3339 has them")


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    PlainSerializer(instant_text, return_type=str, when_used="json"),
]
"""A moment in UTC, RFC 3339 with `Z` on the wire."""

Day = date
"""A calendar day, `YYYY-MM-DD` on the wire."""

Nanos = Annotated[int, Field(ge=-(2**63), lt=2**63, description="nano US dollars")]
"""An amount of money in nano US dollars (10⁻⁹ USD), a signed 64-bit integer."""

Count = Annotated[int, Field(ge=0, lt=2**63)]
"""A count of things (requests, tokens, rows)."""

SentCount = Annotated[Count, Field(strict=True)]
"""A count in what a client sends: neither a text nor `true` is taken for a number."""


class Answer(BaseModel):
    """What the backend says. Unknown fields are ignored, so that a newer backend can be read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Body(BaseModel):
    """What a client sends. Unknown fields are refused, so that a misspelt wish is not lost."""

    model_config = ConfigDict(frozen=True, extra="forbid")


T = TypeVar("T")


class Page(Answer, Generic[T]):
    """One page of a list in a stable order; `next_cursor` is opaque and null on the last page."""

    data: list[T]
    has_more: bool
    next_cursor: str | None = None


class FieldProblem(Answer):
    """One invalid field of a request body, named by a JSON pointer (RFC 6901)."""

    pointer: str
    detail: str


class Problem(Answer):
    """An error, as RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[FieldProblem] = []
    current_etag: str | None = Field(
        default=None, description="on 412: the resource's ETag as it stands"
    )


class ProblemKind:
    """The stable last segment of a problem's `type`, below https://lmchat.net/problems/."""

    UNAUTHENTICATED = "unauthenticated"
    DEVICE_REVOKED = "device-revoked"
    FORBIDDEN = "missing-scope"
    OWN_RIGHTS = "own-rights"
    NOT_FOUND = "not-found"
    INVALID = "invalid-request"
    CONFLICT = "conflict"
    IDEMPOTENCY_UNDER_WAY = "idempotency-under-way"
    IDEMPOTENCY_REUSED = "idempotency-key-reused"
    STALE = "precondition-failed"
    PRECONDITION_REQUIRED = "precondition-required"
    CURSOR_GONE = "cursor-gone"
    RATE_LIMITED = "rate-limited"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal-error"
    NOT_OFFERED = "not-offered"
    STORAGE_FULL = "storage-full"
