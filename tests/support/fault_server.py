"""A raw-socket HTTP server that misbehaves as told: the faults on the wire are real ones."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

WAIT_S = 10.0
"""How long a test waits for something that must happen; it never decides what happens."""


@dataclass(frozen=True)
class Received:
    """A request as it came over the wire; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


class Exchange:
    """One request, and the socket to answer it on.

    Attributes:
        request: what was asked.
        goes_on: whether the connection is kept for another request.
    """

    def __init__(self, server: FaultServer, connection: socket.socket, request: Received) -> None:
        self.request = request
        self.goes_on = False
        self._server = server
        self._connection = connection

    def send(self, *parts: bytes) -> bool:
        """Send raw bytes; answers whether the client is still there to take them."""
        try:
            self._connection.sendall(b"".join(parts))
        except OSError:
            return False
        return True

    def wait_for_more(self) -> None:
        """Wait until the client sends something after its request."""
        with contextlib.suppress(OSError):
            self._connection.recv(4096)

    def stall(self) -> None:
        """Say that it stalls, and do nothing until the client hangs up or the server ends."""
        self._server.stalled.set()
        with contextlib.suppress(OSError):
            while self._connection.recv(4096):
                pass
        self._server.hung_up.set()

    def reset(self) -> None:
        """Break the connection with a TCP reset."""
        self._connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
        )
        self._connection.close()


Behaviour = Callable[[Exchange], object]


def head(
    status: str = "200 OK",
    *,
    kind: str | None = "application/json",
    length: int | None = None,
    **headers: str,
) -> bytes:
    """The head of an answer; header names are given with underscores."""
    lines = [f"HTTP/1.1 {status}"]
    if kind is not None:
        lines.append(f"Content-Type: {kind}")
    if length is not None:
        lines.append(f"Content-Length: {length}")
    headers.setdefault("Connection", "close")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer(
    body: bytes, status: str = "200 OK", *, kind: str | None = "application/json", **headers: str
) -> Behaviour:
    """A whole, well-formed answer."""
    return lambda exchange: exchange.send(
        head(status, kind=kind, length=len(body), **headers), body
    )


@dataclass
class FaultServer:
    """Answers each path by its list of behaviours, one a request; the last one repeats.

    Attributes:
        received: the requests so far, in order.
        stalled: set when a behaviour stalls.
        hung_up: set when the client of a stalled exchange hung up.
    """

    tls: ssl.SSLContext | None = None
    received: list[Received] = field(default_factory=list)
    stalled: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._routes: dict[str, list[Behaviour]] = {}
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """The server's address."""
        return f"{'https' if self.tls is not None else 'http'}://127.0.0.1:{self.port}"

    def route(self, path: str, *behaviours: Behaviour) -> Self:
        """Answer the path so."""
        self._routes[path] = list(behaviours)
        return self

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *exception: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        with self._lock:
            for connection in self._open:
                connection.close()
        for thread in self._threads:
            thread.join(WAIT_S)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
                with self._lock:
                    self._open.append(connection)
            while (request := _read_request(connection)) is not None:
                with self._lock:
                    self.received.append(request)
                exchange = self._exchange(connection, request)
                self._behave(exchange)
                if not exchange.goes_on:
                    break
            connection.shutdown(socket.SHUT_WR)
        connection.close()

    def _exchange(self, connection: socket.socket, request: Received) -> Exchange:
        return Exchange(self, connection, request)

    def _behave(self, exchange: Exchange) -> None:
        with self._lock:
            steps = self._routes.get(exchange.request.path, [answer(b"", "404 Not Found")])
            step = steps.pop(0) if len(steps) > 1 else steps[0]
        step(exchange)

    def hang_up(self) -> None:
        """Close every connection, whatever happens on it."""
        with self._lock:
            still_open = list(self._open)
        for connection in still_open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _read_request(connection: socket.socket) -> Received | None:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
        if data.startswith(b"\x16"):
            # A TLS handshake at a plain server: what real servers do is to refuse it at once.
            connection.sendall(head("400 Bad Request", length=0))
            return None
    top, _, body = data.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    wanted = int(headers.get("content-length", "0"))
    while len(body) < wanted:
        part = connection.recv(65536)
        if not part:
            return None
        body += part
    return Received(method, target, headers, body)
