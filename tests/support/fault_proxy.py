"""A proxy between the real client and a real sandbox that breaks what goes through it as told."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Self
from urllib.parse import urlsplit

from tests.support.fault_server import WAIT_S, Exchange, FaultServer, Received

HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class Answer:
    """An answer of the backend, whole, as it goes on to the client unless a fault changes it.

    Attributes:
        headers: in their order; the length and how the connection goes on are not among them.
    """

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, "" without one."""
        return next((text for known, text in self.headers if known.lower() == name.lower()), "")

    def with_header(self, name: str, text: str | None) -> Answer:
        """The same with another value of a header; None takes it away."""
        left = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=left if text is None else (*left, (name, text)))

    def with_body(self, body: bytes, kind: str | None = None) -> Answer:
        """The same with another body, and another media type where one is given."""
        changed = replace(self, body=body)
        return changed if kind is None else changed.with_header("Content-Type", kind)

    def head(self, length: int | None = None, *, goes_on: bool = False) -> bytes:
        """The head; a negative length announces none."""
        lines = [f"HTTP/1.1 {self.status} {self.reason}"]
        lines += [f"{name}: {text}" for name, text in self.headers]
        announced = len(self.body) if length is None else length
        if announced >= 0:
            lines.append(f"Content-Length: {announced}")
        lines.append(f"Connection: {'keep-alive' if goes_on else 'close'}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class Relay(Exchange):
    """One request on its way, as a fault is given it."""

    def __init__(self, proxy: FaultProxy, connection: socket.socket, request: Received) -> None:
        super().__init__(proxy, connection, request)
        self.proxy = proxy

    def ask(self) -> Answer:
        """Have the backend act; twice, if this is called twice."""
        return self.proxy.ask(self.request)

    def give(self, answer: Answer) -> None:
        """Answer the client in full."""
        self.goes_on = self.proxy.keep_alive
        self.send(answer.head(goes_on=self.goes_on), answer.body)


Fault = Callable[[Relay], object]


def passed_on(relay: Relay) -> None:
    """No fault."""
    relay.give(relay.ask())


@dataclass
class Rule:
    """Which requests a fault befalls.

    Attributes:
        path: a pattern of the path, as a shell has it.
        method: None for any.
        skip: how many matching requests are let through before.
        times: how many it befalls; None for all.
        lasts: asked at each request, whether the fault goes on.
        hits: how many it has befallen.
    """

    fault: Fault
    path: str
    method: str | None = None
    skip: int = 0
    times: int | None = None
    lasts: Callable[[], bool] = lambda: True
    hits: int = 0
    _seen: int = 0

    def takes(self, request: Received) -> bool:
        """Whether the fault befalls this request; it counts as one then."""
        if self.method not in {None, request.method} or not fnmatchcase(request.path, self.path):
            return False
        self._seen += 1
        if self._seen <= self.skip or (self.times is not None and self.hits >= self.times):
            return False
        if not self.lasts():
            return False
        self.hits += 1
        return True


@dataclass
class FaultProxy(FaultServer):
    """A way to a sandbox on which faults happen by rules; without one it changes nothing.

    Attributes:
        backend: the sandbox's address.
        keep_alive: whether connections are kept for further requests.
        acted: the requests that the backend has answered, in order.
    """

    backend: str = ""
    keep_alive: bool = False
    acted: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._rules: list[Rule] = []
        parts = urlsplit(self.backend)
        assert parts.hostname is not None
        self._host, self._port = parts.hostname, parts.port

    def on(
        self,
        path: str,
        fault: Fault,
        *,
        method: str | None = None,
        skip: int = 0,
        times: int | None = None,
        lasts: Callable[[], bool] = lambda: True,
    ) -> Rule:
        """Let a fault befall requests from now on; as `Rule`. An earlier rule is asked first."""
        rule = Rule(fault, path, method, skip, times, lasts)
        with self._lock:
            self._rules.append(rule)
        return rule

    def heal(self) -> Self:
        """End all faults to come; what hangs already goes on hanging."""
        with self._lock:
            self._rules.clear()
        return self

    def ask(self, request: Received) -> Answer:
        """The backend's answer to a request."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=WAIT_S * 3)
        try:
            connection.putrequest(
                request.method, request.target, skip_host=True, skip_accept_encoding=True
            )
            for name, text in request.headers.items():
                if name not in HOP_BY_HOP:
                    connection.putheader(name, text)
            connection.putheader("content-length", str(len(request.body)))
            connection.endheaders(request.body)
            found = connection.getresponse()
            body = found.read()
        finally:
            connection.close()
        headers = [pair for pair in found.getheaders() if pair[0].lower() not in HOP_BY_HOP]
        with self._lock:
            self.acted.append(request)
        return Answer(found.status, found.reason, tuple(headers), body)

    def _exchange(self, connection: socket.socket, request: Received) -> Relay:
        return Relay(self, connection, request)

    def _behave(self, exchange: Exchange) -> None:
        assert isinstance(exchange, Relay)
        with self._lock:
            befallen = (rule for rule in self._rules if rule.takes(exchange.request))
            rule = next(befallen, None)
        fault = passed_on if rule is None else rule.fault
        fault(exchange)
