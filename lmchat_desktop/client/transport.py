"""The network below httpx: verified TLS, the environment's proxy, and calls that can be cut off.

httpx offers no way to stop a call that waits for a name, a connection, headers or a stalled body.
This transport puts a network backend under httpcore (a public seam) whose every wait ends when the
call's token is cancelled or its deadline passes.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from lmchat_desktop.client.errors import BadAddress, Cancelled
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    import ssl

    from lmchat_desktop.client.address import BackendAddress
    from lmchat_desktop.client.cancel import CancelToken

SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)

MAX_CONNECTIONS = 8
KEEP_ALIVE_S = 4.0
"""Below the five seconds after which uvicorn hangs up on an idle connection, so that no call that
must not be repeated is sent on a connection that is just being closed."""


@dataclass(frozen=True, slots=True)
class CallLimits:
    """What ends the waits of the call that runs on this thread.

    Attributes:
        cancel: cuts the call off when cancelled.
        deadline: `time.monotonic()` after which no wait goes on.
    """

    cancel: CancelToken | None
    deadline: float

    def left(self, timeout: float | None) -> float:
        """Seconds that the next wait may take; `ReadTimeout` where none are left."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole call took too long")
        return left if timeout is None else min(timeout, left)


_limits: ContextVar[CallLimits | None] = ContextVar("lmchat_call_limits", default=None)


@contextlib.contextmanager
def call_limits(cancel: CancelToken | None, seconds: float) -> Iterator[None]:
    """Let the calls made inside end on cancellation, and after `seconds` in all."""
    reset = _limits.set(CallLimits(cancel, time.monotonic() + seconds))
    try:
        yield
    finally:
        _limits.reset(reset)


