"""The private sandbox that an application runs on: started when needed, stopped at its end.

One is made before the first window is painted; client and contract are loaded when it is entered.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.services.sandbox_process import Progress, SandboxFailed, SandboxProcess
from lmchat_desktop.settings.profiles import Profile

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.contract.sandbox import SandboxPerson
    from lmchat_desktop.services.signin import Entrance

PROFILE_ID = "sandbox"
PROFILE_NAME = "Sandbox"
"""A name as any backend has one, the same in every language."""


@dataclass(frozen=True, slots=True)
class SandboxDoor:
    """The way into a running sandbox.

    Attributes:
        profile: the sandbox as a backend.
        token: the one-time token of its start.
        people: everybody of its sample world.
    """

    profile: Profile
    token: str = field(repr=False)
    people: tuple[SandboxPerson, ...] = ()

    def person(self, who: str) -> SandboxPerson:
        """The person with that id or name, or the first who holds that role and nothing else.

        Raises:
            LookupError: there is nobody of that name or role.
        """
        for each in self.people:
            if who in (each.person.id, each.person.name):
                return each
        for each in sorted(self.people, key=lambda person: len(person.accounts)):
            if who in each.operator_roles or (who == Role.OWNER and not each.operator_roles):
                return each
        raise LookupError(f"nobody in the sandbox is {who!r}")

    def enter(self, person_id: str, cancel: CancelToken | None = None) -> Entrance:
        """Sign in as a person of the sample world.

        Raises:
            ApiTrouble: the sandbox refused or does not answer.
        """
        from lmchat_desktop.services.signin import as_sandbox_person

        return as_sandbox_person(self.profile.base_url, self.token, person_id, cancel)


class PrivateSandbox:
    """One sandbox process, shared by all windows of an application.

    Args:
        data: the folder of its world.
        traffic: a traffic sample in place of the one in the resources.
    """

    def __init__(self, data: Path, traffic: Path | None = None) -> None:
        self._data = data
        self._traffic = traffic
        self._lock = threading.Lock()
        self._process: SandboxProcess | None = None
        self._people: tuple[SandboxPerson, ...] = ()
        self._port = 0
        self._stopped = False

    def open(
        self, on_progress: Progress | None = None, cancel: CancelToken | None = None
    ) -> SandboxDoor:
        """The way in; the first call starts the process and prepares its world, off the interface.

        Raises:
            SandboxFailed: the process did not start.
            Cancelled: on the token; the process that was being started is ended.
            ApiTrouble: it started and does not answer.
        """
        from lmchat_desktop.client import sandbox
        from lmchat_desktop.client.api import ApiClient

        with self._lock:
            if self._process is None or not self._process.running:
                self._process = self._start(on_progress, cancel or CancelToken())
                self._people = ()
            process = self._process
            if not self._people:
                with ApiClient(process.url, None) as api:
                    self._people = tuple(sandbox.people(api, process.token, cancel).data)
            profile = Profile(id=PROFILE_ID, name=PROFILE_NAME, base_url=process.url)
            return SandboxDoor(profile, process.token, self._people)

    @property
    def data(self) -> Path:
        """The folder of its world."""
        return self._data

    @property
    def process(self) -> SandboxProcess | None:
        """The process, once it was started."""
        return self._process

    def move_clock(self, client: ApiClient, seconds: float) -> datetime:
        """Let that much time pass in the sandbox; answers its new time."""
        from lmchat_desktop.client import sandbox

        return sandbox.move_clock(client, seconds).now

    def go_away(self) -> None:
        """End the process and keep its world, as a backend that is down; `open` brings it back.

        It comes back at the same address, and those who were signed in still are.
        """
        process = self._process
        if process is not None:
            self._port = int(process.url.rsplit(":", 1)[1])
            process.stop()

    def stop(self) -> None:
        """End the process."""
        process = self._process
        self._stopped = True
        if process is not None:
            process.stop()

    def _start(self, on_progress: Progress | None, cancel: CancelToken) -> SandboxProcess:
        cancel.raise_if_cancelled()
        undo: list[Callable[[], None]] = []

        def started(process: SandboxProcess) -> None:
            self._process = process
            undo.append(cancel.on_cancel(process.terminate))
            if self._stopped:
                process.terminate()

        try:
            return SandboxProcess.start(
                self._data,
                port=self._port,
                traffic=self._traffic,
                on_progress=on_progress,
                on_started=started,
            )
        except SandboxFailed:
            cancel.raise_if_cancelled()
            raise
        finally:
            for take_back in undo:
                take_back()
