"""A page's context over a real cache in memory: everything real but the backend."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from lmchat_desktop.cache import entities as entity_rows
from lmchat_desktop.cache.entities import EntityRepository
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.contract.accounts import Account, AccountState
from lmchat_desktop.contract.base import Answer
from lmchat_desktop.contract.catalog import Model, Provider, Region
from lmchat_desktop.contract.changes import ChangePage
from lmchat_desktop.contract.identity import Device
from lmchat_desktop.contract.keys import ApiKey, KeyState
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.services.usage import UsageService
from lmchat_desktop.settings.preferences import PreferenceStore
from lmchat_desktop.ui.shell.context import (
    AttentionHolder,
    ConnectionHolder,
    PageContext,
    ScopeChoice,
    ScopeHolder,
    WatchedKeysHolder,
    ZoneHolder,
)
from lmchat_desktop.ui.tasks.runner import TaskRunner
from lmchat_desktop.ui.theme.manager import current_theme
from tests.ui.pages.traffic import LABELS, MODELS, PROVIDERS, Requests, fill

ACCOUNT = "acct_robotics"
SERVICE = ScopeChoice("service", "All accounts")
ROBOTICS = ScopeChoice(ACCOUNT, "Acme Robotics")

PROVIDER_NAMES = {
    "anthropic": "Anthropic",
    "azure": "Azure",
    "cohere": "Cohere",
    "google": "Google",
    "groq": "Groq",
    "mistral": "Mistral",
    "openai": "OpenAI",
    "together": "Together",
}
REGION_NAMES = {"eu-central": "Frankfurt", "us-east": "Virginia", "us-west": "Oregon"}
KEY_NAMES = {
    "key_batch": "nightly batch",
    "key_chat": "chat production",
    "key_search": "search",
    "key_trial": "trial",
}


class StillClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class DeskSession:
    """What pages use of a session, over a cache in memory."""

    def __init__(self, clock: StillClock) -> None:
        self.cache = open_cache(None, None, clock=clock)
        self.clock = self.cache.clock
        self.entities = EntityRepository(self.cache)
        self.repository = UsageRepository(self.cache)
        self.usage = UsageService(self.repository, self.clock.now)
        self.work = ThreadPoolExecutor(2)
        self.answers: dict[str, Any] = {}
        """What the backend answers, by path; what is not in it cannot be reached."""
        self.asked: list[httpx.Request] = []
        self.client = ApiClient(
            "http://127.0.0.1:9",
            StaticToken("token"),
            transport=httpx.MockTransport(self._answer),
            retry=RetryPolicy(attempts=1),
        )
        self.me: Any = None
        self.signed_in = True
        self.watched: list[str] = []
        self.synced_at: datetime | None = clock.at

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.path not in self.answers:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, json=self.answers[request.url.path])

    def last_sync_at(self) -> datetime | None:
        return self.synced_at

    def may(self, _scope: Scope) -> bool:
        return True

    def watch_scope(self, scope: str) -> None:
        self.watched.append(scope)

    def put(self, *entities: Answer) -> None:
        """Have the change feed bring entities."""
        kinds = {kind: name for name, kind in _kinds().items()}
        page = ChangePage.model_validate(
            {
                "data": [
                    {"kind": kinds[type(e)], "id": e.id, "entity": e.model_dump(mode="json")}  # type: ignore[attr-defined]
                    for e in entities
                ],
                "has_more": False,
                "next_cursor": "1",
            }
        )
        with self.cache.write() as connection:
            entity_rows.apply(connection, page.data, 1)

    def close(self) -> None:
        self.work.shutdown(wait=True)
        self.client.close()
        self.cache.close()


def _kinds() -> dict[str, type[Answer]]:
    from lmchat_desktop.contract.changes import ENTITY_TYPES

    return ENTITY_TYPES


class Desk:
    """A context to put pages on, its navigation recorded."""

    def __init__(
        self,
        app: QApplication,
        folder: Path,
        now: datetime,
        *,
        scope: ScopeChoice = ROBOTICS,
        zone: str = "Europe/Berlin",
    ) -> None:
        self.machine = StillClock(now)
        # Everything that is no widget hangs on this, so that no pool thread collects a QObject.
        self.root = QObject()
        self.session = DeskSession(self.machine)
        self.tasks = TaskRunner(self.session.work, self.root, new_token=CancelToken)
        self.failures: list[BaseException] = []
        self.tasks.task_failed.connect(lambda _task, error: self.failures.append(error))
        self.went: list[tuple[str, dict[str, Any]]] = []
        self.context = PageContext(
            session=self.session,  # type: ignore[arg-type]
            tasks=self.tasks,
            theme=current_theme(),
            preferences=PreferenceStore(folder),
            scope=ScopeHolder(scope, self.root),
            zone=ZoneHolder(ZoneInfo(zone), self.root),
            connection=ConnectionHolder(self.root),
            attention=AttentionHolder(self.root),
            watched_keys=WatchedKeysHolder(self.root),
            navigate=self._navigate,
        )

    def _navigate(self, page_id: str, **arguments: Any) -> None:
        self.went.append((page_id, arguments))

    def put_catalogue(self) -> None:
        """Models, providers, regions and keys as the traffic names them."""
        self.session.put(*catalogue())
        self.session.put(*keys(self.machine.at))

    def put_traffic(self, scope: str, requests: Requests, since: datetime, **more: bool) -> None:
        fill(self.session.cache, scope, requests, since, self.machine.at, **more)

    def close(self) -> None:
        self.tasks.shutdown()
        self.session.close()
        shiboken6.delete(self.root)


def catalogue() -> Iterable[Answer]:
    regions = [Region(id=region, name=name) for region, name in REGION_NAMES.items()]
    for provider in PROVIDERS:
        yield Provider(id=provider, name=PROVIDER_NAMES[provider], regions=regions)
    for model, _providers, _in, _out in MODELS:
        yield Model(id=model, name=model, prices=[])


def keys(now: datetime) -> Iterable[ApiKey]:
    for number, key_id in enumerate(LABELS[Dimension.KEY]):
        yield ApiKey(
            id=key_id,
            account_id=ACCOUNT,
            name=KEY_NAMES[key_id],
            hint=f"sk-lmc-…{number}f{number}a",
            state=KeyState.ACTIVE,
            created_at=now - timedelta(days=200),
            created_by="person_1",
            last_used_at=now - timedelta(minutes=3),
            etag=f'"{number}"',
        )


def account(now: datetime, **more: Any) -> Account:
    """An account that nothing is wrong with."""
    fields: dict[str, Any] = {
        "id": ACCOUNT,
        "name": "Acme Robotics",
        "email": "owner@acme.example",
        "email_verified": True,
        "country": "DE",
        "plan_id": "plan_team",
        "state": AccountState.ACTIVE,
        "created_at": now - timedelta(days=400),
        "etag": '"1"',
    }
    return Account(**(fields | more))


def device(now: datetime, **more: Any) -> Device:
    """A device that nothing is wrong with."""
    fields: dict[str, Any] = {
        "id": "dev_1",
        "person_id": "person_1",
        "name": "laptop of Ada",
        "platform": "linux",
        "app_version": "0.1.0",
        "registered_at": now - timedelta(days=30),
        "last_seen_at": now,
        "lease_until": now + timedelta(days=14),
        "etag": '"1"',
    }
    return Device(**(fields | more))


def worries(now: datetime) -> Iterable[Answer]:
    """One entity for each thing that needs attention."""
    yield account(now, country=None, email_verified=False)
    yield account(
        now, id="acct_other", name="Blue Kiln Ceramics", state=AccountState.SUSPENDED, etag='"2"'
    )
    chat, trial = (key for key in keys(now) if key.id in ("key_chat", "key_trial"))
    yield chat.model_copy(update={"expires_at": now + timedelta(days=3, hours=2)})
    yield trial.model_copy(
        update={"expires_at": now - timedelta(days=2), "state": KeyState.EXPIRED}
    )
    yield device(now, lease_until=now + timedelta(days=1, hours=5))
    yield device(
        now, id="dev_2", name="old desktop", revoked_at=now - timedelta(days=2), etag='"2"'
    )
