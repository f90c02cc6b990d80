"""The usage page over a filled encrypted cache, offscreen, driven by its own controls and timed.

Run by `usage_change`, each time in a new process: python -m benchmarks.usage_page MODE CACHE
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.rows import peak_mb

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

SIZE = (1280, 1000)
ROUNDS = 4
KEY = bytes(range(32))
"""Of a cache that holds random numbers and lies in a temporary folder."""


class StillClock:
    """Says the same time for ever."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


class CachedSession:
    """What the usage page uses of a session: the cache as the application reads it, no backend."""

    def __init__(self, path: Path) -> None:
        from benchmarks.usage_traffic import NOW
        from lmchat_desktop.cache.entities import EntityRepository
        from lmchat_desktop.cache.secret import RawKey
        from lmchat_desktop.cache.store import open_cache
        from lmchat_desktop.cache.usage import UsageRepository
        from lmchat_desktop.services.session import WORKERS
        from lmchat_desktop.services.usage import UsageService

        self.cache = open_cache(path, RawKey(KEY), clock=StillClock(NOW))
        self.clock = self.cache.clock
        self.entities = EntityRepository(self.cache)
        self.repository = UsageRepository(self.cache)
        self.usage = UsageService(self.repository, self.clock.now)
        self.work = ThreadPoolExecutor(WORKERS)

    def last_sync_at(self) -> datetime:
        return self.clock.now()

    def close(self) -> None:
        self.work.shutdown(wait=True)
        self.cache.close()


class Bench:
    """The page in a window of its own, and a stopwatch that stops when its chart is painted."""

    def __init__(self, path: Path) -> None:
        from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt

        from benchmarks.usage_traffic import ZONE
        from lmchat_desktop.bootstrap import make_application
        from lmchat_desktop.client.cancel import CancelToken
        from lmchat_desktop.contract.usage import SERVICE_SCOPE
        from lmchat_desktop.settings.preferences import PreferenceStore
        from lmchat_desktop.ui.pages.usage.view import UsagePage
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

        self.app = make_application()
        theme = current_theme()
        theme.apply("light")
        self.session = CachedSession(path)
        self.root = QObject()
        self.failed: list[BaseException] = []
        tasks = TaskRunner(self.session.work, self.root, new_token=CancelToken)
        tasks.task_failed.connect(lambda _task, error: self.failed.append(error))
        preferences = PreferenceStore(path.parent / "preferences")
        self.page = UsagePage(
            PageContext(
                session=self.session,  # type: ignore[arg-type]
                tasks=tasks,
                theme=theme,
                preferences=preferences,
                scope=ScopeHolder(ScopeChoice(SERVICE_SCOPE, "All accounts"), self.root),
                zone=ZoneHolder(ZONE, self.root),
                connection=ConnectionHolder(self.root),
                attention=AttentionHolder(self.root),
                watched_keys=WatchedKeysHolder(self.root),
                navigate=lambda page_id, **arguments: None,
            )
        )
        self.page.model.failed.connect(self.failed.append)
        self.page.resize(*SIZE)
        self.painted = QEventLoop()
        bench = self

        class Watch(QObject):
            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint and bench.awaiting is not None:
                    shown = bench.page.model.shown
                    if shown is not None and shown is not bench.before and bench.awaiting(shown):
                        bench.awaiting = None
                        # Comes when the frame that is being painted is whole, before all else.
                        frame = QEvent(QEvent.Type.User)
                        QCoreApplication.postEvent(
                            self, frame, Qt.EventPriority.HighEventPriority.value
                        )
                return False

            def event(self, event: QEvent) -> bool:
                if event.type() != QEvent.Type.User:
                    return super().event(event)
                bench.painted_at = time.perf_counter()
                bench.painted.quit()
                return True

        self.awaiting: Callable[[Any], bool] | None = None
        self.painted_at = 0.0
        self.before: Any = None
        self.watch = Watch()
        self.page.measure_card.chart._surface.viewport().installEventFilter(self.watch)
        self.page.show()
        for _ in range(20):
            self.app.processEvents()

    def timed(self, act: Callable[[], object], shows: Callable[[Any], bool]) -> float:
        """Milliseconds from an act until the frame is painted in which the chart shows it."""
        self.awaiting, self.before = shows, self.page.model.shown
        begun = time.perf_counter()
        act()
        self.painted.exec()
        spent = (self.painted_at - begun) * 1e3
        if self.failed:
            raise self.failed[0]
        return spent

    def settle(self) -> None:
        """Wait until the page has what completes its report, and nothing is under way."""
        until = time.monotonic() + 300
        while (self.page.model.busy or self.page.model.details is None) and not self.failed:
            self.app.processEvents()
            if time.monotonic() > until:
                raise TimeoutError("the usage page does not come to rest")
            time.sleep(0.001)
        for _ in range(20):
            self.app.processEvents()
        if self.failed:
            raise self.failed[0]

    def click_range(self, preset: str) -> float:
        """Choose a range by the toolbar's button."""
        button = self.page.toolbar._ranges._values[preset]

        def shows(shown: Any) -> bool:
            found: bool = shown.state.range.preset == preset
            return found

        return self.timed(button.click, shows)

    def click_group(self, dimension: str) -> float:
        """Choose what the chart is grouped by, by the toolbar's menu."""
        actions = self.page.toolbar._groups._group.actions()
        action = next(each for each in actions if each.data() == dimension)

        def shows(shown: Any) -> bool:
            found: bool = shown.picture.dimension == dimension
            return found

        return self.timed(action.trigger, shows)

    def enter(self, preset: str) -> float:
        """Come to the page with a range."""

        def shows(shown: Any) -> bool:
            found: bool = shown.state.range.preset == preset
            return found

        return self.timed(lambda: self.page.enter({"range": preset}), shows)

    def close(self) -> None:
        """End quickly; nothing of it is measured."""
        self.page.context.tasks.shutdown()
        self.session.close()


