"""One connection to one backend as one principal: calls that are checked, bounded and retried.

A client costs nothing before its first call, which loads what speaks HTTP (`wire`).
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Self
from urllib.parse import urlencode

from lmchat_desktop.client.address import backend_address
from lmchat_desktop.client.call import ACCEPT_JSON, Call, post, query, quoted_etag
from lmchat_desktop.client.credentials import CLIENT_ID, Credentials
from lmchat_desktop.client.errors import Effect, Invalid, SignedOut
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.contract.base import IDEMPOTENCY_KEY, MERGE_PATCH_JSON, PROBLEM_JSON, Problem
from lmchat_desktop.contract.identity import TokenAnswer, TokenRequest
from lmchat_desktop.domain.clock import Clock, SystemClock
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx
    import pydantic

    from lmchat_desktop.client.answers import M, OnBytes
    from lmchat_desktop.client.call import Params
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.client.wire import Wire

MAX_SLICE = 256 * 2**20
DOWNLOAD_S = 900.0
MAX_ARCHIVE = 64 * 2**30
"""How large a file may become that is written as it comes."""


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
        BadAddress, InsecureAddress: the address cannot be used. Of the proxy that the environment
            names this is said by the first call.
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
        self._address = backend_address(base_url)
        self.base_url = self._address.base_url
        self._credentials = credentials
        self._device_id = device_id
        self._clock = clock or SystemClock()
        self._transport = transport
        self._retry = retry or RetryPolicy()
        self._making = threading.Lock()
        self._made: Wire | None = None
        self._renewal = ("", "")
        self._closed = False

    def __repr__(self) -> str:
        return f"ApiClient({self.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def device_id(self) -> str | None:
        """The device that is sent as `X-Device-Id` with every signed call, where there is one."""
        return self._device_id

    @device_id.setter
    def device_id(self, device_id: str | None) -> None:
        with self._making:
            self._device_id = device_id
            if self._made is not None:
                self._made.name_device(device_id)

    def close(self) -> None:
        """Close all connections; calls under way and later ones end with `Cancelled`."""
        with self._making:
            self._closed = True
            made = self._made
        if made is not None:
            made.close()

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
            query(params),
            {"Accept": ACCEPT_JSON, **(headers or {})},
            authorised=authorised,
        )
        return self._wire().read(call, model, cancel)

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
        call = post(path, body, idempotency_key, headers, authorised=authorised)
        return self._wire().read(call, model, cancel)

    def act(
        self,
        path: str,
        body: pydantic.BaseModel | None = None,
        *,
        idempotency_key: str | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        """As `post`, where a success has no body."""
        call = post(path, body, idempotency_key, None, authorised=True)
        self._wire().act(call, cancel)

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
                "Accept": ACCEPT_JSON,
                "If-Match": quoted_etag(etag),
                "Content-Type": MERGE_PATCH_JSON,
            },
            body.model_dump_json(exclude_unset=True).encode(),
        )
        return self._wire().read(call, model, cancel)

    def delete(self, path: str, *, etag: str, cancel: CancelToken | None = None) -> None:
        """Delete a resource, if it still has this ETag."""
        call = Call("DELETE", path, {}, {"Accept": PROBLEM_JSON, "If-Match": quoted_etag(etag)})
        self._wire().act(call, cancel)

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
            query(params),
            {
                "Accept": f"{media_type}, {PROBLEM_JSON};q=0.1",
                **({"If-None-Match": quoted_etag(etag)} if etag is not None else {}),
            },
            seconds=DOWNLOAD_S,
        )
        return self._wire().download(call, media_type, etag, limit, cancel, on_bytes)

    def fetch(
        self,
        path: str,
        media_type: str,
        into: BinaryIO,
        *,
        limit: int = MAX_ARCHIVE,
        cancel: CancelToken | None = None,
        on_bytes: OnBytes | None = None,
    ) -> None:
        """Write a body of one media type into a file as it comes; tried again, from its start."""
        call = Call(
            "GET",
            path,
            {},
            {"Accept": f"{media_type}, {PROBLEM_JSON};q=0.1"},
            seconds=DOWNLOAD_S,
        )
        self._wire().fetch(call, media_type, into, limit, cancel, on_bytes)

    def exchange_token(
        self, request: TokenRequest, cancel: CancelToken | None = None
    ) -> TokenAnswer:
        """Get tokens for a code or a refresh token (RFC 6749 sections 4.1.3 and 6).

        Raises:
            SignedOut: the code or the refresh token is not good (any more).
        """
        return self._exchanged(request, cancel, to_the_end=False)

    def _refresh(self, refresh_token: str) -> TokenAnswer:
        """Renew the tokens; one renewal at a time.

        A refresh token is good once. Where every answer to a renewal was lost, the next one has the
        same key, so that the backend gives the same tokens and does not take it for a theft.
        """
        begun, key = self._renewal
        if begun != refresh_token:
            key = str(uuid.uuid4())
            self._renewal = refresh_token, key
        wanted = TokenRequest(
            grant_type="refresh_token", client_id=CLIENT_ID, refresh_token=refresh_token
        )
        return self._exchanged(wanted, None, to_the_end=True, idempotency_key=key)

    def _exchanged(
        self,
        request: TokenRequest,
        cancel: CancelToken | None,
        *,
        to_the_end: bool,
        idempotency_key: str | None = None,
    ) -> TokenAnswer:
        fields = {name: value for name, value in request.model_dump().items() if value}
        call = Call(
            "POST",
            "/oauth/token",
            {},
            {
                "Accept": ACCEPT_JSON,
                "Content-Type": "application/x-www-form-urlencoded",
                IDEMPOTENCY_KEY: idempotency_key or str(uuid.uuid4()),
            },
            urlencode(fields).encode(),
            authorised=False,
            harm=Effect.NONE,
        )
        try:
            return self._wire().read(call, TokenAnswer, cancel, to_the_end=to_the_end)
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

    def _wire(self) -> Wire:
        with self._making:
            if self._made is None:
                from lmchat_desktop.client.calls import Caller
                from lmchat_desktop.client.wire import Wire

                caller = Caller(
                    self._address,
                    self._credentials,
                    self._refresh,
                    self._device_id,
                    self._clock,
                    self._transport,
                    self._retry,
                )
                self._made = Wire(caller)
                if self._closed:
                    self._made.close()
            return self._made
