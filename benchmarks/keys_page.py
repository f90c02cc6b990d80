"""The keys page over 400,000 keys in an encrypted cache: until its first rows are painted.

The limit is 200 ms from the click on the rail, a tenth of a second for seeing that something
happens (Nielsen, Usability Engineering, 1993, 5.5) and another for the page that is made anew.
Run: python -m benchmarks.keys_page [--rows 400000]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEventLoop, QObject

from benchmarks.many_keys import BEGUN_MS, KEY, filled
from benchmarks.rows import Row, peak_mb, tell
from lmchat_desktop.bootstrap import make_application
from lmchat_desktop.cache.entities import EntityRepository
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.contract.identity import Me, Person
from lmchat_desktop.contract.keys import KeyStandings
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.scopes import Role, scopes_of
from lmchat_desktop.settings.preferences import PreferenceStore
from lmchat_desktop.ui.pages.registry import PAGES
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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QApplication

LIMIT_MS = 200.0
NOW = datetime.fromtimestamp(BEGUN_MS / 1000, UTC) + timedelta(days=116)


class StillClock:
    """Says the same time for ever."""

    def now(self) -> datetime:
        return NOW


class KeysBackend:
    """A backend that knows no standings: what is measured is what the cache gives."""

    def standings(self, _keys: Sequence[str], _cancel: CancelToken) -> KeyStandings:
        return KeyStandings(as_of=NOW, data=[])


class CachedSession:
    """What the keys page uses of a session: the cache as the application reads it."""

    def __init__(self, path: Path) -> None:
        self.cache = open_cache(path, KEY, clock=StillClock())
        self.clock = self.cache.clock
        self.entities = EntityRepository(self.cache)
        self.keys = KeysBackend()
        self.work = ThreadPoolExecutor(2)
        self.signed_in = True
        self.me = Me(
            person=Person(id="person_1", name="Ada", email="ada@lmchat.example", created_at=NOW),
            device=None,
            memberships=[],
            operator_roles=[Role.ADMIN],
            scopes=sorted(scope.value for scope in scopes_of({Role.ADMIN})),
            capabilities=[],
            backend="bench",
            server_time=NOW,
        )

    def offers(self, capability: str) -> bool:
        return capability in self.me.capabilities


def waited(app: QApplication, ready: Callable[[], bool]) -> None:
    """Run the events until something is so."""
    while not ready():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=400_000)
    count = parser.parse_args().rows
    app = make_application()
    current_theme().apply("light")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cache.db")
        filled_s = filled(path, count)
        session = CachedSession(path)
        root = QObject()
        tasks = TaskRunner(session.work, root, new_token=CancelToken)
        context = PageContext(
            session=session,  # type: ignore[arg-type]
            tasks=tasks,
            theme=current_theme(),
            preferences=PreferenceStore(Path(folder, "preferences")),
            scope=ScopeHolder(ScopeChoice(SERVICE_SCOPE, "All accounts"), root),
            zone=ZoneHolder(ZoneInfo("Europe/Berlin"), root),
            connection=ConnectionHolder(root),
            attention=AttentionHolder(root),
            watched_keys=WatchedKeysHolder(root),
            navigate=lambda page_id, **arguments: None,
        )
        # The application loads pages while nobody waits, right after the first one is shown.
        page_class = next(entry for entry in PAGES if entry.page_id == "keys").load()
        before_mb = peak_mb()
        begun = time.perf_counter()
        page: Any = page_class(context)
        page.resize(1392, 918)
        page.show()
        page.enter({})
        waited(app, lambda: page.card.model.rowCount() > 0)
        page.card.table.viewport().repaint()
        first_ms = (time.perf_counter() - begun) * 1e3
        waited(app, lambda: page.card.model.counted)
        counted_ms = (time.perf_counter() - begun) * 1e3

        def filtered(state: str) -> float:
            model = page.card.model
            source, begun = model.source, time.perf_counter()
            page.toolbar.states._values[state].click()
            waited(app, lambda: model.source is not source and not model._busy)
            page.card.table.viewport().repaint()
            spent = (time.perf_counter() - begun) * 1e3
            waited(app, lambda: model.counted)
            return spent

        revoked_ms = filtered("revoked")
        all_ms = filtered("all")
        page_mb = peak_mb()
        tasks.shutdown()
        session.work.shutdown()
        session.cache.close()
        size_mb = path.stat().st_size / 2**20
    what = f"{count:,} keys, the page"
    tell(
        Row(
            f"{what}: first rows",
            first_ms,
            "ms",
            "limit",
            LIMIT_MS,
            1.0,
            "cold",
            page_mb,
            f"of {size_mb:.0f} MB encrypted, filled in {filled_s:.0f} s; "
            f"all counted after {counted_ms:.0f} ms",
        ),
        Row(f"{what}: the revoked ones", revoked_ms, "ms", "limit", LIMIT_MS, 1.0, "cold"),
        Row(f"{what}: all again", all_ms, "ms", "limit", LIMIT_MS, 1.0, "hot"),
        Row(f"{what}: memory", max(0.0, page_mb - before_mb), "MB", "limit", 150.0, 1.0),
    )


if __name__ == "__main__":
    main()
