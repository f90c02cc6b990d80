"""A table over more rows than are held: what is read when, order, selection, copying, exporting."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from lmchat_desktop.cache import entities
from lmchat_desktop.cache.paging import EntityPages
from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import Cache, open_cache
from lmchat_desktop.contract.changes import KeyChange
from lmchat_desktop.contract.keys import ApiKey, KeyState
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.paging import RowOrder, RowsPage
from lmchat_desktop.ui.tables import paged_table
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.paged_model import PAGE_ROWS, PagedModel
from lmchat_desktop.ui.tables.paged_table import PagedTable
from lmchat_desktop.ui.tasks.runner import TaskRunner

COLUMNS = (
    ColumnSpec("name", "Name", stretch=True),
    ColumnSpec("hint", "Secret", muted=True),
    ColumnSpec("created_at", "Created", Kind.TIME),
    ColumnSpec("last_used_at", "Last used", Kind.TIME),
)
FIELDS = tuple(spec.key for spec in COLUMNS)
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
COUNT = 5000


def a_key(number: int) -> ApiKey:
    return ApiKey(
        id=f"key_{number:06d}",
        account_id="acct_1",
        name=f"service {number:06d}",
        hint=f"sk-lmc-…{number % 10_000:04d}",
        state=KeyState.ACTIVE,
        created_at=BEGUN + timedelta(minutes=number),
        created_by="person_1",
        last_used_at=None if number % 2 else BEGUN + timedelta(hours=COUNT - number),
        etag="1",
    )


def change(cache: Cache, numbers: range, *, gone: bool = False) -> None:
    keys = [a_key(number) for number in numbers]
    with cache.write() as connection:
        changes = [KeyChange(id=key.id, entity=None if gone else key) for key in keys]
        entities.apply(connection, changes, generation=1)


class Counting(EntityPages):
    """Counts the pages that are read, and fails or waits on demand."""

    def __init__(self, cache: Cache) -> None:
        super().__init__(cache, "key", FIELDS)
        self.read: list[int] = []
        self.trouble: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def page(self, order: RowOrder, start: int, count: int, total: int | None = None) -> RowsPage:
        assert self.gate.wait(30)
        if self.trouble is not None:
            raise self.trouble
        self.read.append(start)
        return super().page(order, start, count, total)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = open_cache(tmp_path / "cache.db", RawKey(bytes(32)))
    change(made, range(COUNT))
    yield made
    made.close()


@pytest.fixture
def source(cache: Cache) -> Counting:
    return Counting(cache)


@pytest.fixture
def model(source: Counting, runner: TaskRunner) -> PagedModel:
    return PagedModel(COLUMNS, source, runner, RowOrder("name"))


@pytest.fixture
def table(model: PagedModel, runner: TaskRunner, qtbot: QtBot) -> PagedTable:
    made = PagedTable(model, runner, name="Keys")
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    model.load()
    qtbot.waitUntil(lambda: model.counted)
    return made


def cell(table: PagedTable, row: int, column: int = 0) -> str:
    return str(table.rows.index(row, column).data())


def test_the_model_is_sound_while_pages_come_and_rows_go(
    cache: Cache, model: PagedModel, qtbot: QtBot
) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.load()
    qtbot.waitUntil(lambda: model.rowCount() == COUNT)
    model.index(COUNT - 1, 0).data()
    qtbot.waitUntil(lambda: model.row(COUNT - 1) is not None)
    change(cache, range(100, 300), gone=True)
    model.refresh()
    qtbot.waitUntil(lambda: model.rowCount() == COUNT - 200)
    model.sort(2, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: model.order.descending)
    change(cache, range(300))
    model.refresh()
    qtbot.waitUntil(lambda: model.rowCount() == COUNT)
    assert tester.model() is model


def test_what_is_looked_at_is_read_and_nothing_else(
    table: PagedTable, source: Counting, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: cell(table, 0) == "service 000000")
    assert table.rows.rowCount() == COUNT
    assert set(source.read) == {0}
    table.scrollToBottom()
    qtbot.waitUntil(lambda: cell(table, COUNT - 1) == "service 004999")
    assert set(source.read) <= {0, COUNT - PAGE_ROWS}
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum() // 2)
    qtbot.waitUntil(lambda: cell(table, table.rowAt(5)) != "")
    assert len(set(source.read)) <= 5


def test_rows_on_the_way_are_empty_and_say_so(
    table: PagedTable, source: Counting, qtbot: QtBot
) -> None:
    source.gate.clear()
    try:
        table.scrollToBottom()
        index = table.rows.index(COUNT - 1, 0)
        assert index.data() == ""
        assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Being read"
        assert table.rows.key(COUNT - 1) is None
        with qtbot.assertNotEmitted(table.row_activated):
            table.setCurrentIndex(index)
            QTest.keyClick(table, Qt.Key.Key_Return)
    finally:
        source.gate.set()
    qtbot.waitUntil(lambda: index.data() == "service 004999")


def test_a_title_sorts_where_there_is_an_index(table: PagedTable, qtbot: QtBot) -> None:
    table.turn_order(table.rows.column_of("created_at"))
    qtbot.waitUntil(lambda: cell(table, 0) == "service 000000")
    table.turn_order(table.rows.column_of("created_at"))
    qtbot.waitUntil(lambda: cell(table, 0) == "service 004999")
    table.turn_order(table.rows.column_of("hint"))
    assert table.sorted_column == table.rows.column_of("created_at")
    assert [action.text() for action in table.sort_menu().actions()] == [
        "Name",
        "Created",
        "Last used",
    ]
    table.sort_by("last_used_at")
    qtbot.waitUntil(lambda: cell(table, 0, 3) == "–")


def test_a_selected_row_stays_selected_when_rows_before_it_go(
    cache: Cache, table: PagedTable, qtbot: QtBot
) -> None:
    table.scrollTo(table.rows.index(450, 0))
    qtbot.waitUntil(lambda: table.rows.key(450) is not None)
    table.selectRow(450)
    change(cache, range(10, 60), gone=True)
    table.refresh()
    qtbot.waitUntil(lambda: table.rows.rowCount() == COUNT - 50)
    qtbot.waitUntil(lambda: table.rows.row_of("key_000450") == 400)
    qtbot.waitUntil(lambda: table.selected_keys() == ["key_000450"])


def test_selected_rows_are_copied_though_they_were_never_read(
    table: PagedTable, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.selectAll()
    with qtbot.waitSignal(table.copied) as told:
        table.copy()
    assert told.args == [COUNT]
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == COUNT + 1
    assert lines[-1].startswith("service 004999\tsk-lmc-…4999\t2026-")
    monkeypatch.setattr(paged_table, "MOST_COPIED", 100)
    with qtbot.waitSignal(table.copy_refused) as refused:
        table.copy()
    assert refused.args == [COUNT]


def test_all_rows_are_exported(table: PagedTable, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "keys.csv"
    table.set_column_shown("hint", False)
    with qtbot.waitSignal(table.exported) as told:
        table.export_csv(path)
    assert told.args == [COUNT, path]
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["Name", "Created (UTC)", "Last used (UTC)"]
    assert rows[1] == ["service 000000", "2026-01-01T00:00:00Z", "2026-07-28T08:00:00Z"]
    assert len(rows) == COUNT + 1


def test_a_cancelled_or_failed_export_leaves_what_was_there(
    table: PagedTable,
    runner: TaskRunner,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "out" / "keys.csv"
    path.parent.mkdir()
    path.write_text("before")
    begun, go_on = threading.Event(), threading.Event()
    all_rows: Callable[..., Iterator[Any]] = EntityPages.all_rows

    def held(self: EntityPages, order: RowOrder) -> Iterator[Any]:
        for page in all_rows(self, order):
            begun.set()
            assert go_on.wait(30)
            yield page

    monkeypatch.setattr(Counting, "all_rows", held, raising=False)
    table.export_csv(path)
    assert begun.wait(30)
    for task in runner.tasks.tasks():
        task.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: not runner.busy)
    assert [file.name for file in path.parent.iterdir()] == ["keys.csv"]
    assert path.read_text() == "before"
    with qtbot.waitSignal(table.failed) as told:
        table.export_csv(tmp_path / "not there" / "keys.csv")
    assert told.args is not None
    assert isinstance(told.args[0], OSError)


def test_what_cannot_be_read_is_told_and_what_is_shown_stays(
    table: PagedTable, source: Counting, qtbot: QtBot
) -> None:
    source.trouble = OSError("away")
    with qtbot.waitSignal(table.failed):
        table.scrollToBottom()
    assert cell(table, COUNT - 1) == ""
    with qtbot.waitSignal(table.failed):
        table.sort_by("created_at", descending=True)
    assert cell(table, 0) == "service 000000"
    assert table.sorted_column == table.rows.column_of("name")
    source.trouble = None
    table.viewport().update()
    qtbot.waitUntil(lambda: cell(table, COUNT - 1) == "service 004999")
