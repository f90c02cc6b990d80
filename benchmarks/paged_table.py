"""1,000,000 keys in the paged table, from an encrypted cache: until what was asked for is painted.

Each step is set against a limit of 100 ms, at which an answer still seems immediate (Nielsen,
Usability Engineering, 1993, 5.5), and the first against reading all rows into a model in memory.
Run: python -m benchmarks.paged_table [--rows 1000000]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from benchmarks.many_keys import KEY, filled
from benchmarks.rows import Row, peak_mb, tell
from lmchat_desktop.cache.paging import EntityPages
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.paging import RowOrder
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.paged_model import PagedModel
from lmchat_desktop.ui.tables.paged_table import PagedTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.tasks.runner import TaskRunner
from lmchat_desktop.ui.theme.manager import current_theme

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT_MS = 100.0
COLUMNS = (
    ColumnSpec("name", "Name", stretch=True),
    ColumnSpec("hint", "Secret", muted=True),
    ColumnSpec("state", "State"),
    ColumnSpec("created_at", "Created", Kind.TIME),
    ColumnSpec("last_used_at", "Last used", Kind.TIME),
)
FIELDS = tuple(spec.key for spec in COLUMNS)


def milliseconds(
    app: QApplication, table: PagedTable, step: Callable[[], None], ready: Callable[[], bool]
) -> float:
    """From a step until the rows that it asks for are painted."""
    begun = time.perf_counter()
    step()
    while not ready():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    table.viewport().repaint()
    return (time.perf_counter() - begun) * 1e3


def all_in_memory(pages: EntityPages) -> float:
    """Milliseconds to read all rows into a model in memory, sorted."""
    begun = time.perf_counter()
    model = RowsModel(COLUMNS)
    rows = [row for page in pages.all_rows(RowOrder("created_at")) for row in page.rows]
    model.set_rows(rows)
    model.sort(0)
    return (time.perf_counter() - begun) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    count = parser.parse_args().rows
    app = QApplication([])
    current_theme().apply("light")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cache.db")
        filled_s = filled(path, count)
        cache = open_cache(path, KEY)
        pool = ThreadPoolExecutor(2)
        runner = TaskRunner(pool)
        pages = EntityPages(cache, "key", FIELDS)
        model = PagedModel(COLUMNS, pages, runner, RowOrder("name"))
        table = PagedTable(model, runner, name="Keys")
        table.resize(1280, 800)
        table.show()
        app.processEvents()
        before_mb = peak_mb()

        def shown(row: int) -> Callable[[], bool]:
            return lambda: model.rowCount() > row and model.row(row) is not None

        def sorted_by(field: str, descending: bool) -> Callable[[], bool]:
            return lambda: model.order == RowOrder(field, descending)

        steps: list[tuple[str, str, float]] = []

        def step(name: str, state: str, do: Callable[[], None], ready: Callable[[], bool]) -> None:
            steps.append((name, state, milliseconds(app, table, do, ready)))

        step("first rows", "cold", model.load, shown(0))
        while not model.counted:
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        step("jump to the end", "cold", table.scrollToBottom, shown(count - 1))
        middle = table.verticalScrollBar().maximum() // 2
        step(
            "jump to the very middle",
            "cold",
            lambda: table.verticalScrollBar().setValue(middle),
            shown(count // 2),
        )
        step(
            "sort by last use, newest first",
            "cold",
            lambda: table.sort_by("last_used_at", descending=True),
            sorted_by("last_used_at", True),
        )
        step("sort by name", "hot", lambda: table.sort_by("name"), sorted_by("name", False))
        step("jump to the end", "hot", table.scrollToBottom, shown(count - 1))
        paged_mb = peak_mb()
        in_memory_ms = all_in_memory(pages)
        memory_mb = peak_mb()
        runner.shutdown()
        pool.shutdown()
        cache.close()
        size_mb = path.stat().st_size / 2**20
    what = f"{count:,} keys"
    tell(
        *(
            Row(
                f"{what}: {name}",
                value,
                "ms",
                "limit",
                LIMIT_MS,
                goal=None if "middle" in name else 1.0,
                state=state,
                peak_mb=paged_mb,
                note=f"of {size_mb:.0f} MB encrypted, filled in {filled_s:.0f} s"
                if name == "first rows"
                else "",
            )
            for name, state, value in steps
        ),
        Row(f"{what}: first rows", steps[0][2], "ms", "all rows in memory", in_memory_ms, 0.1),
        Row(
            f"{what}: memory of the table",
            max(0.0, paged_mb - before_mb),
            "MB",
            "all rows in memory",
            memory_mb - before_mb,
            0.1,
        ),
    )


if __name__ == "__main__":
    main()
