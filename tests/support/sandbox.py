"""A real sandbox in a process of its own, for tests: started, killed, restarted, signed in to."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.support.nursery import OFFERED, Forked, Nursery

SMALL_TRAFFIC = next(
    iter(sorted((Path(__file__).parent.parent / "data").glob("small-traffic*"))), None
)
"""About one in a hundred of the sample's requests, so that a world is seeded in a second or two."""


@dataclass
class RunningSandbox:
    """One sandbox server and its folder.

    Attributes:
        data: its data folder; it outlives the process.
        port: 0 before the first start; kept across restarts, so that clients find it again.
        token: the one-time token that lets tests sign in as anybody.
        database: a database URL in place of SQLite in the data folder.
        smtp: `HOST:PORT` of a server for mails in place of files in the data folder.
        nursery: forks the server; without one it is started by its command.
    """

    data: Path
    traffic: Path | None = SMALL_TRAFFIC
    port: int = 0
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | Forked | None = None
    url: str = ""
    database: str | None = None
    smtp: str | None = None
    nursery: Nursery | None = None

    def start(self) -> RunningSandbox:
        """Start the server and wait until it says that it listens."""
        command = ["serve-sandbox", "--port", str(self.port), "--data", str(self.data)]
        if self.traffic is not None:
            command += ["--traffic", str(self.traffic)]
        if self.database is not None:
            command += ["--database", self.database]
        if self.smtp is not None:
            command += ["--smtp", self.smtp]
        environment = {
            **os.environ,
            "LMCHAT_SANDBOX_TOKEN": self.token,
            "LMCHAT_SANDBOX_PARENT": "1",
            **self.environment,
        }
        with (self.data.parent / f"{self.data.name}.log").open("a") as log:
            if self.nursery is not None:
                self.process = self.nursery.start(command, environment, log)
            else:
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "lmchat_desktop", *command],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    env=environment,
                )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the sandbox ended with {self.process.wait(30)} before it listened")
        self.url = json.loads(line)["url"]
        self.port = int(self.url.rsplit(":", 1)[1])
        return self

    def stop(self) -> None:
        """End the server as a person would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server without warning."""
        self._end(signal.SIGKILL)

    def _end(self, with_signal: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(with_signal)
        self.process.wait(30)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
        self.process = None

    def call(self, method: str, path: str, token: str | None = None, **more: Any) -> httpx.Response:
        """One plain HTTP request."""
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        with httpx.Client(base_url=self.url, timeout=60, trust_env=False) as http:
            return http.request(method, path, headers=headers, **more)

    def _staff(self, method: str, path: str, **more: Any) -> Any:
        answer = self.call(method, path, headers={"X-Sandbox-Token": self.token}, **more)
        answer.raise_for_status()
        return answer.json()

    def people(self) -> list[dict[str, Any]]:
        """Everybody of the sample world, as `SandboxPerson` bodies."""
        return list(self._staff("GET", "/v1/sandbox/people")["data"])

    def person(self, who: str) -> dict[str, Any]:
        """The first person with that name or operator role; `owner` has an account and none."""
        for entry in self.people():
            if entry["person"]["name"] == who or who in entry["operator_roles"]:
                return entry
            if who == "owner" and entry["accounts"] and not entry["operator_roles"]:
                return entry
        raise LookupError(who)

    def sign_in(self, who: str, device: str = "test") -> str:
        """An access token of the person with that name or role."""
        person_id = self.person(who)["person"]["id"]
        body = {"person_id": person_id, "device_name": device}
        return str(self._staff("POST", "/v1/sandbox/sign-in", json=body)["access_token"])

    def move_clock(self, seconds: float, token: str) -> None:
        """Let that much time pass in the sandbox."""
        self.call(
            "POST", "/v1/sandbox/clock", token, json={"advance_s": seconds}
        ).raise_for_status()


class SandboxFactory:
    """Makes sandboxes with a world of their own by copying one that was seeded once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template: Path | None = None
        self._nursery = Nursery() if OFFERED else None
        self._made: list[RunningSandbox] = []

    def __call__(self, **settings: Any) -> RunningSandbox:
        """A fresh, started sandbox."""
        if self._template is None:
            template = RunningSandbox(self._folder / "template", nursery=self._nursery)
            template.data.mkdir()
            template.start().stop()
            self._template = template.data
        data = self._folder / f"world-{len(self._made)}"
        shutil.copytree(self._template, data)
        settings.setdefault("nursery", self._nursery)
        sandbox = RunningSandbox(data, **settings).start()
        self._made.append(sandbox)
        return sandbox

    def close(self) -> None:
        """End every server that still runs."""
        for sandbox in self._made:
            sandbox.stop()
        if self._nursery is not None:
            self._nursery.close()
