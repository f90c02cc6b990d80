"""Starts servers by forking a process that has loaded what they need: a test waits less for each.

A server is a process of its own as ever, with the command line, the environment and the streams
that it is given. Only its interpreter's start and the loading of modules happen once.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

MESSAGE = 1 << 20
OFFERED = hasattr(os, "pidfd_open") and hasattr(os, "fork")
"""Whether this system can wait for a process that is somebody else's child."""


@dataclass
class Forked:
    """A server, with as much of `subprocess.Popen` as tests use."""

    pid: int
    stdin: IO[str] | None
    stdout: IO[str] | None
    nursery: Nursery
    ended: int | None = None

    def send_signal(self, which: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.ended is None:
            os.kill(self.pid, which)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative for a signal; `TimeoutExpired` after so many seconds."""
        if self.ended is None:
            watched = os.pidfd_open(self.pid)
            try:
                if not select.select([watched], [], [], timeout)[0]:
                    raise subprocess.TimeoutExpired("serve-sandbox", timeout or 0.0)
            finally:
                os.close(watched)
            self.ended = self.nursery.reap(self.pid)
        return self.ended


class Nursery:
    """The process that forks servers; one for each test process, and gone with it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket = ours
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], errors: IO[str]
    ) -> Forked:
        """A server with this command line, whose standard error goes to a file."""
        read_in, write_in = os.pipe()
        read_out, write_out = os.pipe()
        asked = json.dumps({"arguments": list(arguments), "environment": dict(environment)})
        try:
            with self._lock:
                fds = [read_in, write_out, errors.fileno()]
                socket.send_fds(self._socket, [asked.encode()], fds)
                pid = int(self._socket.recv(MESSAGE))
        finally:
            os.close(read_in)
            os.close(write_out)
        return Forked(pid, os.fdopen(write_in, "w"), os.fdopen(read_out), self)

    def reap(self, pid: int) -> int:
        """The exit code of a server that has ended."""
        with self._lock:
            self._socket.send(json.dumps({"reap": pid}).encode())
            return int(self._socket.recv(MESSAGE))

    def close(self) -> None:
        """End it; servers go on."""
        self._socket.close()
        self._process.wait(30)


def run(link: socket.socket) -> None:
    """What the process does: fork when asked to, until whoever asks has gone."""
    import lmchat_desktop.sandbox.server  # noqa: F401

    gc.freeze()
    while True:
        asked, fds, _, _ = socket.recv_fds(link, MESSAGE, 3)
        if not asked:
            return
        wanted = json.loads(asked)
        if "reap" in wanted:
            link.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(wanted["reap"], 0)[1]))
            continue
        pid = os.fork()
        if pid == 0:
            link.close()
            serve(wanted["arguments"], wanted["environment"], fds)
        for fd in fds:
            os.close(fd)
        link.send(b"%d" % pid)


def serve(arguments: Sequence[str], environment: Mapping[str, str], fds: Sequence[int]) -> None:
    """Be the server, and end as it ends."""
    from lmchat_desktop.__main__ import main

    code = 1
    try:
        for place, fd in enumerate(fds):
            os.dup2(fd, place)
            os.close(fd)
        os.environ.clear()
        os.environ.update(environment)
        code = main(arguments)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as given:
        run(given)
