"""How one call is carried out: signed, bounded in time, retried where that is safe, and logged."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import httpx

from lmchat_desktop import __version__
from lmchat_desktop.client import answers
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import Credentials, Exchange, is_bearer
from lmchat_desktop.client.errors import (
    ApiTrouble,
    BadAnswer,
    Cancelled,
    DeviceRevoked,
    SignedOut,
    SignInFailed,
)
from lmchat_desktop.client.refusals import refusal
from lmchat_desktop.client.retry import RetryPolicy, is_safe, retrying
from lmchat_desktop.client.transport import NetworkTransport, call_limits
from lmchat_desktop.contract.base import IDEMPOTENCY_KEY
from lmchat_desktop.domain.wording import in_order, said

if TYPE_CHECKING:
    from lmchat_desktop.client.address import BackendAddress
    from lmchat_desktop.client.call import Call
    from lmchat_desktop.contract.identity import TokenAnswer
    from lmchat_desktop.domain.clock import Clock

R = TypeVar("R")
Read = Callable[[httpx.Response, CancelToken], R]
"""Makes a result of a good answer; the token ends its reading."""

log = logging.getLogger(__name__)

DEVICE_ID = "X-Device-Id"
TIMEOUTS = httpx.Timeout(connect=5.0, read=20.0, write=20.0, pool=5.0)
CALL_S = 120.0
"""How long a call may take in all, unless it says otherwise."""
RENEWAL_S = 5.0


class _RenewalFailed(Exception):
    """The sign-in could not be renewed; the call was not made.

    Attributes:
        trouble: why.
    """

    def __init__(self, trouble: ApiTrouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class Caller:
    """Carries out calls to one backend; thread-safe.

    Attributes:
        device_id: sent with every authorised call, where there is one.
    """

    def __init__(
        self,
        address: BackendAddress,
        credentials: Credentials | None,
        exchange: Exchange,
        device_id: str | None,
        clock: Clock,
        transport: httpx.BaseTransport | None,
        retry: RetryPolicy,
    ) -> None:
        self.device_id = device_id
        self._host = address.host
        self._credentials = credentials
        self._exchange = exchange
        self._clock = clock
        self._retry = retry
        self._closed = CancelToken()
        self._renewing = threading.Lock()
        self._http = httpx.Client(
            base_url=address.base_url,
            transport=transport or NetworkTransport(address),
            timeout=TIMEOUTS,
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": f"lmchat-desktop/{__version__}", "Accept-Encoding": "gzip"},
        )

    def close(self) -> None:
        """End the calls under way with `Cancelled`, and close all connections.

        A renewal of tokens is given a few seconds to end, since its answer cannot be had again.
        """
        self._closed.cancel()
        renewed = self._renewing.acquire(timeout=RENEWAL_S)
        self._http.close()
        if renewed:
            self._renewing.release()

    def perform(
        self, call: Call, read: Read[R], cancel: CancelToken | None, *, to_the_end: bool = False
    ) -> R:
        """Make the call and read its answer.

        Args:
            call: what to ask.
            read: makes the result of a good answer.
            cancel: ends it early.
            to_the_end: whether closing the client lets it end first.

        Raises:
            ApiTrouble: any kind of it.
        """
        with self._stops_on(cancel, None if to_the_end else self._closed) as stop:
            try:
                if not is_safe(call.method, call.headers.get(IDEMPOTENCY_KEY)):
                    return self._signed(call, read, stop)
                return retrying(lambda: self._signed(call, read, stop), self._retry, stop)
            except _RenewalFailed as failed:
                raise failed.trouble from None

    @contextmanager
    def _stops_on(self, *tokens: CancelToken | None) -> Iterator[CancelToken]:
        stop = CancelToken()
        take_back = [token.on_cancel(stop.cancel) for token in tokens if token is not None]
        try:
            stop.raise_if_cancelled()
            yield stop
        finally:
            for forget in take_back:
                forget()

    def _signed(self, call: Call, read: Read[R], stop: CancelToken) -> R:
        if self._credentials is None or not call.authorised:
            return self._once(call, None, read, stop)
        token = self._credentials.token()
        try:
            return self._once(call, token, read, stop)
        except DeviceRevoked:
            raise
        except SignedOut:
            if not self._renew(token, stop):
                raise
        return self._once(call, self._credentials.token(), read, stop)

    def _renew(self, rejected: str, stop: CancelToken) -> bool:
        assert self._credentials is not None
        try:
            return self._credentials.renew(rejected, self._renewed, stop)
        except ApiTrouble as trouble:
            # It was made again as often as is sensible; the call around it is not.
            raise _RenewalFailed(trouble) from None

    def _renewed(self, refresh_token: str) -> TokenAnswer:
        with self._renewing:
            return self._exchange(refresh_token)

    def _request(self, call: Call, token: str | None) -> httpx.Request:
        headers = dict(call.headers)
        if token is not None:
            if not is_bearer(token):
                raise SignInFailed(
                    said(
                        "Client",
                        "The sign-in that was kept is damaged. Nothing was sent. Sign in again.",
                    )
                )
            headers["Authorization"] = f"Bearer {token}"
            if self.device_id is not None:
                headers[DEVICE_ID] = self.device_id
        try:
            return self._http.build_request(
                call.method,
                call.path,
                params=call.params or None,
                headers=headers,
                content=call.content,
            )
        except (UnicodeEncodeError, httpx.InvalidURL):
            raise _unsendable(call) from None

    def _once(self, call: Call, token: str | None, read: Read[R], stop: CancelToken) -> R:
        request = self._request(call, token)
        began = time.monotonic()
        outcome = "failed"
        try:
            with call_limits(stop, CALL_S if call.seconds is None else call.seconds):
                response = self._sent(request)
                try:
                    outcome = str(response.status_code)
                    self._check(call, response)
                    return read(response, stop)
                finally:
                    response.close()
        except httpx.InvalidURL:
            # httpx looks at where an answer points to, also where it is not to go there.
            raise _points_elsewhere(call, "to no address") from None
        except httpx.LocalProtocolError:
            raise _unsendable(call) from None
        except httpx.TransportError as trouble:
            raise answers.no_answer(trouble, self._host, call.effect) from None
        except Cancelled:
            outcome = "cancelled"
            raise
        finally:
            elapsed_ms = (time.monotonic() - began) * 1000
            log.debug("%s %s %s %d ms", call.method, call.path, outcome, elapsed_ms)

    def _sent(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._http.send(request, stream=True)
        except RuntimeError:
            # The only sign that httpx gives where the client was closed just before.
            if self._http.is_closed:
                raise Cancelled from None
            raise

    def _check(self, call: Call, response: httpx.Response) -> None:
        status = response.status_code
        if status >= 400:
            asked = f"{call.method} {call.path}"
            raise refusal(response, self._clock.now(), asked, call.effect)
        if not (status == 304 or 200 <= status < 300):
            raise _points_elsewhere(call, f"status={status}")


def _points_elsewhere(call: Call, how: str) -> BadAnswer:
    return BadAnswer(
        in_order(
            said("Client", "The backend points to another address instead of answering."),
            call.effect.value,
            said(
                "Client",
                "The application does not follow it: correct the address of the profile.",
            ),
        ),
        f"{call.method} {call.path} {how}",
    )


def _unsendable(call: Call) -> BadAnswer:
    return BadAnswer(
        said(
            "Client",
            "Something that the backend gave before, such as a version mark or a cursor, cannot be "
            "sent back to it. Nothing was sent. Tell whoever runs the backend.",
        ),
        f"{call.method} {call.path}",
    )