def _shut_down(sock: socket.socket) -> None:
    """Wake whoever waits on the socket. The TLS object is left alone: its reader still holds it."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


@contextlib.contextmanager
def _ends_on_cancel(cancel: CancelToken | None, sock: socket.socket) -> Iterator[None]:
    if cancel is None:
        yield
        return
    take_back = cancel.on_cancel(lambda: _shut_down(sock))
    try:
        cancel.raise_if_cancelled()
        yield
    except (OSError, httpcore.NetworkError, httpcore.TimeoutException):
        cancel.raise_if_cancelled()
        raise
    finally:
        take_back()
    cancel.raise_if_cancelled()


class CancellableStream(httpcore.NetworkStream):
    """A connection whose waits end with the call that they belong to.

    Attributes:
        heard: whether anything came since something was sent.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self.heard = False

    @contextlib.contextmanager
    def _waiting(
        self, timeout: float | None, sock: socket.socket | None = None
    ) -> Iterator[float | None]:
        limits = _limits.get()
        if limits is None:
            yield timeout
            return
        with _ends_on_cancel(limits.cancel, sock or self._stream.get_extra_info("socket")):
            yield limits.left(timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read at most `max_bytes`; empty at the end of the stream."""
        with self._waiting(timeout) as seconds:
            came = self._stream.read(max_bytes, seconds)
        self.heard = True
        return came

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of `buffer`."""
        self.heard = False
        with self._waiting(timeout) as seconds:
            self._stream.write(buffer, seconds)

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Shake hands for TLS on this connection."""
        # Wrapping detaches the socket from its object at once, so a second handle wakes the wait.
        with (
            self._stream.get_extra_info("socket").dup() as handle,
            self._waiting(timeout, handle) as seconds,
        ):
            return CancellableStream(self._stream.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself, such as its "socket"."""
        return self._stream.get_extra_info(info)


class _Connecting:
    """One attempt to connect, on a thread of its own that can be left behind.

    Neither a name look-up nor a connect can be interrupted portably, so the caller waits for the
    thread only as long as it wants to; a connection that comes too late is closed.
    """

    def __init__(self, connect: Callable[[], httpcore.NetworkStream]) -> None:
        self._connect = connect
        self._changed = threading.Condition()
        self._stream: httpcore.NetworkStream | None = None
        self._error: Exception | None = None
        self._left = False

    def _run(self) -> None:
        stream: httpcore.NetworkStream | None = None
        error: Exception | None = None
        try:
            stream = self._connect()
        except Exception as trouble:
            error = trouble
        with self._changed:
            if self._left and stream is not None:
                stream.close()
            self._stream, self._error = stream, error
            self._changed.notify_all()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def wait(self, cancel: CancelToken | None, seconds: float | None) -> httpcore.NetworkStream:
        """The connection, or the error of the attempt."""
        take_back = cancel.on_cancel(self._wake) if cancel is not None else lambda: None
        try:
            threading.Thread(target=self._run, name="lmchat-connect", daemon=True).start()
            with self._changed:
                self._changed.wait_for(
                    lambda: (
                        self._stream is not None
                        or self._error is not None
                        or (cancel is not None and cancel.cancelled)
                    ),
                    seconds,
                )
                self._left = self._stream is None or (cancel is not None and cancel.cancelled)
                if self._left and self._stream is not None:
                    self._stream.close()
                if cancel is not None and cancel.cancelled:
                    raise Cancelled
                if self._error is not None:
                    raise self._error
                if self._stream is None:
                    raise httpcore.ConnectTimeout("no connection in time")
                return self._stream
        finally:
            take_back()


class CancellableBackend(httpcore.NetworkBackend):
    """Opens connections that end with the call that they belong to."""

    def __init__(self) -> None:
        self._sync = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect, with the name look-up inside the timeout."""
        limits = _limits.get()
        if limits is not None:
            timeout = limits.left(timeout)
        connecting = _Connecting(
            lambda: self._sync.connect_tcp(host, port, timeout, local_address, socket_options)
        )
        stream = connecting.wait(limits.cancel if limits is not None else None, timeout)
        return CancellableStream(stream)


_EXCEPTIONS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.ProxyError, httpx.ProxyError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
)


@contextlib.contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except Exception as trouble:
        for core, wanted in _EXCEPTIONS:
            if isinstance(trouble, core):
                raise wanted(str(trouble)) from trouble
        raise


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._stream

    def close(self) -> None:
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()


def proxy_for(address: BackendAddress) -> str | None:
    """The proxy that the environment names for a backend; never one for this machine."""
    if address.loopback or urllib.request.proxy_bypass(address.host):
        return None
    proxies = urllib.request.getproxies()
    found = proxies.get("https" if address.secure else "http") or proxies.get("all")
    if not found:
        return None
    return found if "://" in found else f"http://{found}"


class NetworkTransport(httpx.BaseTransport):
    """Carries the calls to one backend.

    TLS is always verified, against certifi's roots or the file or folder that `SSL_CERT_FILE` or
    `SSL_CERT_DIR` names; there is no way to switch that off.
    """

    def __init__(self, address: BackendAddress) -> None:
        context = httpx.create_ssl_context() if address.secure else None
        proxy = proxy_for(address)
        backend = CancellableBackend()
        if proxy is None:
            self._pool = httpcore.ConnectionPool(
                ssl_context=context,
                max_connections=MAX_CONNECTIONS,
                keepalive_expiry=KEEP_ALIVE_S,
                network_backend=backend,
            )
            return
        chosen = httpx.Proxy(proxy)
        if chosen.url.scheme not in {"http", "https"}:
            raise BadAddress(
                said(
                    "Client",
                    "The environment names a proxy of the kind {kind}, which this application "
                    "does not use. Nothing was sent. Name an http proxy in HTTPS_PROXY, or add "
                    "the backend's host to NO_PROXY.",
                    kind=chosen.url.scheme,
                )
            )
        self._pool = httpcore.HTTPProxy(
            proxy_url=httpcore.URL(
                scheme=chosen.url.raw_scheme,
                host=chosen.url.raw_host,
                port=chosen.url.port,
                target=chosen.url.raw_path,
            ),
            proxy_auth=chosen.raw_auth,
            ssl_context=context,
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEP_ALIVE_S,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the answer's body is read from the response."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        with _as_httpx():
            answer = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=url,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        assert isinstance(answer.stream, Iterable)
        connection = answer.extensions.get("network_stream")
        if isinstance(connection, CancellableStream) and not connection.heard:
            # What was left on the connection, as of an answer that came twice, is no answer to
            # this: HTTP itself does not tell whose it is.
            with _as_httpx():
                answer.close()
            raise httpx.RemoteProtocolError("an answer was there before the request")
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()