def rss_mb() -> float:
    """Resident memory of this process now, in MB (2^20 bytes)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    import resource

    return pages * resource.getpagesize() / 2**20


def fill(path: Path, name: str) -> dict[str, Any]:
    """Fill a cache as sync does."""
    from benchmarks.usage_traffic import NOW, TRAFFIC, fill_cache
    from lmchat_desktop.cache.secret import RawKey
    from lmchat_desktop.cache.store import open_cache

    path.parent.mkdir(parents=True)
    cache = open_cache(path, RawKey(KEY), clock=StillClock(NOW))
    filled = fill_cache(cache, TRAFFIC[name])
    cache.close()
    return filled


def first_of_zone(path: Path) -> dict[str, Any]:
    """Roll-ups made by a first question, none being there."""
    bench = Bench(path)
    first = bench.enter("90d")
    bench.settle()
    # Closing would drop what is still to be stored.
    bench.session.cache.write_later(lambda connection: None).result()
    bench.close()
    return {"first_ms": first, "peak_mb": peak_mb()}


def changes(path: Path) -> dict[str, Any]:
    """The first question of a process, then changes of range and grouping, several times round."""
    bench = Bench(path)
    cold = bench.enter("90d")
    bench.settle()
    at_rest = rss_mb()
    spent: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for act, value in (
            (bench.click_group, "provider"),
            (bench.click_group, "outcome"),
            (bench.click_group, "model"),
            (bench.click_range, "30d"),
            (bench.click_range, "90d"),
            (bench.click_range, "7d"),
            (bench.click_range, "90d"),
        ):
            spent.setdefault(f"{act.__name__} {value}", []).append(act(value))
            bench.settle()
    shown = bench.page.model.shown
    assert shown is not None
    requests = sum(row.requests for row in shown.picture.rows)
    bench.close()
    return {
        "cold_ms": cold,
        "hot_ms": max(statistics.median(times[1:]) for times in spent.values()),
        "worst_ms": max(each for times in spent.values() for each in times),
        "each_ms": {name: [round(each, 1) for each in times] for name, times in spent.items()},
        "requests": requests,
        "rss_mb": at_rest,
        "peak_mb": peak_mb(),
    }


def answer(path: Path) -> dict[str, Any]:
    """The figures by day and model, as an export has them."""
    from benchmarks.usage_rivals import QUANTILES, SUMS
    from benchmarks.usage_traffic import LABELS, PERIOD, ZONE
    from lmchat_desktop.contract.usage import SERVICE_SCOPE
    from lmchat_desktop.domain.timebasis import Step
    from lmchat_desktop.domain.usage.cells import Dimension, Latency, Measure
    from lmchat_desktop.services.usage import UsageQuestion

    session = CachedSession(path)
    shown = session.usage.report(
        UsageQuestion(SERVICE_SCOPE, PERIOD, Step.DAY, ZONE, Dimension.MODEL)
    )
    found = session.usage.in_detail(shown).answer
    order = [found.groups.index(name) for name in LABELS[Dimension.MODEL]]
    tables = [found.per_group_bucket[m] for m in (Measure.REQUESTS, *SUMS.values())]
    session.close()
    for mine, exact in zip(
        (*shown.answer.per_group_bucket.values(), shown.answer.failed),
        (*found.per_group_bucket.values(), found.failed),
        strict=True,
    ):
        assert (mine == exact).all()
    return {
        "sums": [table[order].T.tolist() for table in (*tables, found.failed)],
        "quantiles": [
            found.group_bucket_quantiles(Latency.TOTAL, q)[order].T.tolist() for q in QUANTILES
        ],
    }


def bare() -> dict[str, Any]:
    """A window with a plain pyqtgraph plot."""
    import pyqtgraph
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    window = pyqtgraph.PlotWidget()
    window.plot(range(100))
    window.resize(*SIZE)
    window.show()
    for _ in range(20):
        app.processEvents()
    return {"rss_mb": rss_mb(), "peak_mb": peak_mb()}


MODES: dict[str, Callable[..., dict[str, Any]]] = {
    "fill": fill,
    "first": first_of_zone,
    "changes": changes,
    "answer": answer,
}


if __name__ == "__main__":
    mode, *rest = sys.argv[1:]
    measured = bare() if mode == "bare" else MODES[mode](Path(rest[0]), *rest[1:])
    print(json.dumps(measured), flush=True)
