"""A way to a server that can turn into a black hole, as a network does that a machine has left."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from types import TracebackType
from typing import Self

PIECE = 65_536
LOOK_S = 0.02


class Relay:
    """Passes bytes on, until it swallows those of every connection that was made so far.

    Attributes:
        url: where it listens.
        accepted: how many connections it has taken.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.accepted = 0
        self._lost: set[int] = set()
        self._gone = False
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._accept, name="relay", daemon=True)]
        self._threads[0].start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def leave_network(self, *, new_ones_too: bool) -> None:
        """No byte of a connection that there is arrives any more, and nobody says so."""
        self._lost = set(range(1, self.accepted + 1))
        self._gone = new_ones_too

    def join_network(self) -> None:
        """New connections arrive again; those that were lost stay lost."""
        self._lost = set(range(1, self.accepted + 1))
        self._gone = False

    def _accept(self) -> None:
        while not self._ended.is_set():
            if not select.select([self._listener], [], [], LOOK_S)[0]:
                continue
            near, _ = self._listener.accept()
            self.accepted += 1
            if self._gone:
                self._lost.add(self.accepted)
            thread = threading.Thread(
                target=self._carry, args=(near, self.accepted), name="relay", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def _carry(self, near: socket.socket, number: int) -> None:
        with near, socket.create_connection(("127.0.0.1", self._port)) as far:
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while not self._ended.is_set():
                ready, _, _ = select.select([near, far], [], [], LOOK_S)
                with contextlib.suppress(ConnectionError):
                    for end in ready:
                        if not self._pass_on(end, far if end is near else near, number):
                            return

    def _pass_on(self, source: socket.socket, target: socket.socket, number: int) -> bool:
        piece = source.recv(PIECE)
        if number not in self._lost:
            target.sendall(piece)
        elif not piece and source is not target:
            return False
        return bool(piece)
