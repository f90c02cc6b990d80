"""One connection to one backend as one principal: calls that are checked, bounded and retried."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

import httpx

from lmchat_desktop.client import answers
from lmchat_desktop.client.address import backend_address
from lmchat_desktop.client.calls import Call, Caller, Read
from lmchat_desktop.client.credentials import CLIENT_ID, Credentials
from lmchat_desktop.client.errors import BadAnswer, Invalid, SignedOut
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.contract.base import (
    IDEMPOTENCY_KEY,
    MERGE_PATCH_JSON,
    PROBLEM_JSON,
    Problem,
    instant_text,
)
from lmchat_desktop.contract.identity import TokenAnswer, TokenRequest
from lmchat_desktop.domain.clock import Clock, SystemClock
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    import pydantic

    from lmchat_desktop.client.answers import M, OnBytes
    from lmchat_desktop.client.cancel import CancelToken

ParamValue = str | int | bool | datetime | None
Params = Mapping[str, ParamValue]

MAX_SLICE = 256 * 2**20
DOWNLOAD_S = 900.0


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A body that was fetched with its ETag."""

    etag: str
    body: bytes


class ApiClient:
    """Calls one backend. Thread-safe; errors are `ApiTrouble`s.

    Attributes:
        base_url: the backend's address, normalised.

    Args:
        base_url: https, or http to this machine.
        credentials: None for calls that need no sign-in.
        device_id: the registered device, for personal tokens.
        clock: tells the time for `Retry-After` dates.
        transport: replaces the network in tests.
        retry: how safe calls are made again.

    Raises:
        BadAddress, InsecureAddress: the address cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials | None,
        *,
        device_id: str | None = None,
        clock: Clock | None = None,
        transport: httpx.BaseTransport | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        address = backend_address(base_url)
        self.base_url = address.base_url
        self._caller = Caller(
            address,
            credentials,
            self._refresh,
            device_id,
            clock or SystemClock(),
            transport,
            retry or RetryPolicy(),
        )

    def __repr__(self) -> str:
        return f"ApiClient({self.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def device_id(self) -> str | None:
        """The device that is sent as `X-Device-Id` with every signed call, where there is one."""
        return self._caller.device_id

    @device_id.setter
    def device_id(self, device_id: str | None) -> None:
        self._caller.device_id = device_id

    def close(self) -> None:
        """Close all connections; calls under way end with `Cancelled`."""
        self._caller.close()

    def get(
        self,
        path: str,
        model: type[M],
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        authorised: bool = True,
        cancel: CancelToken | None = None,
    ) -> M:
        """Read a resource."""
        call = Call(
            "GET",
            path,
            _query(params),
            {"Accept": _ACCEPT_JSON, **(headers or {})},
            authorised=authorised,
        )
        return self._caller.perform(call, _json(call, model), cancel)

    def post(
        self,
        path: str,
        model: type[M],
        body: pydantic.BaseModel | None = None,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
        authorised: bool = True,
        cancel: CancelToken | None = None,
    ) -> M:
        """Create or act; with the same `idempotency_key` the backend does it once at most."""
        call = _post(path, body, idempotency_key, headers, authorised=authorised)
        return self._caller.perform(call, _json(call, model), cancel)

    def act(
        self,
        path: str,
        body: pydantic.BaseModel | None = None,
        *,
        idempotency_key: str | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        """As `post`, where a success has no body."""
        call = _post(path, body, idempotency_key, None, authorised=True)
        self._caller.perform(call, lambda response, stop: None, cancel)

    def patch(
        self,
        path: str,
        model: type[M],
        body: pydantic.BaseModel,
        *,
        etag: str,
        cancel: CancelToken | None = None,
    ) -> M:
        """Change the fields that were set in `body`, if the resource still has this ETag."""
        call = Call(
            "PATCH",
            path,
            {},
            {
                "Accept": _ACCEPT_JSON,
                "If-Match": quoted_etag(etag),
                "Content-Type": MERGE_PATCH_JSON,
            },
            body.model_dump_json(exclude_unset=True).encode(),
        )
        return self._caller.perform(call, _json(call, model), cancel)

    def delete(self, path: str, *, etag: str, cancel: CancelToken | None = None) -> None:
        """Delete a resource, if it still has this ETag."""
        call = Call("DELETE", path, {}, {"Accept": PROBLEM_JSON, "If-Match": quoted_etag(etag)})
        self._caller.perform(call, lambda response, stop: None, cancel)

    def download(
        self,
        path: str,
        media_type: str,
        *,
        params: Params | None = None,
        etag: str | None = None,
        limit: int = MAX_SLICE,
        cancel: CancelToken | None = None,
        on_bytes: OnBytes | None = None,
    ) -> Downloaded | None:
        """Fetch a body of one media type; None where it still has the given ETag."""
        call = Call(
            "GET",
            path,
            _query(params),
            {
                "Accept": f"{media_type}, {PROBLEM_JSON};q=0.1",
                **({"If-None-Match": quoted_etag(etag)} if etag is not None else {}),
            },
            seconds=DOWNLOAD_S,
        )

        def read(response: httpx.Response, stop: CancelToken) -> Downloaded | None:
            if response.status_code == 304 and etag is not None:
                return None
            answers.expect_type(response, media_type, call.effect)
            found = response.headers.get("ETag")
            if not found:
                raise BadAnswer(
                    said(
                        "Client",
                        "The backend's answer lacks its version mark. What you see is what was "
                        "known before. Tell whoever runs the backend.",
                    ),
                    f"{call.method} {call.path}: no ETag",
                )
            return Downloaded(
                found, answers.read_body(response, limit, call.effect, stop, on_bytes)
            )

        return self._caller.perform(call, read, cancel)

    def exchange_token(
        self, request: TokenRequest, cancel: CancelToken | None = None
    ) -> TokenAnswer:
        """Get tokens for a code or a refresh token (RFC 6749 sections 4.1.3 and 6).

        Raises:
            SignedOut: the code or the refresh token is not good (any more).
        """
        return self._exchanged(request, cancel, to_the_end=False)

    def _refresh(self, refresh_token: str) -> TokenAnswer:
        wanted = TokenRequest(
            grant_type="refresh_token", client_id=CLIENT_ID, refresh_token=refresh_token
        )
        return self._exchanged(wanted, None, to_the_end=True)

    def _exchanged(
        self, request: TokenRequest, cancel: CancelToken | None, *, to_the_end: bool
    ) -> TokenAnswer:
        fields = {name: value for name, value in request.model_dump().items() if value}
        call = Call(
            "POST",
            "/oauth/token",
            {},
            {
                "Accept": _ACCEPT_JSON,
                "Content-Type": "application/x-www-form-urlencoded",
                IDEMPOTENCY_KEY: str(uuid.uuid4()),
            },
            str(httpx.QueryParams(fields)).encode(),
            authorised=False,
        )
        try:
            return self._caller.perform(
                call, _json(call, TokenAnswer), cancel, to_the_end=to_the_end
            )
        except Invalid as trouble:
            raise SignedOut(
                said(
                    "Client",
                    "The backend no longer accepts this sign-in. Nothing was changed. Sign in "
                    "again.",
                ),
                trouble.technical,
                problem=Problem(type="about:blank", title="", status=trouble.status),
            ) from None


def _post(
    path: str,
    body: pydantic.BaseModel | None,
    idempotency_key: str | None,
    headers: Mapping[str, str] | None,
    *,
    authorised: bool,
) -> Call:
    return Call(
        "POST",
        path,
        {},
        {
            "Accept": _ACCEPT_JSON,
            IDEMPOTENCY_KEY: idempotency_key or str(uuid.uuid4()),
            **({"Content-Type": answers.JSON_TYPE} if body is not None else {}),
            **(headers or {}),
        },
        body.model_dump_json().encode() if body is not None else None,
        authorised=authorised,
    )


def _json(call: Call, model: type[M]) -> Read[M]:
    def read(response: httpx.Response, stop: CancelToken) -> M:
        answers.expect_type(response, answers.JSON_TYPE, call.effect)
        body = answers.read_body(response, answers.MAX_JSON, call.effect, stop)
        return answers.parse(body, model, call.effect)

    return read


_ACCEPT_JSON = f"{answers.JSON_TYPE}, {PROBLEM_JSON}"


def quoted_etag(etag: str) -> str:
    """An ETag as a header carries it, quoted (RFC 9110 8.8.3)."""
    return etag if etag.startswith(('"', 'W/"')) else f'"{etag}"'


def segment(identifier: str) -> str:
    """An identifier as one segment of a path, whatever characters it holds."""
    return quote(identifier, safe="")


def _query(params: Params | None) -> dict[str, str]:
    return {name: _text(value) for name, value in (params or {}).items() if value is not None}


def _text(value: str | int | bool | datetime) -> str:
    if isinstance(value, datetime):
        return instant_text(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
