"""One installation against a real sandbox: opens sessions, and hears what sync says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lmchat_desktop.domain.clock import SystemClock
from lmchat_desktop.services.opening import open_offline, open_session
from lmchat_desktop.services.places import CacheChoice, cache_path
from lmchat_desktop.services.session import Session
from lmchat_desktop.services.signin import Entrance, SignInKeeper, as_sandbox_person
from lmchat_desktop.settings.profiles import CacheKeeping, Profile
from lmchat_desktop.settings.secrets import MemorySecrets, SecretKind
from lmchat_desktop.sync.states import SyncPhase, SyncState
from tests.support.sandbox import RunningSandbox

PATIENCE_S = 60.0


class Listener:
    """Remembers what sync said, and waits for a phase."""

    def __init__(self) -> None:
        self.states: list[SyncState] = []
        self._changed = threading.Condition()

    def __call__(self, state: SyncState) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def wait(self, phase: SyncPhase) -> SyncState:
        return self.wait_for(lambda state: state.phase is phase)

    def wait_for(self, wanted: Callable[[SyncState], bool]) -> SyncState:
        with self._changed:
            assert self._changed.wait_for(
                lambda: any(wanted(state) for state in self.states), PATIENCE_S
            )
            return next(state for state in reversed(self.states) if wanted(state))


class Bench:
    """Opens sessions of one installation."""

    def __init__(self, sandbox: RunningSandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.caches = folder / "caches"
        self.secrets = MemorySecrets()
        self.profile = Profile(id="bench", name="Bench", base_url=sandbox.url)
        self.opened: list[Session] = []

    def enter(self, who: str) -> Entrance:
        person = self.sandbox.person(who)["person"]["id"]
        return as_sandbox_person(self.sandbox.url, self.sandbox.token, person)

    def open(self, entrance: Entrance, choice: CacheChoice | None = None, **more: Any) -> Session:
        session = open_session(
            self.profile, entrance, caches=self.caches, secrets=self.secrets, choice=choice, **more
        )
        self.opened.append(session)
        return session

    def look_at(self, entrance: Entrance, passphrase: str, **more: Any) -> Session:
        known = entrance.known_person(SystemClock().now(), CacheKeeping.PASSPHRASE)
        session = open_offline(
            self.profile, known, passphrase, caches=self.caches, secrets=self.secrets, **more
        )
        self.opened.append(session)
        return session

    def key(self, entrance: Entrance) -> str | None:
        return self.secrets.get(self.profile.id, entrance.person_id, SecretKind.CACHE_KEY)

    def recall(self, entrance: Entrance) -> Entrance:
        known = entrance.known_person(SystemClock().now())
        found = SignInKeeper(self.secrets).recall(self.profile, known)
        assert found is not None
        return found

    def path(self, entrance: Entrance) -> Path:
        return cache_path(self.caches, self.profile, entrance.person_id)

    def close(self) -> None:
        for session in self.opened:
            session.close()


def synced(session: Session) -> Listener:
    listener = Listener()
    session.start(listener, interval_s=0.2)
    listener.wait(SyncPhase.LIVE)
    return listener
