"""A sandbox backend as a process of its own, which never outlives the process that began it."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import re
import secrets
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from lmchat_desktop.domain.wording import said
from lmchat_desktop.frozen import own_command

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
"""Told a fraction from 0 to 1 and what is being done, a `Sentence` wherever its words are known."""

START_TIMEOUT_S = 300.0
STOP_TIMEOUT_S = 10.0


class SandboxFailed(Exception):
    """The sandbox did not start; the words for people are the window's.

    Attributes:
        tail: the last lines it wrote, for the details of a message.

    Args:
        technical: what happened, for a report.
    """

    def __init__(self, technical: str, tail: str = "") -> None:
        super().__init__(technical)
        self.tail = tail


class SandboxProcess:
    """A running sandbox and its one-time token.

    It ends when `stop` is called, and by itself when this process is gone: it watches the pipe
    that is its standard input.

    Attributes:
        url: where it listens, `http://127.0.0.1:PORT`.
        token: the one-time token that its sandbox resources ask for. Never logged.
        data: the folder of its database.
        pid: the id of its process.
    """

    def __init__(self, process: subprocess.Popen[str], token: str, data: Path) -> None:
        self._process = process
        self._tail: deque[str] = deque(maxlen=40)
        self._lock = threading.Lock()
        self._on_progress: Progress | None = None
        self._errors = threading.Thread(
            target=self._read_errors, name="sandbox-stderr", daemon=True
        )
        self.token = token
        self.data = data
        self.url = ""
        self.pid = process.pid

    @classmethod
    def start(
        cls,
        data: Path,
        *,
        port: int = 0,
        traffic: Path | None = None,
        database: str | None = None,
        on_progress: Progress | None = None,
        on_started: Callable[[SandboxProcess], None] | None = None,
        timeout_s: float = START_TIMEOUT_S,
    ) -> SandboxProcess:
        """Start a sandbox and wait until it listens.

        Args:
            data: the folder for its database; it is made if it is missing.
            port: where to listen; 0 takes a free one.
            traffic: a traffic file in place of the one in the resources.
            database: a database URL in place of SQLite under `data`.
            on_progress: told, on another thread, how far the sample world is prepared.
            on_started: given the process before it listens, so that a waiting start can be stopped.
            timeout_s: seconds after which a start has failed.

        Raises:
            SandboxFailed: it ended, or said nothing in time.
        """
        token = secrets.token_urlsafe(32)
        arguments = [*own_command(), "serve-sandbox", "--port", str(port), "--data", str(data)]
        if traffic is not None:
            arguments += ["--traffic", str(traffic)]
        if database is not None:
            arguments += ["--database", database]
        environment = os.environ | {
            "LMCHAT_SANDBOX_TOKEN": token,
            "LMCHAT_SANDBOX_PARENT": "1",
            "PYTHONUNBUFFERED": "1",
        }
        data.mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
            errors="replace",
            # On Windows a program of the console would open one of its own.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        sandbox = cls(process, token, data)
        sandbox._on_progress = on_progress
        sandbox._errors.start()
        if on_started is not None:
            on_started(sandbox)
        try:
            sandbox._await_listening(timeout_s)
        except BaseException:
            sandbox.stop()
            raise
        return sandbox

    @property
    def running(self) -> bool:
        """Whether the process is there (a frozen one is)."""
        return self._process.poll() is None

    @property
    def tail(self) -> str:
        """The last lines that it wrote to its error stream."""
        with self._lock:
            return "\n".join(self._tail)

    def terminate(self) -> None:
        """Ask the process to end, without waiting for it."""
        if self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """End the process: politely, then by force. Calling it again does nothing."""
        if self._process.poll() is None:
            self.thaw()
            self._process.terminate()
            try:
                self._process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._errors.is_alive():
            self._errors.join(STOP_TIMEOUT_S)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def freeze(self) -> None:
        """Stop it from answering, as a lost network would; `thaw` lets it go on (POSIX only)."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen process go on."""
        if hasattr(signal, "SIGCONT") and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)

    def _await_listening(self, timeout_s: float) -> None:
        watchdog = threading.Timer(timeout_s, self._process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            output: IO[str] | None = self._process.stdout
            line = output.readline() if output is not None else ""
        finally:
            watchdog.cancel()
        if not line:
            code = self._process.wait()
            raise SandboxFailed(f"the sandbox ended with code {code} before it listened", self.tail)
        try:
            self.url = str(json.loads(line)["url"])
        except (ValueError, KeyError, TypeError) as error:
            raise SandboxFailed(
                "the sandbox said something else than where it listens", self.tail
            ) from error

    def _read_errors(self) -> None:
        stream = self._process.stderr
        if stream is None:
            return
        for raw in stream:
            line = raw.rstrip()
            report = _progress(line)
            if report is None:
                with self._lock:
                    self._tail.append(line)
                logger.debug("sandbox: %s", line)
            elif self._on_progress is not None:
                self._on_progress(*report)


def _progress(line: str) -> tuple[float, str] | None:
    if not line.startswith("{"):
        return None
    try:
        told = json.loads(line)
        fraction = float(told["progress"])
        # `json` takes NaN and Infinity, which are no JSON (RFC 8259, 6) and no part of anything.
        if not math.isfinite(fraction):
            return None
        return fraction, _stage(str(told.get("detail", "")))
    except (ValueError, OverflowError, RecursionError, KeyError, TypeError, AttributeError):
        return None


_REQUESTS = re.compile(r"([\d,]+) requests")
_STAGES = (
    said("Sandbox", "people and accounts"),
    said("Sandbox", "usage"),
    said("Sandbox", "ready"),
)


def _stage(detail: str) -> str:
    """What a sandbox says of itself, such as `1,200 requests`, so that it can be translated."""
    counted = _REQUESTS.fullmatch(detail)
    if counted is not None:
        return said("Sandbox", "{count} requests", count=counted[1])
    return next((stage for stage in _STAGES if stage == detail), detail)
