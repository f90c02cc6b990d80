"""One request to be made: how its path, query, headers and body are written."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from lmchat_desktop.client.errors import Effect
from lmchat_desktop.client.retry import SAFE_METHODS
from lmchat_desktop.contract.base import IDEMPOTENCY_KEY, PROBLEM_JSON, instant_text

if TYPE_CHECKING:
    import pydantic

ParamValue = str | int | bool | datetime | Sequence[str] | None
Params = Mapping[str, ParamValue]

JSON_TYPE = "application/json"
ACCEPT_JSON = f"{JSON_TYPE}, {PROBLEM_JSON}"


@dataclass(frozen=True, slots=True)
class Call:
    """One request to be made, without its authorisation.

    Attributes:
        method, path, params, headers, content: as HTTP has them.
        authorised: whether it carries the sign-in.
        seconds: how long the whole of it may take; None for as long as any call.
        harm: what a failure can have changed, where the method tells it wrongly.
    """

    method: str
    path: str
    params: Mapping[str, str | list[str]]
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    authorised: bool = True
    seconds: float | None = None
    harm: Effect | None = None

    @property
    def effect(self) -> Effect:
        """What a failure can have changed."""
        if self.harm is not None:
            return self.harm
        return Effect.READING if self.method in SAFE_METHODS else Effect.UNKNOWN


def post(
    path: str,
    body: pydantic.BaseModel | None,
    idempotency_key: str | None,
    headers: Mapping[str, str] | None,
    *,
    authorised: bool,
) -> Call:
    """A call that creates or acts, under an idempotency key of its own unless one is given."""
    return Call(
        "POST",
        path,
        {},
        {
            "Accept": ACCEPT_JSON,
            IDEMPOTENCY_KEY: idempotency_key or str(uuid.uuid4()),
            **({"Content-Type": JSON_TYPE} if body is not None else {}),
            **(headers or {}),
        },
        body.model_dump_json().encode() if body is not None else None,
        authorised=authorised,
    )


def query(params: Params | None) -> dict[str, str | list[str]]:
    """Parameters as a query string writes them; those that are None are left out.

    One of several values is written once for each.
    """
    return {name: _told(value) for name, value in (params or {}).items() if value is not None}


def quoted_etag(etag: str) -> str:
    """An ETag as a header carries it, quoted (RFC 9110 8.8.3)."""
    return etag if etag.startswith(('"', 'W/"')) else f'"{etag}"'


def segment(identifier: str) -> str:
    """An identifier as one segment of a path, whatever characters it holds."""
    return quote(identifier, safe="")


def _told(value: str | int | bool | datetime | Sequence[str]) -> str | list[str]:
    if isinstance(value, str | int | datetime):
        return _text(value)
    return [str(each) for each in value]


def _text(value: str | int | bool | datetime) -> str:
    if isinstance(value, datetime):
        return instant_text(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
